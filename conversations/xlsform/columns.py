"""The closed lists of what a form may say: its sheets, columns, settings and question types.

A name that is not listed is a problem that names the nearest listed one; nothing is ignored
silently. docs/forms.md explains each. Called by `reader`.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from conversations.form import Language
from registry.frozen import frozen


class Holds(StrEnum):
    """What stands in the cells of a column."""

    expression = "expression"
    picture = "picture"  # the name of a file, one column per language
    plain = "plain"
    text = "text"  # words to a person, one column per language
    yes_no = "yes_no"


@frozen
class Column:
    """One known column: what it holds and the other names the standard allows for it."""

    name: str
    holds: Holds
    aliases: tuple[str, ...] = ()


def _by_name(*columns: Column) -> Mapping[str, Column]:
    named = ((name, column) for column in columns for name in (column.name, *column.aliases))
    return dict(named)


SURVEY = _by_name(
    Column("appearance", Holds.plain),
    Column("calculation", Holds.expression, ("calculate",)),
    Column("chat::ask_later", Holds.yes_no),
    Column("chat::brief", Holds.text),
    Column("chat::consent", Holds.plain),
    Column("chat::evidence", Holds.plain),
    Column("chat::fact", Holds.plain),
    Column("chat::insist", Holds.yes_no),
    Column("chat::mask", Holds.plain),
    Column("chat::own", Holds.yes_no),
    Column("chat::proposal", Holds.expression),
    Column("chat::reads", Holds.plain),
    Column("chat::role", Holds.plain),
    Column("chat::save_to", Holds.plain),
    Column("chat::sensitive", Holds.yes_no),
    Column("chat::web_only", Holds.yes_no),
    Column("choice_filter", Holds.expression),
    Column("constraint", Holds.expression),
    Column("constraint_message", Holds.text, ("constraining_message",)),
    Column("default", Holds.plain),
    Column("guidance_hint", Holds.text),
    Column("hint", Holds.text),
    Column("label", Holds.text, ("caption",)),
    Column("media::image", Holds.picture, ("image",)),
    Column("name", Holds.plain, ("value", "tag")),
    Column("parameters", Holds.plain),
    Column("read_only", Holds.plain, ("readonly",)),
    Column("relevant", Holds.expression, ("relevance",)),
    Column("repeat_count", Holds.expression, ("count", "jr:count")),
    Column("required", Holds.plain),
    Column("required_message", Holds.text, ("requiredmsg",)),
    Column("save_to", Holds.plain),
    Column("trigger", Holds.plain),
    Column("type", Holds.plain, ("command",)),
)
CHOICES = _by_name(
    Column("label", Holds.text, ("caption",)),
    Column("list_name", Holds.plain, ("list name",)),
    Column("media::image", Holds.picture, ("image",)),
    Column("name", Holds.plain, ("value",)),
)
"""Any other plain column of this sheet serves choice filters."""

SETTINGS = _by_name(
    Column("allow_choice_duplicates", Holds.yes_no),
    Column("chat::effect", Holds.plain),
    Column("chat::evidence", Holds.plain),
    Column("chat::occasion", Holds.plain),
    Column("chat::route", Holds.plain),
    Column("default_language", Holds.plain),
    Column("form_id", Holds.plain, ("set_form_id", "id_string")),
    Column("form_title", Holds.plain, ("set_form_title", "title")),  # ODK has one language here
    Column("instance_name", Holds.expression),
    Column("version", Holds.plain),
)
ENTITIES = _by_name(
    Column("label", Holds.expression),
    Column("list_name", Holds.plain, ("dataset",)),
)
SHEETS: Mapping[str, Mapping[str, Column]] = {
    "survey": SURVEY,
    "choices": CHOICES,
    "settings": SETTINGS,
    "entities": ENTITIES,
}

# Known to the standard, refused here: (sheet, column) → what to do instead, a key of `author.…`.
REFUSED_COLUMNS: Mapping[str, str] = {
    "media::audio": "media",
    "media::big-image": "media",
    "media::video": "media",
    "audio": "media",
    "big-image": "media",
    "video": "media",
    "autoplay": "media",
    "public_key": "encryption",
    "submission_url": "encryption",
}

PER_LANGUAGE = frozenset({Holds.picture, Holds.text})
"""Such a column may stand once for each language."""

QUESTION_TYPES: Mapping[str, str] = {
    "acknowledge": "acknowledge",
    "calculate": "calculate",
    "date": "date",
    "datetime": "dateTime",
    "decimal": "decimal",
    "end": "end",
    "file": "file",
    "hidden": "hidden",
    "image": "image",
    "int": "integer",
    "integer": "integer",
    "note": "note",
    "photo": "image",
    "range": "range",
    "rank": "rank",
    "select_multiple": "select_multiple",
    "select_multiple_from_file": "select_multiple",
    "select_one": "select_one",
    "select_one_from_file": "select_one",
    "start": "start",
    "string": "text",
    "text": "text",
    "time": "time",
    "today": "today",
    "trigger": "acknowledge",
}
"""As written in `type` (lower case) → the name in `Question.type`."""

WITH_LIST = frozenset(
    {
        "rank",
        "select_multiple",
        "select_multiple_from_file",
        "select_one",
        "select_one_from_file",
    }
)
SELECTS = frozenset({"rank", "select_multiple", "select_one"})
"""As named in `Question.type`."""

SILENT = frozenset({"calculate", "end", "hidden", "start", "today"})
"""Types nobody is asked."""

# Refused type → which advice: `author.type_<advice>`.
REFUSED_TYPES: Mapping[str, str] = {
    "audio": "media",
    "audit": "device",
    "background-audio": "media",
    "barcode": "barcode",
    "deviceid": "device",
    "email": "device",
    "geopoint": "place",
    "geoshape": "place",
    "geotrace": "place",
    "phonenumber": "device",
    "select_one_external": "external",
    "simserial": "device",
    "start-geopoint": "place",
    "subscriberid": "device",
    "username": "device",
    "video": "media",
    "xml-external": "external",
}

APPEARANCES = frozenset(
    {
        "autocomplete",
        "columns",
        "compact",
        "field-list",
        "horizontal",
        "label",
        "likert",
        "list",
        "list-nolabel",
        "minimal",
        "month-year",
        "multiline",
        "no-calendar",
        "numbers",
        "quick",
        "signature",
        "table-list",
        "vertical",
        "year",
    }
)
"""Known to the standard; those about a screen's layout change nothing in a conversation."""

FILE_PARAMETERS = frozenset({"label", "value"})
"""Of a list in a file: which of its columns hold the words and the codes."""

PARAMETERS: Mapping[str, frozenset[str]] = {
    "image": frozenset({"max-pixels"}),
    "range": frozenset({"end", "start", "step"}),
    "text": frozenset({"rows"}),
}

OCCASIONS = frozenset({"case", "entry", "term", "year"})
"""How often a child has a new one of this paper; `entry` where the form does not say."""

ROLES = frozenset({"relation", "signature", "statement"})

# ODK's engine fails on anything else, 姓名 included.
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")

_LANGUAGE_CODES: Mapping[str, Language] = {
    "en": "en",
    "zh": "zh_Hans",
    "zh-cn": "zh_Hans",
    "zh-hans": "zh_Hans",
    "zh-hant": "zh_Hant",
    "zh-hk": "zh_Hant",
    "zh-tw": "zh_Hant",
}
_CODE_IN_BRACKETS = re.compile(r"[(（]\s*([A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?)\s*[)）]\s*$")


def language_of(written: str) -> Language:
    """`English (en)` is en, `繁體中文 (zh-Hant)` is zh_Hant; others stand as they are."""
    found = _CODE_IN_BRACKETS.search(written)
    code = found.group(1) if found else written
    return _LANGUAGE_CODES.get(code.lower().replace("_", "-"), code)
