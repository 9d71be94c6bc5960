"""A finished draft becomes what the registry reviews: Content, no trace of the form's shape.

Only answers on the route leave the draft. The summary is the text the person saw and signed.
Called by the dialogue when everything is answered; decides nothing.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime

from conversations.draft import Answer, Draft
from conversations.expressions import ExpressionError, Scope
from conversations.form import Form, Question
from conversations.plan import STATEMENT, Node, Step
from conversations.turn import Facts
from conversations.walk import Route
from conversations.wording import render_lines, words
from registry.actors import Relation
from registry.fields import FIELDS, FieldClass
from registry.problems import NotThere, RuleError
from registry.sending import Sent
from registry.submissions import IN_PERSON, Consent, Content, Evidence, Signature, Value

AGREED = frozenset({"OK", "yes"})
"""Answers that mean agreement to a statement or a separate consent."""

MARK_LENGTH = 16
_FILES = frozenset({"file", "image"})


def finish(form: Form, draft: Draft, facts: Facts) -> Content:
    """What is sent: the caller has asked everything that is asked. Rule: R81, K21, K22."""
    route = Route(form, draft, facts)
    summary = summary_text(route, facts.language)
    return Content(
        values=tuple(_values(route)),
        evidence=tuple(_evidence(route)),
        consents=tuple(_consents(route)),
        signature=_signature(route, summary),
        relation=route.relation or Relation.helper,
        summary=summary,
        typed_by=tuple(sorted(draft.typed_by)),
    )


def codes(route: Route) -> Mapping[str, str]:
    """What conditions may read of the answers so far: register fields and codes of rules."""
    values = tuple(_values(route))
    marked = {value.code: value.text for value in values if value.code}
    return {**marked, **{value.field: value.text for value in values if value.field}}


def sent_as(form: Form, draft: Draft, content: Content) -> Sent:
    """A finished draft with what its form names in the tables. Raises: RuleError, NotThere."""
    if form.route is None or form.effect is None:
        raise NotThere
    if draft.student_id is None:
        raise RuleError("submit.claim_waiting")
    return Sent(
        draft_id=draft.id,
        student_id=draft.student_id,
        form_id=form.id,
        form_version=form.version,
        route=form.route,
        effect=form.effect,
        evidence_rule=form.evidence_rule,
        content=content,
    )


def instance_title(form: Form, content: Content, now: datetime) -> str:
    """What the author's `instance_name` calls this filled form; "" where there is none."""
    if form.instance_name is None:
        return ""
    values = {value.path: value.text for value in content.values}
    try:
        return form.instance_name.text(Scope(values, now, version=form.version))
    except ExpressionError:
        return ""


def summary_text(route: Route, language: str) -> str:
    """The numbered summary as the person reads it, section by section."""
    text = [words(route.words(route.form.title), language)]
    section = ""
    for line in render_lines(route.lines(), language):
        if line.section and line.section != section:
            text.append(f"【{line.section}】")
        section = line.section
        text.append(f"{line.number} {line.label}  {line.value}")
    return "\n".join(text)


def mark_of(route: Route) -> str:
    """Tells whether the summary is still, to the letter, the one that was shown. Rule: R81."""
    sign = route.facts.sign
    return sign(summary_text(route, route.facts.language))[-MARK_LENGTH:] if sign else ""


def is_as_read(route: Route, seen: str) -> bool:
    """Whether nothing has changed since; who was shown no summary has nothing to compare."""
    return not seen or seen == mark_of(route)


def _values(route: Route) -> Iterator[Value]:
    """In the form's order, worked-out register fields and the signature included."""
    asked = {step.path for step in (*route.steps, *route.signatures)}
    for node in route.plan.nodes:
        for step in _places(route, node):
            yield from (_value if step.path in asked else _worked_out)(route, step)


def _places(route: Route, node: Node) -> Iterator[Step]:
    """A question once, or once for each member of its repeat."""
    if not node.repeat:
        yield node.step
    else:
        members = route.values.get(node.repeat, "").split()
        yield from (node.step_of(member) for member in members)


def _value(route: Route, step: Step) -> Iterator[Value]:
    question, node = step.node.question, step.node
    answer = _answer(route, step)
    if answer is None or _is_kept_elsewhere(node):
        return
    if node.is_own:
        yield from _others(route, step, answer)
    yield Value(
        path=step.path,
        text=answer.text,
        field=None if _is_told_in_person(question, answer.text) else question.save_to,
        label=_label(route, step),
        insisted=answer.insisted,
        note=answer.note,
        code=question.house.reads or "",
        is_typed=answer.by in route.draft.typed_by,
    )


def _is_told_in_person(question: Question, text: str) -> bool:
    """「我想当面和老师说」 is no fact of the register (R261)."""
    field = FIELDS.get(question.save_to or "")
    is_delicate = field is not None and field.field_class is FieldClass.delicate
    return is_delicate and IN_PERSON in text.split()


def _others(route: Route, step: Step, mine: Answer) -> Iterator[Value]:
    """Each person's own answer leaves for the staff; the last one, of who sends, is proposed."""
    for answer in route.draft.own.get(step.path, {}).values():
        if answer is not mine:
            yield Value(step.path, answer.text, None, _label(route, step))


def _worked_out(route: Route, step: Step) -> Iterator[Value]:
    """Calculations leave only where register or rules want them; what was shown leaves so."""
    node, text = step.node, route.values.get(step.path)
    question = node.question
    code = question.house.reads or ""
    is_wanted = bool(question.save_to or code) or node.type.is_asked
    if text and is_wanted and not _is_kept_elsewhere(node):
        yield Value(step.path, text, question.save_to, _label(route, step), code=code)


def _is_kept_elsewhere(node: Node) -> bool:
    """Consents, papers and who fills have their own place in Content; `one more?` has none."""
    is_file = node.question.type in _FILES
    return node.is_consent or node.is_repeat or is_file or node.role in (STATEMENT, "relation")


def _evidence(route: Route) -> Iterator[Evidence]:
    for step in route.steps:
        question = step.node.question
        answer = _answer(route, step)
        if answer is not None and question.type in _FILES:
            kind = question.house.evidence or question.name
            yield Evidence(step.path, kind, answer.text, _label(route, step))


def _consents(route: Route) -> Iterator[Consent]:
    """Each with the digest of its exact words in the language of who sends. Rule: K22."""
    for step in route.steps:
        question, answer = step.node.question, _answer(route, step)
        purpose = STATEMENT if step.node.role == STATEMENT else question.house.consent
        if answer is None or purpose is None:
            continue
        yield Consent(
            purpose=purpose,
            agreed=answer.text in AGREED,
            version=route.form.version,
            digest=digest_of(route, question),
            actor_id=answer.by,
            at=route.facts.now,
        )


def _signature(route: Route, summary: str) -> Signature | None:
    """Only a guardian's own, and only where it can be sealed; else it is given on paper. K21."""
    facts = route.facts
    for step in route.signatures:
        answer = route.draft.answers.get(step.path)
        if answer is None or answer.by != facts.actor.id or facts.sign is None:
            continue
        relation = route.relation or Relation.other_guardian
        return Signature(
            facts.actor.id, relation, answer.text, facts.now, seal=facts.sign(summary)
        )
    return None


def _answer(route: Route, step: Step) -> Answer | None:
    """The answer at a step of the route; one that no longer fits its choices is none."""
    if step.node.is_signature:
        return route.draft.answers.get(step.path)
    return route.answer(step) if step.path in route.values else None


def _label(route: Route, step: Step) -> str:
    """What staff read: its short name in the form's first language."""
    return words(route.words(step.node.brief.text, step), route.form.default_language)


def _shown(route: Route, question: Question) -> str:
    language = route.facts.language
    texts = (question.label, question.hint, *(choice.label for choice in question.choices))
    return "\n".join(filter(None, (words(route.words(text), language) for text in texts)))


def digest_of(route: Route, question: Question) -> str:
    """Of the exact words of a statement or consent, in the language of who reads it."""
    return hashlib.sha256(_shown(route, question).encode()).hexdigest()
