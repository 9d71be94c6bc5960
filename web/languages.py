"""Which language a page speaks: the person's own choice, else the browser's wish, else Chinese."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from locales import WORDING, language_of

COOKIE: Final = "language"

TAGS: Final = {"en": "en", "zh_Hans": "zh-Hans", "zh_Hant": "zh-Hant"}
"""Our code → the tag of `<html lang>`."""


@lru_cache(maxsize=256)
def choose(offered: Sequence[str], *, chosen: str | None, accepted: str) -> str:
    """The language of a page. `accepted` is the header Accept-Language."""
    if chosen is not None and chosen in offered:
        return chosen
    for tag in _ranked(accepted):
        wished = language_of(tag)
        if wished is not None and wished in offered:
            return wished
    return WORDING


def _ranked(accepted: str) -> list[str]:
    wishes: list[tuple[float, str]] = []
    for part in accepted[:200].lower().split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            wishes.append((-float(weight or 1), tag))
        except ValueError:
            continue
    return [tag for _, tag in sorted(wishes, key=lambda wish: wish[0])]
