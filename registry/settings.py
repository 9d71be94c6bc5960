"""What the school's own settings may not contradict: the documents, or each other.

Asked by the settings page before anything is stored. Values without an official figure (U1–U14)
are never judged, only whether they can stand together.
"""

from collections.abc import Callable, Iterator, Mapping

from registry.limits import limit_of
from registry.problems import Problem
from registry.routes import LEADERS, ROUTES, Route, leader_of
from registry.schools import Settings

ENTRY_CLASS_SIZE = 55
"""R242: 起始年级班额均须控制在55人以内."""

BIG_CLASS = 56
"""R243: 不得出现56人以上大班额."""


def settings_problems(
    settings: Settings, routes: Mapping[str, Route] = ROUTES
) -> tuple[Problem, ...]:
    """Everything that cannot stand, the limits first."""
    found = list(_limits(settings, routes))
    for check in _CHECKS:
        found += check(settings)
    return tuple(found)


def _limits(settings: Settings, routes: Mapping[str, Route]) -> Iterator[Problem]:
    """Rule: K6. The days inside the school may not add up to more than the authority gives."""
    whole = settings.outside_days
    if whole is None:
        return
    told: set[str] = set()
    taken = (route for route in routes.values() if _is_taken(route, settings))
    for route in sorted(taken, key=lambda one: -_inside_days(one, settings)):
        total = _inside_days(route, settings)
        if total > whole and route.paper not in told:
            told.add(route.paper)
            params: dict[str, str | int] = {"paper": route.paper, "total": total, "limit": whole}
            params["over"] = total - whole
            yield Problem("settings.limits_exceed", params)


def _inside_days(route: Route, settings: Settings) -> int:
    return sum(limit_of(step, settings) or 0 for step in route.steps if step.is_inside)


def _is_taken(route: Route, settings: Settings) -> bool:
    """Whether cases go this way in this school: with its leader's step, or with none."""
    wanted = leader_of(route, settings)
    return next((name for name in LEADERS if route.code.endswith(f".{name}")), "") == wanted


def _freeze(settings: Settings) -> Iterator[Problem]:
    first, last = settings.freeze_from, settings.freeze_until
    if (first is None) != (last is None):
        yield Problem("settings.freeze_half")
    elif first is not None and last is not None and last < first:
        yield Problem("settings.freeze_order")


def _class_sizes(settings: Settings) -> Iterator[Problem]:
    """Rule: R242, R243, K19."""
    if settings.class_limit_entry > ENTRY_CLASS_SIZE:
        yield Problem("settings.class_limit_entry", {"most": ENTRY_CLASS_SIZE})
    if settings.class_warn > BIG_CLASS:
        yield Problem("settings.class_warn", {"most": BIG_CLASS})


_CHECKS: tuple[Callable[[Settings], Iterator[Problem]], ...] = (_freeze, _class_sizes)
