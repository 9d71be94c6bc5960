"""Drafts and places as bytes and back: compact JSON, sealed whole by storage.

Only what is not its default is written. Reading takes anything an older version wrote. Called by
storage.
"""

import json
from collections.abc import Mapping

from conversations.draft import Answer, Draft, DraftState, Focus, Place
from registry.problems import Problem

Plain = dict[str, object]


def draft_to_json(draft: Draft) -> bytes:
    """The whole draft."""
    plain: Plain = {
        "id": draft.id,
        "school": draft.school_id,
        "form": [draft.form_id, draft.form_version],
        "of": [draft.student_id, draft.claim_id, draft.occasion],
        "revision": draft.revision,
        "state": draft.state.value,
        "answers": {path: _answer(a) for path, a in draft.answers.items()},
    }
    if draft.own:
        plain["own"] = {
            path: {who: _answer(a) for who, a in by.items()} for path, by in draft.own.items()
        }
    for name, paths in (("later", draft.later), ("seen", draft.seen), ("mended", draft.mended)):
        if paths:
            plain[name] = sorted(paths)
    if draft.submission_id is not None:
        plain["submission"] = draft.submission_id
    return _bytes(plain)


def draft_from_json(kept: bytes | str) -> Draft:
    """The draft as it was."""
    plain = json.loads(kept)
    form_id, form_version = plain["form"]
    student_id, claim_id, occasion = plain["of"]
    return Draft(
        id=plain["id"],
        school_id=plain["school"],
        form_id=form_id,
        form_version=form_version,
        student_id=student_id,
        claim_id=claim_id,
        occasion=occasion,
        revision=plain["revision"],
        state=DraftState(plain["state"]),
        answers={path: Answer(*a) for path, a in plain["answers"].items()},
        own={
            path: {who: Answer(*a) for who, a in by.items()}
            for path, by in plain.get("own", {}).items()
        },
        later=frozenset(plain.get("later", ())),
        seen=frozenset(plain.get("seen", ())),
        mended=frozenset(plain.get("mended", ())),
        submission_id=plain.get("submission"),
    )


def place_to_json(place: Place) -> bytes:
    """The whole place."""
    plain: Plain = {"actor": place.actor_id, "turn": place.turn, "screen": place.screen}
    for name, value in (("draft", place.draft_id), ("child", place.child), ("news", place.news)):
        if value:
            plain[name] = value
    if place.focus is not None:
        plain["focus"] = _focus(place.focus)
    return _bytes(plain)


def place_from_json(kept: bytes | str) -> Place:
    """The place as it was."""
    plain = json.loads(kept)
    focus = plain.get("focus")
    return Place(
        actor_id=plain["actor"],
        turn=plain["turn"],
        screen=plain["screen"],
        draft_id=plain.get("draft"),
        focus=None if focus is None else _read_focus(focus),
        child=plain.get("child"),
        news=plain.get("news", ""),
    )


def _answer(answer: Answer) -> list[object]:
    if answer.note:
        return [answer.text, answer.by, answer.insisted, answer.note]
    return [answer.text, answer.by, True] if answer.insisted else [answer.text, answer.by]


_FOCUS = (
    "unconfirmed", "is_proposed", "picked", "rejected", "page", "search", "is_edit",
    "is_explaining", "tries",
)  # fmt: skip
_KEEPS_EMPTY = frozenset({"picked"})


def _focus(focus: Focus) -> Plain:
    plain: Plain = {"path": focus.path}
    for name in _FOCUS:
        value = getattr(focus, name)
        if value or (name in _KEEPS_EMPTY and value is not None):
            plain[name] = value
    if focus.problem is not None:
        plain["problem"] = [focus.problem.code, dict(focus.problem.params)]
    return plain


def _read_focus(plain: Mapping[str, object]) -> Focus:
    known = {name: plain[name] for name in ("path", *_FOCUS) if name in plain}
    problem = plain.get("problem")
    if isinstance(problem, list):
        known["problem"] = Problem(problem[0], problem[1])
    return Focus(**known)  # type: ignore[arg-type]


def _bytes(plain: Plain) -> bytes:
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
