"""The only place where a Reply or a Notice becomes text in a language.

Plain text, never markup: each channel lays it out and escapes it. Called by the channels, the
sender of notices and the panel's preview.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from babel.dates import format_date

from conversations.turn import (
    Ask,
    Day,
    FormWords,
    Header,
    Illustration,
    Line,
    Listing,
    Param,
    Phrase,
    SetLanguage,
    Turn,
)
from locales import WORDING, say
from registry.frozen import frozen

MARK = "\x00"


@frozen
class ShownButton:
    """A button in words. `token` comes back when it is pressed: at most 64 bytes of ASCII."""

    token: str
    label: str
    style: str = "answer"
    is_on: bool = False


@frozen
class ShownLine:
    """A line of a summary in words. `number` is what a person may type; 0 = not numbered."""

    number: int
    label: str
    value: str
    token: str | None
    section: str = ""
    state: str = "ok"


@frozen
class ShownPicture:
    """A picture of the form in one language; `label` says what it belongs to."""

    name: str
    digest: str
    label: str
    is_choice: bool = False


@frozen
class Bubble:
    """One reply in words."""

    kind: str
    paragraphs: tuple[str, ...]
    buttons: tuple[ShownButton, ...] = ()
    ask: Ask | None = None
    lines: tuple[ShownLine, ...] = ()
    pictures: tuple[ShownPicture, ...] = ()


@frozen
class ShownHeader:
    """The quiet head of the page in words. `left` says how much is left."""

    child: str
    section: str
    done: int
    total: int
    left: str


@frozen
class Shown:
    """All a channel needs to show one turn."""

    header: ShownHeader | None
    bubbles: tuple[Bubble, ...]
    language: str
    turn: int = 0


def render(turn: Turn, language: str) -> Shown:
    """A turn in words; in the new language if the turn chose one."""
    if isinstance(turn.outcome, SetLanguage):
        language = turn.outcome.language
    number = turn.place.turn
    bubbles = tuple(
        Bubble(
            reply.kind,
            tuple(_paragraphs(reply.words, language)),
            tuple(
                ShownButton(
                    f"{number}:{button.op}",
                    words(button.label, language),
                    button.style,
                    button.is_on,
                )
                for button in reply.buttons
            ),
            reply.ask,
            render_lines(reply.lines, language, number) if reply.lines else (),
            tuple(_picture(one, language) for one in reply.pictures) if reply.pictures else (),
        )
        for reply in turn.replies
    )
    return Shown(_header(turn.header, language), bubbles, language, number)


def render_lines(lines: tuple[Line, ...], language: str, turn: int = 0) -> tuple[ShownLine, ...]:
    """Lines in words: a summary, a timeline, or the answers given so far."""
    return tuple(
        ShownLine(
            index,
            words(line.label, language),
            words(line.value, language),
            None if line.op is None else f"{turn}:{line.op}",
            "" if line.section is None else words(line.section, language),
            line.state,
        )
        for index, line in enumerate(lines, 1)
    )


def render_notice(key: str, params: Mapping[str, Param], language: str) -> str:
    """A notice in words."""
    return words(Phrase(key, params), language)


def words(param: Param, language: str) -> str:
    """Anything that stands where words stand, in words."""
    if isinstance(param, str):
        return param
    if isinstance(param, Phrase):
        params = param.params
        if not params:
            return say(param.key, language)
        return say(param.key, language, _Filled(params, language))
    if isinstance(param, FormWords):
        return _form_words(param, language)
    if isinstance(param, Day):
        return show_day(param.iso, language)
    if isinstance(param, Listing):
        return say("listing.and", language).join(words(item, language) for item in param.items)
    return str(param)


class _Filled(dict[str, object]):
    """Parameters worded only when the sentence names them."""

    __slots__ = ("_language", "_params")

    def __init__(self, params: Mapping[str, Param], language: str) -> None:
        super().__init__()
        self._params = params
        self._language = language

    def __bool__(self) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        return words(self._params[name], self._language)


@lru_cache(maxsize=4096)
def show_day(iso: str, language: str) -> str:
    """2018年3月12日, 12 March 2018; text that is no date stays as it is."""
    try:
        day = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    if language == "en":
        return format_date(day, "d MMMM y", locale="en")
    return f"{day.year}年{day.month}月{day.day}日"


def _form_words(param: FormWords, language: str) -> str:
    text = param.text.within(language, WORDING)
    if not param.text.refs or MARK not in text:
        return text
    pieces = text.split(MARK)
    for i in range(1, len(pieces), 2):
        value = param.values.get(pieces[i])
        pieces[i] = "……" if value is None else words(value, language)
    return "".join(pieces)


def _picture(shown: Illustration, language: str) -> ShownPicture:
    file = shown.picture.within(language, WORDING)
    return ShownPicture(file.name, file.digest, words(shown.label, language), shown.is_choice)


def _paragraphs(params: tuple[Param, ...], language: str) -> list[str]:
    return [text for param in params if (text := words(param, language))]


def _header(header: Header | None, language: str) -> ShownHeader | None:
    if header is None:
        return None
    left = header.total - header.done
    key = "header.left" if left else "header.all_filled"
    params: Mapping[str, Param] = {"left": left, "done": header.done, "total": header.total}
    return ShownHeader(
        header.child,
        words(header.section, language),
        header.done,
        header.total,
        words(Phrase(key, params), language),
    )
