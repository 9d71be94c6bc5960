"""A guardian signs by a link what somebody else filled: who he is, what he agrees to, his name.

Three pages by plain forms. Nothing of the paper is shown before he has said who he is and proved
that he knows the child; from then on the link is his alone. His signature sends the paper. What
it proves, and what it does not: docs/decisions/010. Rule: K21, K22, R81.
"""

from dataclasses import dataclass, replace
from typing import Final

from aiohttp import web

from bot import errands
from bot.agreeing import Signer, agreed, agreements, content_of, is_ready, is_statement
from bot.errands import Errand
from conversations.draft import Draft, DraftState
from conversations.finish import AGREED, sent_as
from conversations.turn import FormWords
from conversations.walk import Route
from conversations.wording import words
from registry import families, sending
from registry.actors import GUARDIANS, Actor, Relation, Role
from registry.problems import Conflict, NotThere, RuleError
from registry.readings import Reading
from registry.records import ClaimState, Event
from registry.submissions import Content, Signature
from registry.values import KINDS
from storage import sessions
from storage.dialogue import save_draft
from storage.errands import bind_errand, count_try, finish_errand
from storage.queries.family import family_view
from storage.sessions import LIMITS, SessionKind
from storage.unit import Unit
from web.sessions import SESSION, VISITOR, drop_cookie, read_cookie, set_cookie
from web.templates import page, see_other
from web.visits import Visit

MAX_WRONG: Final = 5
"""Wrong birth dates until the link opens nothing any more."""

SIGNERS: Final = tuple(relation for relation in Relation if relation in GUARDIANS)


@dataclass(frozen=True, slots=True)
class Signed:
    """What became of it."""

    number: int
    told: tuple[str, ...]


# ---- pages


async def show(visit: Visit, errand: Errand) -> web.StreamResponse:
    """Where this visitor stands; it changes nothing."""
    if not is_ready(errand):
        return page(visit, "errand_done.html", {"thanks": "errand.not_ready"}, status=409)
    signer = await _signer(visit, errand)
    if signer is not None:
        return _read_page(visit, errand, signer)
    if errand.entry.taken_by is not None:
        return page(visit, "errand_over.html", {}, status=410)
    return _who_page(visit, errand)


async def act(visit: Visit, errand: Errand) -> web.StreamResponse:
    """One of the three pages sent."""
    signer = await _signer(visit, errand)
    if signer is None:
        return await _say_who(visit, errand)
    if not is_ready(errand):
        return await show(visit, errand)
    chosen = {it.path: visit.fields.get(it.name, "") for it in agreements(errand, signer, {})}
    asked = agreements(errand, signer, chosen)
    if any(not it.chosen for it in asked):
        return _read_page(visit, errand, signer, chosen, problem="errand.agree_missing")
    if any(it.chosen not in AGREED for it in asked if is_statement(errand, it)):
        return _read_page(visit, errand, signer, chosen, problem="errand.statement_declined")
    if visit.fields.get("act") != "sign":
        return _sign_page(visit, errand, signer, chosen)
    return await _sign(visit, errand, signer, chosen)


def _who_page(visit: Visit, errand: Errand, problem: str = "") -> web.Response:
    values = {
        **_shown(visit, errand),
        "step": "who",
        "proof": errands.proof_wanted(errand)[0],
        "relations": SIGNERS,
        "relation": visit.fields.get("relation", ""),
        "problem": problem,
    }
    return page(visit, "errand_sign.html", values, status=422 if problem else 200)


def _read_page(
    visit: Visit,
    errand: Errand,
    signer: Signer,
    chosen: dict[str, str] | None = None,
    *,
    problem: str = "",
) -> web.Response:
    values = {
        **_shown(visit, errand),
        "step": "read",
        "agreements": agreements(errand, signer, chosen or {}),
        "problem": problem,
    }
    return page(visit, "errand_sign.html", values, status=422 if problem else 200)


def _sign_page(
    visit: Visit,
    errand: Errand,
    signer: Signer,
    chosen: dict[str, str],
    *,
    problem: str = "",
) -> web.Response:
    content = content_of(errand, signer, chosen)
    if content is None:
        return page(visit, "errand_done.html", {"thanks": "errand.not_ready"}, status=409)
    values = {
        **_shown(visit, errand),
        "step": "sign",
        "agreements": agreements(errand, signer, chosen),
        "summary": content.summary.split("\n"),
        "seen": _mark(visit, content),
        "relation": signer.relation.value,
        "typed_name": visit.fields.get("name", ""),
        "is_known": signer.is_known,
        "problem": problem,
    }
    return page(visit, "errand_sign.html", values, status=422 if problem else 200)


def _shown(visit: Visit, errand: Errand) -> dict[str, object]:
    form = errand.route.form
    maker = errand.facts.relation
    return {
        **errands.about(errand),
        "title": words(FormWords(form.title), visit.language),
        "maker": maker.value if maker is not None else "helper",
    }


# ---- who he is


async def _signer(visit: Visit, errand: Errand) -> Signer | None:
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


async def _say_who(visit: Visit, errand: Errand) -> web.StreamResponse:
    if errand.entry.taken_by is not None:
        return page(visit, "errand_over.html", {}, status=410)
    person = visit.actor if visit.has_role(Role.guardian) else None
    if person is not None and person.link_to(errand.draft.student_id) is not None:
        return _who_page(visit, errand, "errand.not_yourself")
    said = visit.fields.get("relation", "")
    if said not in SIGNERS:
        return _who_page(visit, errand, "link.relation_missing")
    kind, known = errands.proof_wanted(errand)
    reading = _proof(kind, visit.fields.get("proof", ""), visit)
    if reading.problem is not None or not known:
        return _who_page(visit, errand, f"errand.proof_{kind}")
    if reading.text != known:
        await visit.house.db.write(lambda unit: _missed(unit, visit, errand))
        return _who_page(visit, errand, "errand.proof_wrong")
    token = await visit.house.db.write(lambda unit: _bind(unit, visit, errand, Relation(said)))
    if token is None:
        return page(visit, "errand_over.html", {}, status=410)
    response = see_other(visit.path)
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


# ---- signed and sent


def _mark(visit: Visit, content: Content) -> str:
    """Of the summary as it was shown: what he signs is that, to the letter."""
    return visit.house.sealer.sign("summary.shown", content.summary.encode()).hex()


async def _sign(
    visit: Visit, errand: Errand, signer: Signer, chosen: dict[str, str]
) -> web.StreamResponse:
    typed = KINDS["name"].read(visit.fields.get("name", ""), visit.today)
    if typed.problem is not None:
        return _sign_page(visit, errand, signer, chosen, problem="errand.name_missing")
    content = content_of(errand, signer, chosen)
    if content is None or visit.fields.get("seen") != _mark(visit, content):
        return _sign_page(visit, errand, signer, chosen, problem="errand.changed")
    try:
        signed = await visit.house.db.write(
            lambda unit: _send(unit, visit, signer, chosen, typed.text)
        )
    except Conflict:
        signed = None
    except RuleError as error:
        return page(visit, "errand_done.html", {"thanks": error.code}, status=422)
    if signed is None:
        return page(visit, "errand_over.html", {}, status=410)
    for person in signed.told:
        visit.house.news.tell(person)
    thanks = "errand.signed" if signer.is_known else "errand.signed_unknown"
    values = {"thanks": thanks, "number": f"{signed.number:04d}"}
    return page(visit, "errand_done.html", values)


def _send(
    unit: Unit, visit: Visit, signer: Signer, chosen: dict[str, str], name: str
) -> Signed | None:
    """Signed and sent in one unit: what is sent is to the letter what was signed."""
    token, house = visit.parameter("token"), visit.house
    errand = errands.errand_at(unit, house, token, visit.language)
    if errand is None:
        return None
    content = content_of(errand, signer, chosen)
    facts, form = errand.facts, errand.facts.form
    if content is None or form is None or facts.sign is None:
        return None
    if visit.fields.get("seen") != _mark(visit, content):
        raise Conflict("errand.changed")
    if not finish_errand(unit, errand.entry, visit.now):
        return None
    signature = Signature(
        actor_id=signer.actor.id,
        relation=signer.relation,
        typed_name=name,
        at=visit.now,
        seal=facts.sign(content.summary),
        through=facts.actor.id,
    )
    draft = agreed(errand, signer, chosen).draft
    sent = sent_as(form, draft, replace(content, signature=signature))
    case = sending.submit(unit, facts.actor, sent, visit.now)
    _keep(unit, errand, draft, case.id)
    ids: dict[str, str | int] = {"submission": case.id}
    named = {**ids, "person": signer.actor.id, "through": facts.actor.id}
    unit.record(Event("submission.form.signed", case.school_id, signer.actor.id, visit.now, named))
    errands.tell_maker(unit, errand, "notice.signed_by_link", ids)
    return Signed(case.number, errands.family_of(unit, draft, facts))


def _keep(unit: Unit, errand: Errand, draft: Draft, case_id: str) -> None:
    none: frozenset[str] = frozenset()
    sent = replace(draft, state=DraftState.submitted, submission_id=case_id, mended=none)
    route = Route(errand.route.form, sent, errand.facts)
    revision = errand.draft.revision
    save_draft(unit, sent, revision, route.done, route.total, "", errand.facts.now)
