"""Every form the house knows, read once and never changed: by (id, version), and the newest by id.

Drafts and submissions pin a version, so old versions stay on the shelf. Called at start.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from conversations.form import Form
from conversations.reader import read_form

FORMS_FOLDER = Path(__file__).parent / "forms"


@dataclass(frozen=True)
class FormShelf:
    """All forms by what a draft pins."""

    by_key: Mapping[tuple[str, str], Form]

    @classmethod
    def of(cls, forms: Iterable[Form]) -> "FormShelf":
        """A shelf of these forms."""
        return cls({form.key: form for form in forms})

    @cached_property
    def newest(self) -> Mapping[str, Form]:
        """Form id → its newest version."""
        ordered = sorted(self.by_key.values(), key=lambda form: version_order(form.version))
        return {form.id: form for form in ordered}

    def get(self, form_id: str, version: str) -> Form:
        """The pinned form. Raises KeyError: a draft never outlives its form."""
        return self.by_key[form_id, version]


def load_shelf(folder: Path = FORMS_FOLDER) -> FormShelf:
    """Read every form of the folder. Raises FormError for one that cannot be read."""
    paths = sorted(folder.glob("*.md"))
    return FormShelf.of(read_form(path.read_text(encoding="utf-8")) for path in paths)


def version_order(version: str) -> tuple[int, int, str]:
    """`10` after `9`, `2026100101` after `2026090101`; words after numbers."""
    return (0, int(version), "") if version.isdecimal() else (1, 0, version)
