"""Which language a page speaks: the person's own choice, else the browser's wish, else Chinese."""

from collections.abc import Iterable
from typing import Final

from locales import WORDING, language_of

COOKIE: Final = "language"

TAGS: Final = {"en": "en", "zh_Hans": "zh-Hans", "zh_Hant": "zh-Hant"}
"""Our code → the tag of `<html lang>`."""


def choose(offered: Iterable[str], *, chosen: str | None, accepted: str) -> str:
    """The language of a page. `accepted` is the header Accept-Language."""
    languages = tuple(offered)
    if chosen in languages:
        return chosen
    for tag in _ranked(accepted):
        wished = language_of(tag)
        if wished in languages:
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
