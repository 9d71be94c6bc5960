"""Every page of the panel: one row each with the action it asks for. Called by the program.

`room()` is the panel as `web.app.make_app` takes it.
"""

from pathlib import Path

from admin import (
    calendar,
    case,
    classes,
    confirming,
    deciding,
    entries,
    fetching,
    form_files,
    guardians,
    home,
    moving,
    queue,
    register,
    roster,
    settings,
    structure,
    typing,
)
from admin.child import Children
from admin.classes import Classes
from admin.form_pages import Forms
from admin.once import Once
from admin.outside import Letters
from admin.pages import ENTRANCE
from admin.phone import Phones
from admin.regions import RegionPages
from admin.school_fields import SchoolFields, Told
from admin.sign_in import Door, sign_out
from admin.slips import Slips
from admin.staff import Staff
from registry.policy import Action as A
from web.routes import FORM_BYTES, Handler, Room, Route, route

HERE = Path(__file__).parent
ROSTER_BYTES = 1024 * 1024
"""A hundred thousand characters, each three bytes written as nine in a form."""


def room() -> Room:
    """The panel: its pages, templates and stylesheet."""
    return Room(routes(), HERE / "templates", HERE / "static")


def routes() -> tuple[Route, ...]:
    """The table of pages."""
    door, people = Door(), Staff(Once())
    papers = Forms(Phones(), Once())
    letters, regions = Letters(), RegionPages()
    told: Once[Told] = Once()
    class_pages, slips = Classes(Once()), Slips(Once())
    children, school_fields = Children(Once(), told), SchoolFields(told)
    return (
        _row("GET", "", home.show_home, A.panel_home),
        _row("POST", "/task/close", home.close_task, A.task_close),
        _row("GET", "/sign-in", door.show, A.session_start),
        _row("POST", "/sign-in", door.sign_in, A.session_start),
        _row("POST", "/sign-out", sign_out, A.session_end),
        _row("GET", "/welcome", door.show_welcome, A.panel_home),
        _row("POST", "/welcome", door.welcome, A.panel_home),
        _row("GET", "/queue", queue.show_queue, A.queue_see),
        _row("POST", "/queue/confirm", confirming.confirm, A.submission_decide),
        _row("GET", "/case/{id}", case.show_case, A.submission_decide),
        _row("POST", "/case/{id}/decide", deciding.decide, A.submission_decide),
        _row("POST", "/case/{id}/undo", deciding.undo, A.decision_undo),
        _row("POST", "/case/{id}/hand", letters.hand, A.outside_record),
        _row("POST", "/case/{id}/outside", letters.record, A.outside_record),
        _row("POST", "/case/{id}/number", fetching.fetch, A.number_fetch),
        _row("POST", "/case/{id}/original", deciding.tick_original, A.paper_tick),
        _row("POST", "/case/{id}/signature", deciding.tick_signature, A.paper_tick),
        _row("GET", "/entries", entries.show_entries, A.entry_note),
        _row("POST", "/entries", entries.note, A.entry_note),
        _row("POST", "/entries/withdraw", entries.withdraw, A.entry_note),
        _row("GET", "/class", classes.show_classes, A.class_see),
        _row("GET", "/class/{id}", class_pages.show_class, A.class_see),
        _row("POST", "/class/{id}/remind", class_pages.remind, A.family_remind),
        _row("GET", "/class/{id}/slips", slips.show, A.slip_print),
        _row("POST", "/class/{id}/slips", slips.make, A.slip_print),
        _row("POST", "/claim/{id}", classes.decide_claim, A.claim_decide),
        _row("GET", "/typing/{id}", typing.show_typing, A.typing_do),
        _row("POST", "/typing/{id}", typing.save_typing, A.typing_do),
        _row("GET", "/register", register.show_register, A.register_see),
        _row("POST", "/register/search", register.search, A.register_see),
        _row("GET", "/child/{id}", children.show, A.register_see),
        _row("GET", "/child/{id}/class", moving.show_moving, A.child_move),
        _row("POST", "/child/{id}/class", moving.move, A.child_move),
        _row("GET", "/child/{id}/family", guardians.show_family, A.link_edit),
        _row("POST", "/child/{id}/family", guardians.change_family, A.link_edit),
        _row("POST", "/child/{id}/reveal", children.reveal, A.value_reveal),
        _row("GET", "/child/{id}/school", school_fields.show, A.register_fill),
        _row("POST", "/child/{id}/school", school_fields.save, A.register_fill),
        _row("GET", "/setup", settings.show_settings, A.setup_school),
        _row("POST", "/setup", settings.save_settings, A.setup_school),
        _row("GET", "/setup/calendar", calendar.show_calendar, A.calendar_see),
        _row("POST", "/setup/calendar", calendar.mark_days, A.calendar_edit),
        _row("POST", "/setup/calendar/fill", calendar.fill_year, A.calendar_edit),
        _row("POST", "/setup/calendar/publish", calendar.publish_year, A.calendar_edit),
        _row("POST", "/setup/calendar/withdraw", calendar.withdraw_year, A.calendar_edit),
        _row("GET", "/setup/regions", regions.show, A.region_edit),
        _row("POST", "/setup/regions", regions.check, A.region_edit),
        _row("POST", "/setup/regions/replace", regions.replace, A.region_edit),
        _row("POST", "/setup/regions/remove", regions.remove, A.region_edit),
        _row("GET", "/setup/classes", structure.show_classes, A.setup_classes),
        _row("POST", "/setup/classes", structure.add_classes, A.setup_classes),
        _row("POST", "/setup/grades", structure.add_grade, A.setup_classes),
        _row("GET", "/setup/staff", people.show, A.setup_staff),
        _row("POST", "/setup/staff", people.add, A.setup_staff),
        _row("POST", "/setup/staff/{id}/invite", people.invite, A.setup_staff),
        _row("POST", "/setup/staff/{id}/stop", people.stop, A.person_stop),
        _row("GET", "/setup/roster", roster.show_roster, A.setup_roster),
        _row("POST", "/setup/roster", roster.take_roster, A.setup_roster, ROSTER_BYTES),
        _row("GET", "/forms", papers.show_list, A.form_see),
        _row("POST", "/forms", papers.upload, A.form_edit),
        _row("GET", "/forms/paper/{id}", papers.show_paper, A.form_see),
        _row("POST", "/forms/paper/{id}/move", papers.move, A.form_edit),
        _row("GET", "/forms/version/{id}", papers.show_version, A.form_see),
        _row("POST", "/forms/version/{id}/turn", papers.take_turn, A.form_see),
        _row("POST", "/forms/version/{id}/publish", papers.publish, A.form_edit),
        _row("POST", "/forms/version/{id}/withdraw", papers.withdraw, A.form_edit),
        _row("GET", "/forms/version/{id}/xlsx", form_files.download, A.form_see),
        _row("GET", "/forms/version/{id}/list/{name}", form_files.download_list, A.form_see),
    )


def _row(
    method: str, path: str, handler: Handler, action: A, max_bytes: int = FORM_BYTES
) -> Route:
    return route(
        method,
        f"/panel{path}",
        handler,
        action=action,
        max_bytes=max_bytes,
        entrance=ENTRANCE,
    )
