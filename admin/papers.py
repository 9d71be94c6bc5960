"""The school's papers as the panel lists them: every version, which is in force, who fills which.

Reads only. The built-in version of a paper is named by the paper's id, an own one by its row.
Called by `form_pages`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import count

from conversations.form import Form
from conversations.turn import FormWords
from conversations.wording import words
from registry.frozen import frozen
from registry.problems import NotThere
from storage import people_books
from storage.school_forms import FormState, SchoolForm, count_open_drafts
from web import form_desk
from web.form_moving import Moving
from web.visits import Visit

BUILTIN = "builtin"


@frozen
class Version:
    """One version of a paper. `state`: builtin, draft, published or withdrawn."""

    id: str
    form_id: str
    version: str
    state: str
    is_in_force: bool
    drafts: int  # families in the middle of it
    by: str = ""  # who put it into this state
    at: datetime | None = None
    digest: str = ""


@frozen
class Paper:
    """One paper; its versions with the latest change first."""

    id: str
    title: str
    versions: tuple[Version, ...]

    @property
    def in_force(self) -> Version | None:
        """What families are asked by."""
        return next((one for one in self.versions if one.is_in_force), None)

    @property
    def waiting(self) -> Version | None:
        """Uploaded and not published."""
        return next((one for one in self.versions if one.state == FormState.draft), None)

    @property
    def former(self) -> Version | None:
        """What is in force again when the present one is withdrawn."""
        states = (FormState.published.value, BUILTIN)
        return next(
            (one for one in self.versions if one.state in states and not one.is_in_force), None
        )

    @property
    def drafts(self) -> int:
        """Families in the middle of it."""
        return sum(one.drafts for one in self.versions)

    @property
    def elder_drafts(self) -> int:
        """Of them, those who fill another version than the one in force."""
        return sum(one.drafts for one in self.versions if not one.is_in_force)


async def read_papers(visit: Visit) -> tuple[Paper, ...]:
    """Every paper by title. Raises: NotThere for who may not look."""
    house, actor = visit.house, visit.person()
    rows = await form_desk.versions(house, actor)
    people = {row.changed_by for row in rows}
    drafts, names = await house.db.read(
        lambda reader: (
            count_open_drafts(reader, actor.school_id),
            people_books.names(reader, actor.school_id, people),
        )
    )
    by_form: dict[str, list[Version]] = {}
    for row in reversed(rows):
        by_form.setdefault(row.form_id, []).append(_own(visit, row, drafts, names))
    for form_id, form in house.shelves.builtin.newest.items():
        by_form.setdefault(form_id, []).append(_builtin(visit, form, drafts))
    papers = [
        Paper(form_id, await _title(visit, form_id, versions), tuple(versions))
        for form_id, versions in by_form.items()
    ]
    return tuple(sorted(papers, key=lambda paper: (paper.title, paper.id)))


async def find_paper(visit: Visit, form_id: str) -> Paper:
    """Raises: NotThere."""
    for paper in await read_papers(visit):
        if paper.id == form_id:
            return paper
    raise NotThere


async def find_version(visit: Visit, version_id: str) -> tuple[Paper, Version]:
    """Raises: NotThere, also for another school's."""
    for paper in await read_papers(visit):
        for version in paper.versions:
            if version.id == version_id:
                return paper, version
    raise NotThere


def next_version(paper: Paper, today: date) -> str:
    """A number nobody has used: one more than the highest, else the day's."""
    used = {one.version for one in paper.versions}
    numbers = [int(text) for text in used if text.isascii() and text.isdecimal()]
    first = max(numbers) + 1 if len(numbers) == len(used) else int(f"{today:%Y%m%d}01")
    return next(str(number) for number in count(first) if str(number) not in used)


def _own(
    visit: Visit,
    row: SchoolForm,
    drafts: Mapping[tuple[str, str], int],
    names: Mapping[str, str],
) -> Version:
    key = (row.form_id, row.version)
    return Version(
        row.id,
        row.form_id,
        row.version,
        row.state.value,
        row.state is FormState.published and _in_force(visit, key),
        drafts.get(key, 0),
        names.get(row.changed_by, ""),
        row.changed_at,
        row.digest,
    )


def _builtin(visit: Visit, form: Form, drafts: Mapping[tuple[str, str], int]) -> Version:
    is_in_force = _in_force(visit, form.key)
    return Version(form.id, form.id, form.version, BUILTIN, is_in_force, drafts.get(form.key, 0))


def _in_force(visit: Visit, key: tuple[str, str]) -> bool:
    return visit.house.forms.chosen.get(key[0]) == key


async def _title(visit: Visit, form_id: str, versions: Sequence[Version]) -> str:
    """In the reader's language; a paper nobody can read any more goes by its id."""
    form = visit.house.forms.newest.get(form_id)
    if form is None:
        form = await form_desk.preview(visit.house, visit.person(), versions[0].id)
    return form.title.within(visit.language) if form else form_id


# ---- what becomes of open drafts


@frozen
class Asked:
    """One question, and for how many families it is asked again or dropped."""

    label: str
    families: int


@frozen
class Report:
    """What moving does, or did, in all: counts and questions, never a family."""

    families: int
    kept: int
    asked: tuple[Asked, ...]
    dropped: tuple[Asked, ...]


def sum_up(visit: Visit, moves: Sequence[Moving], new: Form) -> Report:
    """The report of many drafts; `new` is the version they move to."""
    form_id, shelf = new.id, visit.house.forms
    asked = ((new, path) for move in moves for path in _once(move.asked))
    dropped = (
        (shelf.get(form_id, move.version), path) for move in moves for path in _once(move.dropped)
    )
    return Report(
        len(moves),
        sum(move.kept for move in moves),
        _counted(visit, asked),
        _counted(visit, dropped),
    )


def _once(paths: Iterable[str]) -> set[str]:
    """Questions; one of a repeat once for all its members: `trips#2/place` → `trips/place`."""
    found = set()
    for path in paths:
        repeat, sign, rest = path.partition("#")
        found.add(f"{repeat}/{rest.partition('/')[2]}" if sign else path)
    return found


def _counted(visit: Visit, paths: Iterable[tuple[Form, str]]) -> tuple[Asked, ...]:
    labels = Counter(_label(visit, form, path) for form, path in paths)
    return tuple(Asked(label, families) for label, families in labels.most_common())


def _label(visit: Visit, form: Form, path: str) -> str:
    return words(FormWords(form.brief(path)), visit.language).partition("\n")[0] or path
