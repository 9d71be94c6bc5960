"""The school's people: who has which role, invitations, and stopping somebody at once. Rule: T5.

An invitation is a link shown once; its bearer sets his own password. Called for
`/panel/setup/staff…`.
"""

from datetime import timedelta

from aiohttp import web

from admin.once import Once
from admin.pages import back_to, show
from admin.places import Places, read_places
from admin.settings import problem_values
from locales import say
from registry import setup
from registry.actors import Actor, Grant, Role, Scope
from registry.cases import event, require
from registry.frozen import frozen
from registry.policy import Action, Target
from registry.problems import NotThere, Problem, RuleError
from registry.values import KINDS
from storage import links, people_books
from storage.links import EntryKind, NewEntry
from storage.queries import panel
from storage.unit import Unit
from web.visits import Visit

INVITATION = timedelta(days=7)
ROLES = (
    Role.class_teacher,
    Role.committee,
    Role.registrar,
    Role.vice_principal,
    Role.principal,
    Role.supervisor,
    Role.operator,
)


@frozen
class Invitation:
    """A way in for one member of staff."""

    name: str
    url: str

    def __repr__(self) -> str:
        """No name and no way in."""
        return "Invitation(…)"


@frozen
class PersonLine:
    """One person of the list."""

    id: str
    name: str
    roles: str
    is_active: bool
    has_login: bool
    is_me: bool


@frozen
class Typed:
    """The form as typed."""

    name: str = ""
    role: str = Role.class_teacher
    class_id: str = ""


@frozen
class Staff:
    """The pages with the invitations waiting to be shown once."""

    invitations: Once[Invitation]

    async def show(self, visit: Visit) -> web.StreamResponse:
        """Everybody, and the invitation just made."""
        key = visit.request.query.get("invitation", "")
        return await _page(visit, self.invitations.take(visit.person().id, key))

    async def add(self, visit: Visit) -> web.StreamResponse:
        """A person with one role, and his invitation."""
        actor, typed = visit.person(), _typed(visit)
        name = KINDS["name"].read(typed.name)
        problem = name.problem or _unfit(typed)
        if problem is not None:
            at = "name" if name.problem else "class"
            return await _page(visit, typed=typed, problem=problem, at=at)

        def add(unit: Unit) -> Invitation:
            role, place = Role(typed.role), typed.class_id or actor.school_id
            person = setup.add_staff(unit, actor, name.text, role, place, visit.now)
            return _invite(unit, visit, person.id, name.text)

        return self._keep(visit, await visit.house.db.write(add))

    async def invite(self, visit: Visit) -> web.StreamResponse:
        """A new invitation: the first was lost, or the password forgotten."""
        actor, person_id = visit.person(), visit.parameter("id")

        def invite(unit: Unit) -> Invitation:
            require(actor, Action.setup_staff, Target(actor.school_id), visit.now)
            person = unit.load_actor(actor.school_id, person_id)
            if not person.is_active or not _is_staff(person):
                raise NotThere
            names = people_books.names(unit, actor.school_id, (person.id,))
            ids = {"person": person.id, "role": person.grants[0].role.value}
            unit.record(event("access.staff.invited", actor, visit.now, **ids))
            return _invite(unit, visit, person.id, names.get(person.id, ""))

        return self._keep(visit, await visit.house.db.write(invite))

    async def stop(self, visit: Visit) -> web.StreamResponse:
        """End every session, give cases back, let nobody in under that name."""
        actor, person_id = visit.person(), visit.parameter("id")
        try:
            await visit.house.db.write(
                lambda unit: setup.stop_person(unit, actor, person_id, visit.now)
            )
        except RuleError as refused:
            if refused.code != "setup.stop_yourself":
                raise
            return await _page(visit, problem=Problem(refused.code))
        visit.house.news.tell(person_id)
        return back_to("/panel/setup/staff", done="stopped")

    def _keep(self, visit: Visit, invitation: Invitation) -> web.Response:
        key = self.invitations.keep(visit.person().id, invitation)
        return back_to("/panel/setup/staff", done="invited", invitation=key)


def _invite(unit: Unit, visit: Visit, person_id: str, name: str) -> Invitation:
    wanted = NewEntry(
        EntryKind.invite,
        visit.school.id,
        actor_id=person_id,
        expires_at=visit.now + INVITATION,
    )
    token = links.make_entry(unit, wanted, visit.now)
    return Invitation(name, f"{visit.house.address}/l/{token}")


def _unfit(typed: Typed) -> Problem | None:
    if typed.role not in ROLES:
        return Problem("setup.role_unknown")
    if typed.role == Role.class_teacher and not typed.class_id:
        return Problem("setup.class_missing")
    return None


def _typed(visit: Visit) -> Typed:
    fields = visit.fields
    return Typed(fields.get("name", "").strip(), fields.get("role", ""), fields.get("class", ""))


async def _page(
    visit: Visit,
    invitation: Invitation | None = None,
    *,
    typed: Typed | None = None,
    problem: Problem | None = None,
    at: str = "",
) -> web.StreamResponse:
    actor = visit.person()
    people, names, with_login, places = await visit.house.db.read(
        lambda unit: (
            found := people_books.staff(unit, actor.school_id),
            people_books.names(unit, actor.school_id, {one.id for one in found}),
            panel.logins(unit, actor.school_id),
            read_places(unit, actor.school_id, visit.language),
        )
    )
    lines = (
        PersonLine(
            one.id,
            names.get(one.id, ""),
            _roles(visit, one, places),
            one.is_active,
            one.id in with_login,
            one.id == actor.id,
        )
        for one in people
    )
    form = typed or Typed()
    values = {
        "part": "setup_staff",
        "people": sorted(lines, key=lambda line: (not line.is_active, line.roles, line.name)),
        "roles": ROLES,
        "classes": tuple(places.values()),
        "form": {"name": form.name, "role": form.role, "class": form.class_id},
        "invitation": invitation,
        **problem_values(problem, at),
    }
    status = 422 if problem else 200
    return await show(visit, "setup_staff.html", values, here="setup", status=status)


def _roles(visit: Visit, person: Actor, places: Places) -> str:
    held = (grant for grant in person.grants if grant.role in ROLES and grant.holds(visit.today))
    words = (_role(visit, grant, places) for grant in held)
    return say("panel.join", visit.language).join(words)


def _role(visit: Visit, grant: Grant, places: Places) -> str:
    role = say(f"panel.role.{grant.role}", visit.language)
    if grant.scope is Scope.school_class and grant.place_id in places:
        return f"{role} · {places[grant.place_id].label}"
    return role


def _is_staff(person: Actor) -> bool:
    return any(grant.role in ROLES for grant in person.grants)
