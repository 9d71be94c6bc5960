"""Every sentence the product says, by key and language. Loaded once from the .po files; knows no
school and no child.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from locales.po import read_po

LANGUAGES: Mapping[str, str] = {"zh_Hans": "简体中文", "zh_Hant": "繁體中文", "en": "English"}
WORDING = "zh_Hans"
"""The language the product is written in; others fall back to it, key by key."""

FORMS = "forms"
"""Domain of the papers' translations: msgid is the Chinese text, msgctxt where it stands."""

_TAGS = (  # first match wins; "zh" alone is Simplified
    ("zh-hant", "zh_Hant"),
    ("zh-tw", "zh_Hant"),
    ("zh-hk", "zh_Hant"),
    ("zh-mo", "zh_Hant"),
    ("zh", "zh_Hans"),
    ("en", "en"),
)

_HERE = Path(__file__).parent


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Key → wording of one language, every product domain merged."""
    messages: dict[str, str] = {}
    for path in sorted((_HERE / language / "LC_MESSAGES").glob("*.po")):
        if path.stem != FORMS:
            messages.update((key, wording) for _, key, wording in read_po(path))
    return messages


@cache
def form_catalogue(language: str) -> Mapping[tuple[str, str], str]:
    """(context, Chinese text) → wording of one language for the school's papers."""
    path = _HERE / language / "LC_MESSAGES" / f"{FORMS}.po"
    if not path.exists():
        return {}
    return {(context, chinese): wording for context, chinese, wording in read_po(path)}


def language_of(tag: str) -> str | None:
    """Our language for a tag as browsers, terminals and Telegram write them ("zh-TW", "en_GB")."""
    plain = tag.lower().replace("_", "-")
    return next((ours for start, ours in _TAGS if plain.startswith(start)), None)


def say(key: str, language: str, params: Mapping[str, object] | None = None) -> str:
    """The sentence behind a key, filled in. An unknown key is a bug and raises KeyError with the
    key.
    """
    words = catalogue(language).get(key) or catalogue(WORDING)[key]
    return words.format_map(params) if params else words
