"""Which rooms this installation opens: the chat and the panel. One line each."""

from bot import webchat
from web.routes import Room


def rooms() -> tuple[Room, ...]:
    """For `web.app.make_app`, in the order in which addresses are looked for."""
    return (webchat.room(),)
