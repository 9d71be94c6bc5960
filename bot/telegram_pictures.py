"""Pictures of the form in Telegram: each as a photo of its own, before the question it belongs to.

Telegram keeps what it was sent once; afterwards its name for the file is enough. Called by
`bot.telegram_chats`.
"""

from collections import OrderedDict
from typing import Final

from bot.channels import SendFailed
from bot.telegram_api import REFUSED, TelegramApi
from bot.telegram_layout import caption_of
from conversations.wording import Shown
from web.form_pictures import picture_of
from web.house import House

MAX_KNOWN: Final = 1000


class Pictures:
    """What one bot has sent before."""

    def __init__(self, house: House, api: TelegramApi) -> None:
        self._house = house
        self._api = api
        self._known: OrderedDict[str, str] = OrderedDict()  # digest → Telegram's file id

    async def send(self, chat_id: int, shown: Shown) -> None:
        """A picture that Telegram refuses keeps nobody from the question. Raises: `SendFailed`."""
        for bubble in shown.bubbles:
            for picture in bubble.pictures:
                await self._send(chat_id, picture.digest, caption_of(shown, picture))

    async def _send(self, chat_id: int, digest: str, caption: str) -> None:
        photo = self._known.pop(digest, None) or await picture_of(self._house, digest)
        if photo is None:
            return
        try:
            self._known[digest] = await self._api.send_picture(chat_id, photo, caption)
        except SendFailed as failure:
            if failure.code != REFUSED:
                raise
        if len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)


def digests_of(shown: Shown) -> tuple[str, ...]:
    """Which pictures stand there."""
    return tuple(one.digest for bubble in shown.bubbles for one in bubble.pictures)
