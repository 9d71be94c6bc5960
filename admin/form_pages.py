"""The pages of the school's papers: download, change, upload, try, publish, go back.

What a table means and what is kept of it is `web.form_desk`'s; the phone is `phone`'s. Called for
`/panel/forms…`.
"""

from dataclasses import replace
from urllib.parse import quote

from aiohttp import web
from markupsafe import Markup

from admin.form_files import list_names
from admin.once import Once
from admin.pages import back_to, show
from admin.papers import (
    BUILTIN,
    Report,
    Version,
    find_paper,
    find_version,
    read_papers,
    sum_up,
)
from admin.phone import Phones, Screen
from admin.settings import problem_values
from admin.uploads import FORMS_AT_ONCE, receive_form
from conversations.authoring.forms_check import advice
from conversations.form import Form
from conversations.xlsform.problems import FormProblem
from registry.frozen import frozen
from registry.policy import Action
from registry.problems import Conflict, NotThere, Problem, RuleError
from web import form_desk, form_moving
from web.form_desk import Upload
from web.gate import may
from web.visits import Visit

FEW_DRAFTS = 40
"""What becomes of so many is worked out at once, of more when somebody asks."""


@frozen
class Fault:
    """One line of the table of problems."""

    sheet: str
    row: int
    column: str
    words: str
    is_warning: bool


@frozen
class Forms:
    """The pages, the phones being tried, and reports shown once."""

    phones: Phones
    reports: Once[Report]

    async def show_list(self, visit: Visit) -> web.StreamResponse:
        """Every paper with its version in force."""
        return await _list(visit)

    async def upload(self, visit: Visit) -> web.StreamResponse:
        """All problems at once, or the preview."""
        actor = visit.person()
        try:
            handed = await receive_form(visit)
        except RuleError as refused:
            return await _list(visit, Problem(refused.code, refused.params))
        async with FORMS_AT_ONCE:
            done = await form_desk.upload(visit.house, actor, handed.workbook, handed.pictures)
        if done.kept is None:
            return await _problems(visit, done)
        return back_to(f"/panel/forms/version/{done.kept.id}", done="form_kept")

    async def show_paper(self, visit: Visit) -> web.StreamResponse:
        """Its versions, and the families in the middle of it."""
        paper = await find_paper(visit, visit.parameter("id"))
        new = visit.house.forms.newest.get(paper.id)
        may_edit = _may_edit(visit)
        key = visit.request.query.get("report", "")
        values = {
            "part": "setup_forms",
            "paper": paper,
            "may_edit": may_edit,
            "moved": self.reports.take(visit.person().id, key),
            "foreseen": await _foresee(visit, paper.elder_drafts, new) if may_edit else None,
        }
        return await show(visit, "form_paper.html", values, here="setup")

    async def show_version(self, visit: Visit) -> web.StreamResponse:
        """The phone, what to mind, what families in the middle would be asked, publishing."""
        paper, version = await find_version(visit, visit.parameter("id"))
        found = await _read(visit, version)
        form = found.form
        is_closed = form is None or version.is_in_force or version.state == BUILTIN
        may_publish = _may_edit(visit) and not is_closed
        others = paper.drafts - version.drafts
        turn_path = f"/panel/forms/version/{quote(version.id)}/turn"
        screen = self.phones.look(visit, version.id, form) if form else None
        values = {
            "part": "setup_forms",
            "paper": paper,
            "version": version,
            "faults": _faults(visit, found.problems),
            "screen": screen,
            "phone": _phone(visit, screen, turn_path) if screen else "",
            "turn_path": turn_path,
            "may_publish": may_publish,
            "lists": await list_names(visit, version),
            "others": others,
            "foreseen": await _foresee(visit, others, form) if may_publish else None,
        }
        return await show(visit, "form_version.html", values, here="setup")

    async def take_turn(self, visit: Visit) -> web.StreamResponse:
        """A button or an answer on the phone; nothing is stored."""
        _, version = await find_version(visit, visit.parameter("id"))
        form = (await _read(visit, version)).form
        if form is None:
            raise NotThere
        self.phones.take(visit, version.id, form)
        return back_to(f"/panel/forms/version/{quote(version.id)}#now")

    async def publish(self, visit: Visit) -> web.StreamResponse:
        """From now on; open drafts keep theirs unless the school wants them moved."""
        house, actor = visit.house, visit.person()
        paper, version = await find_version(visit, visit.parameter("id"))
        if version.state == BUILTIN:
            raise NotThere
        if visit.fields.get("digest") != version.digest:
            raise Conflict("form.changed")  # uploaded anew after it was tried
        await form_desk.publish(house, actor, version.id)
        if visit.fields.get("drafts") == "move":
            return await self._move(visit, paper.id, "form_published")
        return back_to(f"/panel/forms/paper/{quote(paper.id)}", done="form_published")

    async def withdraw(self, visit: Visit) -> web.StreamResponse:
        """Back to the former version."""
        paper, version = await find_version(visit, visit.parameter("id"))
        if version.state == BUILTIN:
            raise NotThere
        await form_desk.withdraw(visit.house, visit.person(), version.id)
        return back_to(f"/panel/forms/paper/{quote(paper.id)}", done="form_withdrawn")

    async def move(self, visit: Visit) -> web.StreamResponse:
        """Open drafts to the version in force."""
        paper = await find_paper(visit, visit.parameter("id"))
        return await self._move(visit, paper.id, "form_moved")

    async def _move(self, visit: Visit, form_id: str, done: str) -> web.StreamResponse:
        house, actor = visit.house, visit.person()
        moves = await form_moving.move_drafts(house, actor, form_id)
        report = sum_up(visit, moves, house.forms.newest[form_id])
        key = self.reports.keep(actor.id, report)
        return back_to(f"/panel/forms/paper/{quote(form_id)}", done=done, report=key)


async def _list(visit: Visit, problem: Problem | None = None) -> web.StreamResponse:
    values = {
        "part": "setup_forms",
        "papers": await read_papers(visit),
        "may_edit": _may_edit(visit),
        **problem_values(problem, "file"),
    }
    status = 422 if problem else 200
    return await show(visit, "forms.html", values, here="setup", status=status)


async def _problems(visit: Visit, done: Upload) -> web.StreamResponse:
    faults = _faults(visit, done.problems)
    values = {
        "part": "setup_forms",
        "faults": faults,
        "errors": sum(not fault.is_warning for fault in faults),
    }
    return await show(visit, "form_problems.html", values, here="setup", status=422)


def _phone(visit: Visit, screen: Screen, turn_path: str) -> Markup:
    """In the language chosen on the phone, whoever reads the page around it."""
    values = {"screen": screen, "turn_path": turn_path, "picture_path": "/panel/forms/picture"}
    there = replace(visit, language=screen.language)
    return Markup(visit.templates.render(there, "panel/phone_screen.html", values))  # noqa: S704


async def _read(visit: Visit, version: Version) -> Upload:
    """The version as a form, with what is to be minded."""
    if version.state == BUILTIN:
        return Upload((), visit.house.shelves.builtin.newest[version.form_id])
    return await form_desk.examine(visit.house, visit.person(), version.id)


async def _foresee(visit: Visit, drafts: int, new: Form | None) -> Report | None:
    """None where nobody is in the middle, or too many to reckon without being asked."""
    is_wanted = drafts <= FEW_DRAFTS or visit.request.query.get("drafts") == "all"
    if new is None or not drafts or not is_wanted:
        return None
    moves = await form_moving.foresee(visit.house, visit.person(), new.id, new)
    return sum_up(visit, moves, new)


def _faults(visit: Visit, problems: tuple[FormProblem, ...]) -> tuple[Fault, ...]:
    """What stops it first, then what is only to be minded, each in the order of the rows."""
    return tuple(
        Fault(
            problem.sheet,
            problem.row,
            problem.column,
            advice(problem, visit.language),
            problem.is_warning,
        )
        for problem in sorted(problems, key=lambda problem: problem.is_warning)
    )


def _may_edit(visit: Visit) -> bool:
    return may(visit.actor, Action.form_edit, visit.today)
