"""The messengers of this installation, each a loop and a channel of the sender's.

Imported only where one is set up: a school without Telegram does not load its library. A new
channel is one line here.
"""

from bot.telegram import Telegram
from bot.telegram_api import TelegramApi
from web.house import House
from xueji.settings import ProcessSettings


def open_messengers(house: House, settings: ProcessSettings) -> tuple[Telegram, ...]:
    """Nothing is sent before their loops run."""
    token = settings.telegram_token
    if token is None:
        return ()
    return (Telegram(house, TelegramApi(token.get_secret_value(), settings.telegram_api)),)
