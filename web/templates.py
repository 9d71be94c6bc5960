"""Pages from Jinja2 templates: all escaped, every sentence by key, every form with its token.

A template knows the visit, its values and the functions below; it holds no rule. Rooms add their
own directory of templates.
"""

import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from locales import LANGUAGES, say
from web.assets import Assets, colour_url
from web.csrf import FIELD
from web.languages import TAGS
from web.replies import FILTERS
from web.visits import Visit

HERE = Path(__file__).parent


class Templates:
    """The pages' environment, made once."""

    def __init__(self, directories: Iterable[Path], assets: Assets) -> None:
        self._environment = Environment(
            loader=FileSystemLoader([HERE / "templates", *directories]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters.update(FILTERS, tag=lambda code: TAGS.get(code, code))
        self._environment.globals.update(
            asset=assets.url,
            colour_url=colour_url,
            language_names=LANGUAGES,
            new_id=new_message_id,
        )

    def render(self, visit: Visit, name: str, values: Mapping[str, object]) -> str:
        """The text of a page or of a part of one."""
        language = visit.language

        def t(key: str, **params: object) -> str:
            return say(key, language, params)

        csrf_field = Markup(f'<input type="hidden" name="{FIELD}" value="{escape(visit.csrf)}">')  # noqa: S704 - both escaped
        ours: dict[str, object] = {
            "csrf_field": csrf_field,
            "lang": TAGS.get(language, language),
            "school": visit.school,
            "t": t,
            "visit": visit,
        }
        return self._environment.get_template(name).render({**ours, **values})


def page(
    visit: Visit, name: str, values: Mapping[str, object] | None = None, *, status: int = 200
) -> web.Response:
    """A whole page, or the fragment a script asked for, as an answer."""
    text = visit.templates.render(visit, name, values or {})
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")


def see_other(path: str) -> web.Response:
    """303: where every POST ends. `path` is one of ours, never a person's input."""
    return web.Response(status=303, headers={"Location": path})


def new_message_id() -> str:
    """Printed into each form that makes a turn: the same form sent twice is one turn."""
    return secrets.token_urlsafe(12)
