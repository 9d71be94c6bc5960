"""Which rooms this installation opens: the chat and the panel. One line each."""

from admin import routes as panel
from bot import webchat
from web.routes import Room


def rooms() -> tuple[Room, ...]:
    """For `web.app.make_app`; the names of templates and styles are looked for in this order."""
    return (webchat.room(), panel.room())
