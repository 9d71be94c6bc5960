"""A guardian signs by a link what somebody else filled: who he is, what he agrees to, his name.

Three pages by plain forms, each sent one answered by a redirect: reloading and Back send nothing
twice. Nothing of the paper is shown before he has said who he is and proved that he knows the
child (`bot.signers`). His signature sends the paper (`bot.signed`). What it proves, and what it
does not: docs/decisions/010. Rule: K21, K22, R81.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from aiohttp import web

from bot import errands
from bot.agreeing import Signer, agreed, agreements, content_of, is_ready, is_statement
from bot.errand_notes import Note, go_on, read_note, thank
from bot.errands import Errand
from bot.signed import mark_of, send, signed_by
from bot.signers import MAX_TYPED, SIGNERS, find_signer, say_who
from conversations.finish import AGREED
from conversations.signing import others_named
from conversations.turn import FormWords, Listing, Param
from conversations.wording import words
from registry.actors import Role
from registry.problems import Conflict, Problem, RuleError
from registry.values import KINDS
from web.templates import page, see_other
from web.visits import Visit

SIGN_STEP: Final = "step=sign"
SIGN_PAGE: Final = f"?{SIGN_STEP}"
"""An address of its own, so that the browser's Back leads to the page before."""

NAME_FIELD: Final = f"{SIGN_PAGE}#sign-here"
"""What is wrong with the name is said beside its field, below a long summary."""


async def show(visit: Visit, errand: Errand) -> web.StreamResponse:
    """Where this visitor stands; it changes nothing."""
    if not is_ready(errand):
        return _wait(visit)
    signer = await find_signer(visit, errand)
    if signer is None:
        if errand.entry.taken_by is not None:
            return page(visit, "errand_over.html", {}, status=410)
        return _who_page(visit, errand)
    note = read_note(visit)
    if visit.request.query_string != SIGN_STEP:
        return _read_page(visit, errand, signer, note)
    if _unagreed(errand, signer, note.chosen)[0]:
        return see_other(visit.path)
    return _sign_page(visit, errand, signer, note)


async def show_signed(visit: Visit) -> web.StreamResponse | None:
    """His signature is given: said again to who gave it, and to nobody else."""
    person, token = visit.actor, visit.parameter("token")
    if person is None or not visit.has_role(Role.guardian):
        return None
    signed = await visit.house.db.read(lambda unit: signed_by(unit, token, person))
    if signed is None:
        return None
    thanks, number = signed
    return thank(visit, Note(thanks, params={"number": f"{number:04d}"}))


async def act(visit: Visit, errand: Errand) -> web.StreamResponse:
    """One of the three pages sent; always answered by a redirect."""
    signer = await find_signer(visit, errand)
    if signer is None:
        return await say_who(visit, errand)
    if not is_ready(errand):
        return see_other(visit.path)
    chosen = {it.path: visit.fields.get(it.name, "") for it in agreements(errand, signer, {})}
    note = Note(chosen={path: code for path, code in chosen.items() if code})
    problem, at = _unagreed(errand, signer, chosen)
    if problem:
        return go_on(visit, replace(note, problem=problem), f"#{at}" if at else "")
    if visit.fields.get("act") != "sign":
        return go_on(visit, note, SIGN_PAGE)
    return await _sign(visit, errand, signer, note)


def _unagreed(errand: Errand, signer: Signer, chosen: Mapping[str, str]) -> tuple[str, str]:
    """Why there is nothing to sign yet: a sentence's key, and at which item."""
    asked = agreements(errand, signer, chosen)
    missing = next((it.name for it in asked if not it.chosen), "")
    if missing:
        return "errand.agree_missing", missing
    if any(it.chosen not in AGREED for it in asked if is_statement(errand, it)):
        return "errand.statement_declined", ""
    return "", ""


def _who_page(visit: Visit, errand: Errand) -> web.Response:
    note = read_note(visit)
    values = {
        **_shown(visit, errand, note),
        "step": "who",
        "proof": errands.proof_wanted(errand)[0],
        "relations": SIGNERS,
    }
    return page(visit, "errand_sign.html", values)


def _read_page(visit: Visit, errand: Errand, signer: Signer, note: Note) -> web.Response:
    values = {
        **_shown(visit, errand, note),
        "step": "read",
        "agreements": agreements(errand, signer, note.chosen),
    }
    return page(visit, "errand_sign.html", values)


def _sign_page(visit: Visit, errand: Errand, signer: Signer, note: Note) -> web.Response:
    content = content_of(errand, signer, note.chosen)
    if content is None:
        return _wait(visit)
    values = {
        **_shown(visit, errand, note),
        "step": "sign",
        "agreements": agreements(errand, signer, note.chosen),
        "summary": content.summary.split("\n"),
        "seen": mark_of(visit, content),
        "relation": signer.relation.value,
        "is_known": signer.is_known,
    }
    return page(visit, "errand_sign.html", values)


def _wait(visit: Visit) -> web.Response:
    return page(
        visit, "errand_done.html", {"thanks": "errand.not_ready", "params": {}}, status=409
    )


def _shown(visit: Visit, errand: Errand, note: Note) -> dict[str, object]:
    form = errand.route.form
    maker = errand.facts.relation
    return {
        **errands.about(errand),
        "title": words(FormWords(form.title), visit.language),
        "maker": maker.value if maker is not None else "helper",
        "problem": note.problem,
        "params": note.params,
        "typed": note.typed,
    }


async def _sign(visit: Visit, errand: Errand, signer: Signer, note: Note) -> web.StreamResponse:
    """Signed and sent, or back to the same page with the reason."""
    before, typed = read_note(visit).typed, visit.fields.get("name", "")
    note = replace(note, typed={"name": typed[:MAX_TYPED]})
    reading = KINDS["signature"].read(typed, visit.today)
    if reading.problem is not None:
        is_empty = not typed.strip()
        problem = Problem("errand.name_missing") if is_empty else reading.problem
        return go_on(visit, replace(note, problem=problem.code, params=problem.params), NAME_FIELD)
    name, content = reading.text, content_of(errand, signer, note.chosen)
    if content is None or visit.fields.get("seen") != mark_of(visit, content):
        return go_on(visit, replace(note, problem="errand.changed"), SIGN_PAGE)
    named = others_named(agreed(errand, signer, note.chosen).route, signer.relation, name)
    if named and before.get("asked") != name:
        return go_on(visit, _differs(visit, note, name, named), NAME_FIELD)
    try:
        told = await visit.house.db.write(
            lambda unit: send(unit, visit, signer, note.chosen, name)
        )
    except Conflict as error:
        if error.code == "errand.changed":  # between reading it and this moment
            return go_on(visit, replace(note, problem=error.code), SIGN_PAGE)
        told = ()
    except RuleError as error:
        return go_on(visit, replace(note, problem=error.code, params=error.params), NAME_FIELD)
    for person in told:
        visit.house.news.tell(person)
    return go_on(visit)


def _differs(visit: Visit, note: Note, name: str, named: tuple[Param, ...]) -> Note:
    """Asked once; who signs the same name again means it."""
    params = {"value": name, "named": words(Listing(named), visit.language)}
    typed = {**note.typed, "asked": name}
    return replace(note, problem="errand.name_differs", params=params, typed=typed)
