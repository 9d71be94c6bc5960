"""A draft's answers as a JSON document and back: on the path of every turn, hence by hand.

An answer is a list of text, giver and, where he insisted, true and his explanation.
"""

from collections.abc import Mapping
from typing import Any

from conversations.draft import Answer, Draft
from storage.sealing import Json


def pack_answers(draft: Draft) -> Json:
    """What of a draft is sealed."""
    document: dict[str, Json] = {
        "answers": {path: _pack(answer) for path, answer in draft.answers.items()}
    }
    if draft.own:
        document["own"] = {
            path: {actor_id: _pack(answer) for actor_id, answer in answers.items()}
            for path, answers in draft.own.items()
        }
    if draft.photos_by:
        document["photos_by"] = draft.photos_by
    for name in ("later", "seen", "mended", "typed_by"):
        paths: frozenset[str] = getattr(draft, name)
        if paths:
            document[name] = [*sorted(paths)]
    return document


def unpack_answers(document: Any) -> Mapping[str, Any]:
    """The same as arguments of `Draft`."""
    return {
        "answers": {path: Answer(*answer) for path, answer in document["answers"].items()},
        "own": {
            path: {actor_id: Answer(*answer) for actor_id, answer in answers.items()}
            for path, answers in document.get("own", {}).items()
        },
        "later": frozenset(document.get("later", ())),
        "seen": frozenset(document.get("seen", ())),
        "mended": frozenset(document.get("mended", ())),
        "photos_by": document.get("photos_by", ""),
        "typed_by": frozenset(document.get("typed_by", ())),
    }


def _pack(answer: Answer) -> Json:
    if answer.note:
        return [answer.text, answer.by, answer.insisted, answer.note]
    return [answer.text, answer.by, True] if answer.insisted else [answer.text, answer.by]
