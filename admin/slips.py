"""Slips of a class on A4: one for each family, with its own square code. Rule: R77, K21.

A slip's way in is kept nowhere but on the paper, so printing again makes new ones; the old ones
stay open until their day. Called for `/panel/class/{id}/slips`.
"""

from aiohttp import web
from markupsafe import Markup

from admin.classes import overview, require_class, slip_until, slip_url
from admin.once import Once
from admin.pages import back_to, show
from documents.slips import Slip, make_slip
from registry.cases import event
from registry.frozen import frozen
from registry.policy import Action
from registry.submissions import State
from storage.queries import ChildProgress
from storage.unit import Unit
from web.visits import Visit

_FINISHED = frozenset({State.in_review, State.awaiting_outside, State.approved, State.effective})


@frozen
class SlipView:
    """A slip for the template; the code is our own drawing."""

    child_name: str
    class_label: str
    url: str
    until: object
    code: Markup


@frozen
class Slips:
    """The page with the sheets waiting to be shown once."""

    sheets: Once[tuple[Slip, ...]]

    async def show(self, visit: Visit) -> web.StreamResponse:
        """What can be printed, and the sheet just made."""
        actor, class_id = visit.person(), visit.parameter("id")
        place, rows = await visit.house.db.read(
            lambda reader: (
                found := require_class(reader, visit, class_id, Action.slip_print),
                overview(reader, visit, actor, found),
            )
        )
        made = self.sheets.take(actor.id, visit.request.query.get("sheet", "")) or ()
        values = {
            "label": place.label,
            "class_id": class_id,
            "slips": tuple(_view(slip) for slip in made),
            "open_count": sum(map(_is_open, rows)),
            "total": len(rows),
        }
        return await show(visit, "slips.html", values, here="class")

    async def make(self, visit: Visit) -> web.StreamResponse:
        """New ways in, one a child, and their sheet."""
        actor, class_id = visit.person(), visit.parameter("id")
        is_for_all = visit.fields.get("who") == "all"

        def make(unit: Unit) -> tuple[Slip, ...]:
            place = require_class(unit, visit, class_id, Action.slip_print)
            until = slip_until(visit).date()
            slips = tuple(
                make_slip(
                    row.student.fields.get("full_name", ""),
                    place.label,
                    slip_url(unit, visit, place, row.student.id),
                    until,
                )
                for row in overview(unit, visit, actor, place)
                if is_for_all or _is_open(row)
            )
            ids: dict[str, str | int] = {"class": class_id, "count": len(slips)}
            unit.record(event("school.slips.printed", actor, visit.now, **ids))
            return slips

        slips = await visit.house.db.write(make)
        key = self.sheets.keep(actor.id, slips)
        return back_to(f"/panel/class/{class_id}/slips", sheet=key)


def _is_open(row: ChildProgress) -> bool:
    """Whether this family has something to fill."""
    return row.state not in _FINISHED


def _view(slip: Slip) -> SlipView:
    code = Markup(slip.code)  # noqa: S704  # drawn by us from numbers and our own address
    return SlipView(slip.child_name, slip.class_label, slip.url, slip.until, code)
