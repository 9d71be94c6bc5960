"""How every page of the panel is shown: its menu, who is signed in, and what was just done.

Called by all handlers of the panel; holds the few formats that templates need.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from aiohttp import web

from admin.navigation import SETUP_PLACES, offered
from locales import say
from registry.frozen import frozen
from storage import people_books
from web.templates import page, see_other
from web.visits import Visit

ENTRANCE = "/panel/sign-in"


@frozen
class Words:
    """Moments and spans in the reader's language, for templates."""

    language: str
    now: datetime

    def moment(self, at: datetime) -> str:
        """今天 14:03, 9月5日 14:03, 2025年9月5日."""
        local = at.astimezone(self.now.tzinfo)
        clock = f"{local:%H:%M}"
        if local.date() == self.now.date():
            return say("panel.time.today", self.language, {"clock": clock})
        if local.date() == self.now.date() - timedelta(days=1):
            return say("panel.time.yesterday", self.language, {"clock": clock})
        if local.year == self.now.year:
            params = {"month": local.month, "day": local.day, "clock": clock}
            return say("panel.time.this_year", self.language, params)
        return self.day(local.date())

    def day(self, day: date) -> str:
        """2026年9月5日."""
        params = {"year": day.year, "month": day.month, "day": day.day}
        return say("panel.time.day", self.language, params)

    def short_day(self, day: date) -> str:
        """9月5日."""
        return say("panel.time.short_day", self.language, {"month": day.month, "day": day.day})

    def age(self, since: datetime) -> str:
        """How long somebody has been waiting: 3 天, 5 小时, 刚刚."""
        span = self.now - since
        if span >= timedelta(days=1):
            return say("panel.time.days", self.language, {"count": span.days})
        if span >= timedelta(hours=1):
            return say("panel.time.hours", self.language, {"count": span.seconds // 3600})
        minutes = span.seconds // 60 if span > timedelta(0) else 0
        key = "panel.time.minutes" if minutes else "panel.time.now"
        return say(key, self.language, {"count": minutes})


async def show(
    visit: Visit,
    name: str,
    values: Mapping[str, object] | None = None,
    *,
    here: str = "",
    status: int = 200,
) -> web.Response:
    """A page of the panel. `here` is the row of the menu it belongs to."""
    actor = visit.person()
    names = await visit.house.db.read(
        lambda reader: people_books.names(reader, actor.school_id, (actor.id,))
    )
    standing: dict[str, object] = {
        "here": here,
        "my_name": names.get(actor.id, ""),
        "places": offered(visit),
        "setup_places": offered(visit, SETUP_PLACES),
        "words": Words(visit.language, visit.now),
        "done": _done(visit),
    }
    return page(visit, f"panel/{name}", {**standing, **(values or {})}, status=status)


def back_to(path: str, **query: str | int | None) -> web.Response:
    """303 to a page of ours; empty parts of the query are left out."""
    kept = {key: value for key, value in query.items() if value not in (None, "")}
    return see_other(f"{path}?{urlencode(kept)}" if kept else path)


DONE = frozenset(
    {
        "added",
        "approved",
        "calendar_filled",
        "calendar_marked",
        "calendar_published",
        "calendar_withdrawn",
        "child_moved",
        "claim_accepted",
        "claim_refused",
        "confirmed",
        "entry_noted",
        "entry_withdrawn",
        "form_kept",
        "form_moved",
        "form_published",
        "form_withdrawn",
        "invited",
        "link_changed",
        "link_ended",
        "number_fetched",
        "original_seen",
        "original_unseen",
        "outside_accepted",
        "outside_handed",
        "outside_more",
        "outside_refused",
        "password_set",
        "regions_removed",
        "regions_replaced",
        "rejected",
        "reminded",
        "returned",
        "roster_added",
        "saved",
        "school_filled",
        "school_same",
        "stopped",
        "task_closed",
        "ticked",
        "typed",
        "undone",
    }
)
"""What a page may say was just done: `panel.done.<code>`."""


def _done(visit: Visit) -> str:
    code = visit.request.query.get("done", "")
    return code if code in DONE else ""
