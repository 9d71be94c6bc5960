"""Every form a school knows: by (id, version), and the version in force by id.

Drafts and submissions pin a version, so old versions stay on the shelf. The built-in papers are
read at start; a school's own versions are laid over them and read when one is first asked for.
"""

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TypeAlias

from conversations.form import Form
from conversations.xlsform.pictures import digest_of, is_picture
from conversations.xlsform.problems import FormError
from conversations.xlsform.reader import read_form
from conversations.xlsform.sheets import Workbook, read_markdown

FORMS_FOLDER = Path(__file__).parents[1] / "forms"
MEDIA = "media"
"""Folder beside the forms: the pictures they name."""

FormKey: TypeAlias = tuple[str, str]
"""Id and version: what a draft pins (`Form.key`)."""


@dataclass(frozen=True)
class FormShelf:
    """All forms by what a draft pins; `chosen` names the version in force of each."""

    by_key: Mapping[FormKey, Form]
    chosen: Mapping[str, FormKey]

    @classmethod
    def of(cls, forms: Iterable[Form]) -> "FormShelf":
        """A shelf of these forms; the highest version of each is in force."""
        by_key = {form.key: form for form in forms}
        ordered = sorted(by_key, key=lambda key: version_order(key[1]))
        return cls(by_key, {key[0]: key for key in ordered})

    def under(self, own: "Unread", chosen: Mapping[str, FormKey]) -> "FormShelf":
        """The same with a school's own versions over it; its choice comes before our numbers.

        A chosen version that cannot be read any more leaves what was in force before.
        """
        sound = {form_id: key for form_id, key in chosen.items() if own.is_sound(key)}
        return FormShelf(ChainMap(own, self.by_key), {**self.chosen, **sound})  # type: ignore[arg-type]

    @cached_property
    def newest(self) -> Mapping[str, Form]:
        """Form id → its version in force."""
        return {form_id: self.by_key[key] for form_id, key in self.chosen.items()}

    def get(self, form_id: str, version: str) -> Form:
        """The pinned form. Raises KeyError: a draft never outlives its form."""
        return self.by_key[form_id, version]


class Unread(Mapping[FormKey, Form]):
    """Forms kept as they were published, each read when it is first asked for."""

    def __init__(self, sources: Mapping[FormKey, Callable[[], Form]]) -> None:
        self._sources = sources
        self._read: dict[FormKey, Form] = {}

    def __getitem__(self, key: FormKey) -> Form:
        """Raises KeyError; FormError where a later program does not accept it any more."""
        form = self._read.get(key)
        if form is None:
            form = self._read[key] = self._sources[key]()
        return form

    def __iter__(self) -> Iterator[FormKey]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)

    def is_sound(self, key: FormKey) -> bool:
        """Whether it is here and can be read."""
        try:
            return self[key].key == key
        except (KeyError, FormError):
            return False


class Shelves:
    """The shelf of each school: the built-in papers, overlaid where a school has its own.

    Changed only by who publishes, after the books have kept it.
    """

    def __init__(self, builtin: FormShelf) -> None:
        self.builtin = builtin
        self._own: dict[str, FormShelf] = {}

    def of(self, school_id: str) -> FormShelf:
        """What that school's families are asked from."""
        return self._own.get(school_id, self.builtin)

    def put(self, school_id: str, shelf: FormShelf) -> None:
        """From now on that school's shelf."""
        self._own[school_id] = shelf


def load_shelf(folder: Path = FORMS_FOLDER, *, is_proved: bool = False) -> FormShelf:
    """Read every form of the folder. Raises FormError for one that cannot be read."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md")))
    pictures = _pictures(folder)
    return FormShelf.of(
        read_form(_with_pictures(text, pictures), is_proved=is_proved) for text in texts
    )


def builtin_workbook(form_id: str, folder: Path = FORMS_FOLDER) -> Workbook | None:
    """A built-in paper as written; its file is named after it."""
    path = next((path for path in folder.glob("*.md") if path.stem == form_id), None)
    if path is None:
        return None
    return _with_pictures(path.read_text(encoding="utf-8"), _pictures(folder))


def builtin_picture(digest: str, folder: Path = FORMS_FOLDER) -> bytes | None:
    """A picture of a built-in paper."""
    paths = _pictures(folder)
    path = next((folder / MEDIA / name for name, own in paths.items() if own == digest), None)
    return path.read_bytes() if path else None


@cache
def _pictures(folder: Path) -> Mapping[str, str]:
    """File name → digest of every picture there is for the forms of that folder."""
    paths = sorted(folder.glob(f"{MEDIA}/*"))
    return {path.name: digest_of(path.read_bytes()) for path in paths if is_picture(path.name)}


def _with_pictures(text: str, pictures: Mapping[str, str]) -> Workbook:
    """The form's own are those it names."""
    named = {name: digest for name, digest in pictures.items() if name in text}
    return replace(read_markdown(text), pictures=named)


def version_order(version: str) -> tuple[int, int, str]:
    """`10` after `9`, `2026100101` after `2026090101`; words after numbers."""
    return (0, int(version), "") if version.isdecimal() else (1, 0, version)
