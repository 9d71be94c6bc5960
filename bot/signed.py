"""Signed and sent in one unit: what is sent is to the letter what was shown and signed.

Called by `bot.signing`. Rule: K21, R81.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot import errands
from bot.agreeing import Signer, agreed, content_of
from bot.errands import Errand
from conversations.draft import Draft, DraftState
from conversations.finish import sent_as
from conversations.walk import Route
from registry import sending
from registry.actors import Actor
from registry.problems import Conflict
from registry.records import Event
from registry.signatures import waits_for_teacher
from registry.submissions import Content, Signature
from storage.dialogue import load_draft, save_draft
from storage.errands import finish_errand
from storage.links import EntryKind, find_entry
from storage.unit import Unit
from web.visits import Visit


def mark_of(visit: Visit, content: Content) -> str:
    """Of the summary as it was shown: what he signs is that, to the letter."""
    return visit.house.sealer.sign("summary.shown", content.summary.encode()).hex()


def send(
    unit: Unit, visit: Visit, signer: Signer, chosen: Mapping[str, str], name: str
) -> tuple[str, ...]:
    """Signed and sent in one unit: what is sent is to the letter what was signed. Gives who is
    to see it; nobody where the link is over.
    """
    token, house = visit.parameter("token"), visit.house
    errand = errands.errand_at(unit, house, token, visit.language)
    if errand is None:
        return ()
    content = content_of(errand, signer, chosen)
    facts, form = errand.facts, errand.facts.form
    if content is None or form is None or facts.sign is None:
        return ()
    if visit.fields.get("seen") != mark_of(visit, content):
        raise Conflict("errand.changed")
    if not finish_errand(unit, errand.entry, visit.now):
        return ()
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
    return errands.family_of(unit, draft, facts)


def signed_by(unit: Unit, token: str, person: Actor) -> tuple[str, int] | None:
    """What to say to whoever gave the signature of this link, and the case's number."""
    entry = find_entry(unit, token)
    if entry is None or entry.kind is not EntryKind.sign or entry.draft_id is None:
        return None
    draft = load_draft(unit, entry.school_id, entry.draft_id)
    if draft is None or draft.submission_id is None:
        return None
    case = unit.load_submission(entry.school_id, draft.submission_id)
    signature = case.content.signature
    if signature is None or signature.actor_id != person.id:
        return None
    waits = waits_for_teacher(unit, case, signature)
    return "errand.signed_unknown" if waits else "errand.signed", case.number


def _keep(unit: Unit, errand: Errand, draft: Draft, case_id: str) -> None:
    none: frozenset[str] = frozenset()
    sent = replace(draft, state=DraftState.submitted, submission_id=case_id, mended=none)
    route = Route(errand.route.form, sent, errand.facts)
    revision = errand.draft.revision
    save_draft(unit, sent, revision, route.done, route.total, "", errand.facts.now)
