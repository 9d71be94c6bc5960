"""How far a person reaches with an action, as a condition in SQL: in every query of staff."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Table, and_, false, or_, select, true

from registry.actors import Actor, Grant, Scope
from registry.frozen import frozen
from registry.policy import POLICY, Action
from storage import tables as t


@frozen
class Reach:
    """The school, and within it everything or some grades and classes."""

    school_id: str
    actor_id: str
    is_whole: bool = False
    grades: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    own_children: frozenset[str] = frozenset()

    def within(self, table: Table) -> ColumnElement[bool]:
        """The rows of a table with school_id and class_id that he may see."""
        return and_(table.c.school_id == self.school_id, self._places(table))

    def _places(self, table: Table) -> ColumnElement[bool]:
        if self.is_whole:
            return true()
        places: list[ColumnElement[bool]] = []
        if self.classes:
            places.append(table.c.class_id.in_(sorted(self.classes)))
        if self.grades:
            places.append(self._grades(table))
        return or_(*places) if places else false()

    def _grades(self, table: Table) -> ColumnElement[bool]:
        wanted = sorted(self.grades)
        if "grade_id" in table.c:
            return table.c.grade_id.in_(wanted)
        classes = select(t.school_class.c.id).where(t.school_class.c.grade_id.in_(wanted))
        return table.c.class_id.in_(classes)


def reach_of(actor: Actor, action: Action, today: date) -> Reach:
    """Of all grants in force that allow the action."""
    roles = POLICY.get(action, frozenset())
    allowed = (grant for grant in actor.grants if grant.role in roles and grant.holds(today))
    return reach_of_grants(actor, allowed if actor.is_active else ())


def reach_of_grants(actor: Actor, grants: Iterable[Grant]) -> Reach:
    """Of just these grants."""
    places = [(grant.scope, grant.place_id) for grant in grants]
    return Reach(
        actor.school_id,
        actor.id,
        any(scope is Scope.school and place == actor.school_id for scope, place in places),
        frozenset(place for scope, place in places if scope is Scope.grade),
        frozenset(place for scope, place in places if scope is Scope.school_class),
        frozenset(link.student_id for link in actor.links),
    )
