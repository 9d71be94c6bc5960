"""Pictures beside questions and choices: `media::image` names files handed in with the form.

Only names and digests are known here; the pictures themselves are kept and served elsewhere.
Called by `survey`, `lists` and the reader.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from conversations.form import Language, Picture, PictureFile
from conversations.xlsform.problems import FormProblem
from conversations.xlsform.rows import Row, nearest

COLUMN = "media::image"
ENDINGS = (".jpeg", ".jpg", ".png", ".webp")


@dataclass(slots=True)
class PictureFiles:
    """Every picture handed in, by file name, as its digest."""

    digests: Mapping[str, str]
    default: Language
    problems: list[FormProblem] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def read(self, row: Row) -> Picture | None:
        """The picture of a question or a choice in each language the row names one for."""
        found: dict[Language, PictureFile] = {}
        for language, name in row.words(COLUMN, self.default).items():
            digest = self.digests.get(name)
            if digest is None:
                self._refuse(row, name)
                continue
            self.used.add(name)
            found[language] = PictureFile(name, digest)
        return Picture(found) if found else None

    def unused(self) -> Iterator[FormProblem]:
        """Pictures no question and no choice shows."""
        for name in self.digests:
            if name not in self.used:
                yield FormProblem("author.file_unused", name, is_warning=True)

    def _refuse(self, row: Row, name: str) -> None:
        if not is_picture(name):
            self.problems.append(row.problem("picture_ending", COLUMN, {"name": name}))
            return
        params = {"name": name, "nearest": nearest(name, self.digests)}
        self.problems.append(row.problem("picture_missing", COLUMN, params))


def is_picture(name: str) -> bool:
    """Whether a file of that name may be a picture."""
    return name.lower().endswith(ENDINGS)


def digest_of(content: bytes) -> str:
    """What tells two pictures apart, and the address of one."""
    return hashlib.sha256(content).hexdigest()
