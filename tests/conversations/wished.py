"""The papers a family may wish for: the school's own, or a few lines in their place."""

from conversations.form import Form
from conversations.xlsform.shelf import load_shelf
from tests.conversations.papers import paper

_SHELF = load_shelf().newest

_SURVEY = """
| type | name | label | required |
| text | words | 请写一写。 | yes |
"""
_WISHED = {
    # form id: title, route, effect, occasion
    "entrusted_care": ("委托照护情况告知书", "entrusted_care", "entrust", "case"),
    "info_change": ("学籍信息变更申请表", "info_change", "change", "case"),
    "resumption": ("复学申请表", "resumption", "resume", "case"),
    "suspension": ("休学申请表", "suspension", "suspend", "case"),
    "transfer_in": ("转入申请表", "transfer_in", "transfer_in", "case"),
}


def wished() -> tuple[Form, ...]:
    """Every paper that a wish opens."""
    return tuple(_SHELF.get(form_id) or _brief(form_id) for form_id in _WISHED)


def _brief(form_id: str) -> Form:
    title, route, effect, occasion = _WISHED[form_id]
    settings = (
        "| settings |\n"
        "| | form_title | form_id | version | chat::route | chat::effect | chat::occasion |\n"
        f"| | {title} | {form_id} | 1 | {route} | {effect} | {occasion} |\n"
    )
    return paper(_SURVEY, settings=settings)
