"""The two programs that `turn` measures, each in a process of its own: ours, and the library's
stock echo.

`python -m benchmarks.turn_bots ours|echo ADDRESS HOME`; ends with its standard input.
"""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bot.telegram import Telegram
from bot.telegram_api import TelegramApi
from tests.support.telegram_child import open_house
from tests.support.telegram_stub import TOKEN
from xueji import memory


async def run_ours(address: str, home: Path) -> None:
    house = open_house(home)
    memory.settle()  # as the program does once it is open
    task = asyncio.create_task(Telegram(house, TelegramApi(TOKEN, address)).run())
    await _stdin_ends()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    house.images.close()
    house.db.close()


async def _stdin_ends() -> None:
    await asyncio.to_thread(sys.stdin.read)


async def _echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message is not None and update.message.text is not None:
        await update.message.reply_text(update.message.text)


async def run_echo(address: str, _: Path) -> None:
    """As in the library's own example, with its own request class and polling."""
    builder = Application.builder().token(TOKEN)
    app = builder.base_url(f"{address}/bot").base_file_url(f"{address}/file/bot").build()
    app.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, _echo))
    async with app:
        await app.start()
        if app.updater is not None:
            await app.updater.start_polling(allowed_updates=Update.ALL_TYPES)
            await _stdin_ends()
            await app.updater.stop()
        await app.stop()


BOTS = {"ours": run_ours, "echo": run_echo}

if __name__ == "__main__":
    asyncio.run(BOTS[sys.argv[1]](sys.argv[2], Path(sys.argv[3])))
