"""Who signs by a link: a guardian known to the school, or who says so and knows the child.

Nothing of the paper is shown before; from then on the link is his alone (docs/decisions/010).
Called by `bot.signing`. Rule: K21.
"""

from typing import Final

from aiohttp import web

from bot import errands
from bot.agreeing import Signer
from bot.errand_notes import Note, go_on
from bot.errands import Errand
from registry import families
from registry.actors import GUARDIANS, Actor, Relation, Role
from registry.problems import NotThere
from registry.readings import Reading
from registry.records import ClaimState, Event
from registry.values import KINDS
from storage import sessions
from storage.errands import bind_errand, count_try, finish_errand
from storage.queries.family import family_view
from storage.sessions import LIMITS, SessionKind
from storage.unit import Unit
from web.sessions import SESSION, VISITOR, drop_cookie, read_cookie, set_cookie
from web.templates import see_other
from web.visits import Visit

MAX_TYPED: Final = 80
MAX_WRONG: Final = 5
"""Wrong birth dates until the link opens nothing any more."""

SIGNERS: Final = tuple(relation for relation in Relation if relation in GUARDIANS)


async def find_signer(visit: Visit, errand: Errand) -> Signer | None:
    """Known by his tie to the child, or by having opened this link and said who he is."""
    person = visit.actor
    if person is None or not visit.has_role(Role.guardian):
        return None
    link = person.link_to(errand.draft.student_id)
    if link is not None and link.is_guardian and link.may_see:
        return Signer(person, link.relation, True)
    if link is not None or errand.entry.taken_by != person.id:
        return None
    return await visit.house.db.read(lambda unit: _claimed(unit, errand, person))


def _claimed(unit: Unit, errand: Errand, person: Actor) -> Signer | None:
    student = errand.facts.student
    for view in reversed(family_view(unit, person).claims):
        claim = view.claim
        is_here = student is not None and claim.class_id == student.class_id
        if is_here and claim.state is ClaimState.open and claim.relation in SIGNERS:
            return Signer(person, Relation(claim.relation), False)
    return None


async def say_who(visit: Visit, errand: Errand) -> web.StreamResponse:
    if errand.entry.taken_by is not None:
        return see_other(visit.path)
    typed = {name: visit.fields.get(name, "")[:MAX_TYPED] for name in ("relation", "proof")}
    person = visit.actor if visit.has_role(Role.guardian) else None
    if person is not None and person.link_to(errand.draft.student_id) is not None:
        return go_on(visit, Note(problem="errand.not_yourself", typed=typed))
    said = typed["relation"]
    if said not in SIGNERS:
        return go_on(visit, Note(problem="link.relation_missing", typed=typed))
    kind, known = errands.proof_wanted(errand)
    reading = _proof(kind, typed["proof"], visit)
    if reading.problem is not None or not known:
        return go_on(visit, Note(problem=f"errand.proof_{kind}", typed=typed))
    if reading.text != known:
        await visit.house.db.write(lambda unit: _missed(unit, visit, errand))
        return go_on(visit, Note(problem="errand.proof_wrong", typed=typed))
    token = await visit.house.db.write(lambda unit: _bind(unit, visit, errand, Relation(said)))
    response = go_on(visit)
    if token:
        keep = LIMITS[SessionKind.family].absolute
        set_cookie(visit.house, response, SESSION, token, keep=keep)
        drop_cookie(visit.house, response, VISITOR)
    return response


def _proof(kind: str, text: str, visit: Visit) -> Reading:
    return KINDS["birth_date" if kind == "birth_date" else "name"].read(text, visit.today)


def _missed(unit: Unit, visit: Visit, errand: Errand) -> None:
    """Whoever guesses ends the link; the family makes another."""
    count_try(unit, errand.entry, visit.now)
    if errand.entry.tries + 1 >= MAX_WRONG:
        finish_errand(unit, errand.entry, visit.now)


def _bind(unit: Unit, visit: Visit, errand: Errand, relation: Relation) -> str | None:
    """The link becomes his: "" where he is signed in already; None where it is gone."""
    student = errand.facts.student
    if student is None:
        return None
    person = visit.actor if visit.has_role(Role.guardian) else None
    actor = person or families.arrive(unit, student.school_id, visit.language, visit.now)
    if not bind_errand(unit, errand.entry, actor.id, visit.now):
        raise NotThere
    name = errand.facts.child_name
    families.make_claim(unit, actor, student.class_id, name, relation, visit.now)
    if person is not None:
        return ""
    old = read_cookie(visit.house, visit.request, SESSION)
    if old is not None:
        sessions.end(unit, old)
    ids = {"person": actor.id, "channel": "web"}
    unit.record(Event("access.session.started", actor.school_id, actor.id, visit.now, ids))
    return sessions.start(unit, actor.id, SessionKind.family, visit.now)
