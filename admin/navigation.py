"""Which pages a person of the school is offered: one row each, shown to whoever may open it.

A row asks the same table as the page itself, so nothing is offered that would be refused.
"""

from registry.frozen import frozen
from registry.policy import Action
from web.gate import may
from web.visits import Visit


@frozen
class Place:
    """One page of the menu. `key` is its wording and the name pages call themselves by."""

    key: str
    path: str
    action: Action


PLACES = (
    Place("home", "/panel", Action.panel_home),
    Place("queue", "/panel/queue", Action.queue_see),
    Place("entries", "/panel/entries", Action.entry_note),
    Place("class", "/panel/class", Action.class_see),
    Place("register", "/panel/register", Action.register_see),
    Place("setup", "/panel/setup", Action.setup_school),
)

SETUP_PLACES = (
    Place("setup_school", "/panel/setup", Action.setup_school),
    Place("setup_calendar", "/panel/setup/calendar", Action.calendar_see),
    Place("setup_classes", "/panel/setup/classes", Action.setup_classes),
    Place("setup_staff", "/panel/setup/staff", Action.setup_staff),
    Place("setup_roster", "/panel/setup/roster", Action.setup_roster),
    Place("setup_regions", "/panel/setup/regions", Action.region_edit),
    Place("setup_forms", "/panel/forms", Action.form_see),
)


def offered(visit: Visit, places: tuple[Place, ...] = PLACES) -> tuple[Place, ...]:
    """The rows this person may open."""
    return tuple(place for place in places if may(visit.actor, place.action, visit.today))
