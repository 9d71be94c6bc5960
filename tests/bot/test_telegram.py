"""Telegram as a channel: order, doors, refusals and outages."""

from bot.outcomes import make_door
from bot.telegram import Telegram
from tests.support.school import SmallSchool
from tests.support.telegram_stub import TelegramStub
from web.house import House

PARENT = 111


def door(school: SmallSchool, house: House) -> str:
    """The token of a door that the parent made in the web chat."""
    address = school.do(lambda unit: make_door(unit, house, school.ids["parent"], 10))
    return address.rpartition("/")[2]
