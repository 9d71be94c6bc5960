"""A new version of a paper: what is different, and what becomes of a draft that moves to it.

Questions are the same when their names are; answers are kept wherever the new question takes them.
Pure. Called by the panel before a version is published, by `xueji form diff` and by tests.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum

from conversations.answering import broken
from conversations.asked import Asked
from conversations.authoring.clues import items
from conversations.draft import Answer, Draft, Focus
from conversations.expressions import Expression
from conversations.form import Form, Group, Question, Text
from conversations.plan import Node, Plan, Step, plan_of
from conversations.turn import Facts, Said
from conversations.walk import DONE, Route
from registry.frozen import frozen


class Kind(StrEnum):
    """What may be different about a question."""

    added = "added"
    removed = "removed"
    renamed = "renamed"  # the same words and type under another name: answers cannot follow
    moved = "moved"  # in another group
    retyped = "retyped"
    choices_added = "choices_added"
    choices_removed = "choices_removed"
    conditions = "conditions"  # when it is asked, what it accepts, how it is worked out
    words = "words"
    pictures = "pictures"


@frozen
class Change:
    """One difference. `before` and `after` are names, types, codes or columns, as `kind` says."""

    kind: Kind
    name: str
    label: Text
    before: str = ""
    after: str = ""


@frozen
class Moved:
    """A draft on the new version. Paths: `kept` and `asked` of the new form, `dropped` of the old.

    `asked` are the questions it would be asked that it was not asked before.
    """

    draft: Draft
    kept: tuple[str, ...]
    asked: tuple[str, ...]
    dropped: tuple[str, ...]


def compare(old: Form, new: Form) -> tuple[Change, ...]:
    """Every difference, in the order of the new form, what is gone at the end."""
    before, after = _by_name(old), _by_name(new)
    gone = {name: item for name, item in before.items() if name not in after}
    changes: list[Change] = []
    for name, item in after.items():
        if name in before:
            changes += _differences(before[name], item)
            continue
        former = next((each for each in gone.values() if _is_same_words(each, item)), None)
        if former is None:
            changes.append(Change(Kind.added, name, item.label))
        else:
            del gone[former.name]
            changes.append(Change(Kind.renamed, name, item.label, former.name, name))
    changes += [Change(Kind.removed, name, item.label) for name, item in gone.items()]
    return tuple(changes)


def move(draft: Draft, old: Form, new: Form, facts: Facts) -> Moved:
    """The draft with every answer the new version takes; the rest is asked again or dropped."""
    mapped = _Mapping(plan_of(old), plan_of(new), facts)
    answers = {
        path: kept
        for before, answer in draft.answers.items()
        if (path := mapped.path(before)) and (kept := mapped.answer(path, answer)) is not None
    }
    own = {
        path: kept_by
        for before, by in draft.own.items()
        if (path := mapped.path(before)) and (kept_by := mapped.own(path, by))
    }
    there = replace(draft, form_version=new.version, answers=answers, own=own)
    there = there.keeping(
        later=frozenset(filter(None, map(mapped.promise, draft.later))),
        seen=frozenset(filter(None, map(mapped.mark, draft.seen))),
        mended=frozenset(filter(None, map(mapped.path, draft.mended))),
    )
    there = _without_broken(there, new, facts)
    return _report(draft, there, mapped, Route(old, draft, facts), Route(new, there, facts))


def _report(before: Draft, after: Draft, mapped: "_Mapping", old: Route, new: Route) -> Moved:
    waiting = {mapped.path(step.path) for step in old.missing()}
    kept = (*after.answers, *after.own)
    asked = tuple(step.path for step in new.missing() if step.path not in waiting)
    given = (*before.answers, *before.own)
    return Moved(
        draft=after,
        kept=kept,
        asked=asked,
        dropped=tuple(path for path in given if mapped.path(path) not in {*kept, *asked}),
    )


def _without_broken(draft: Draft, form: Form, facts: Facts) -> Draft:
    """An answer the new conditions refuse is no answer, unless the family insisted on it."""
    route = Route(form, draft, facts)
    refused = {
        step.path
        for step in route.steps
        if route.states[step.path] in DONE
        and (answer := route.answer(step)) is not None
        and not answer.insisted
        and not step.node.is_repeat
        and broken(route, step, answer.text) is not None
    }
    return draft.keeping(
        {path: answer for path, answer in draft.answers.items() if path not in refused},
        {path: by for path, by in draft.own.items() if path not in refused},
    )


class _Mapping:
    """From the paths of the old form to those of the new one, question by name."""

    def __init__(self, old: Plan, new: Plan, facts: Facts) -> None:
        self._old = old
        self._new = new
        self._facts = facts
        self._types = {node.question.name: node.question.type for node in old.nodes}
        self._by_name: Mapping[str, Node] = {node.question.name: node for node in new.nodes}

    def path(self, before: str) -> str:
        """Where that answer belongs now; "" where nothing asks for it."""
        step = self._old.step(before)
        node = self._by_name.get(step.node.question.name) if step else None
        if step is None or node is None or bool(node.repeat) != bool(step.member):
            return ""
        return node.path_of(step.member) if step.member else node.path

    def mark(self, seen: str) -> str:
        """A question left out, or "path=proposal declined"."""
        before, sign, proposed = seen.partition("=")
        path = self.path(before)
        return f"{path}{sign}{proposed}" if path else ""

    def promise(self, before: str) -> str:
        """「以后再补」 stands where it is still offered."""
        path = self.path(before)
        step = self._new.step(path)
        return path if step and step.node.question.house.ask_later else ""

    def answer(self, path: str, answer: Answer) -> Answer | None:
        """As the new question keeps it, None where it does not take it."""
        step = self._new.step(path)
        former = self._types.get(step.node.question.name, "") if step else ""
        text = _taken(step, answer.text, former, self._facts) if step else None
        return replace(answer, text=text) if text else None

    def own(self, path: str, by: Mapping[str, Answer]) -> Mapping[str, Answer]:
        """The same for the answers of several people."""
        kept = {who: self.answer(path, answer) for who, answer in by.items()}
        return {who: answer for who, answer in kept.items() if answer is not None}


def _taken(step: Step, text: str, former: str, facts: Facts) -> str | None:
    """The text as the question would have stored it; `former` is its type before."""
    node = step.node
    if node.question.choices:
        return text if all(code in node.codes for code in text.split()) else None
    if node.question.type == former:
        return text
    if not node.type.is_asked or node.question.type in _NEVER_TYPED:
        return None
    asked = Asked(node.question, node.choices, node.codes, Focus(step.path), facts.now)
    read = node.type.read(asked, Said(text))
    return read.text if read.text is not None else read.doubt


_NEVER_TYPED = frozenset({"acknowledge", "file", "image", "repeat"})


# ---- what is different


def _by_name(form: Form) -> Mapping[str, Question | Group]:
    return {item.name: item for item in items(form.children)}


def _type(item: Question | Group) -> str:
    if isinstance(item, Question):
        return item.type
    return "repeat" if item.repeats else "group"


def _is_same_words(old: Question | Group, new: Question | Group) -> bool:
    words = old.label.by_language
    return bool(words) and _type(old) == _type(new) and words == new.label.by_language


def _differences(old: Question | Group, new: Question | Group) -> Iterator[Change]:
    for kind, sides in _COMPARED.items():
        before, after = sides(old), sides(new)
        if before != after:
            yield Change(kind, new.name, new.label, before, after)
    if _pictures(old) != _pictures(new):
        yield Change(Kind.pictures, new.name, new.label)
    yield from _choices(old, new)
    changed = [name for name in _CONDITIONS if _source(old, name) != _source(new, name)]
    if changed:
        yield Change(Kind.conditions, new.name, new.label, after=", ".join(changed))


def _choices(old: Question | Group, new: Question | Group) -> Iterator[Change]:
    if not isinstance(old, Question) or not isinstance(new, Question):
        return
    before, after = ({c.name: None for c in each.choices} for each in (old, new))
    added = " ".join(code for code in after if code not in before)
    removed = " ".join(code for code in before if code not in after)
    if added:
        yield Change(Kind.choices_added, new.name, new.label, after=added)
    if removed:
        yield Change(Kind.choices_removed, new.name, new.label, before=removed)


def _words(item: Question | Group) -> str:
    texts = [item.label]
    if isinstance(item, Question):
        texts += (item.hint, item.guidance, item.constraint_message, item.required_message)
        texts += (choice.label for choice in item.choices)
    return "\n".join(text for each in texts for text in each.by_language.values())


def _pictures(item: Question | Group) -> str:
    """Files and digests: the same name may hold another picture."""
    if not isinstance(item, Question):
        return ""
    shown = (item.picture, *(choice.picture for choice in item.choices))
    return "\n".join(str(dict(each.by_language)) if each else "" for each in shown).strip()


_COMPARED: Mapping[Kind, Callable[[Question | Group], str]] = {
    Kind.moved: lambda item: item.path.rpartition("/")[0],
    Kind.retyped: _type,
    Kind.words: _words,
}
_CONDITIONS = (
    "relevant", "required", "constraint", "calculation", "choice_filter", "repeat_count",
    "default", "read_only", "save_to",
)  # fmt: skip


def _source(item: Question | Group, column: str) -> str:
    value = getattr(item, column, None)
    return value.source if isinstance(value, Expression) else str(value or "")
