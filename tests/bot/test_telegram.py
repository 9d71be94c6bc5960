"""Telegram beyond the contract of every channel: doors, order, files, refusals and outages."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from bot.telegram import Telegram
from bot.telegram_api import TelegramApi
from storage import inbox
from storage.dialogue import addresses
from tests.bot.channel_contract import (
    BIRTHPLACE,
    CARD,
    NEXT_PHOTO,
    NUMBER,
    PHOTO,
    USUAL,
    fill,
)
from tests.bot.people import TelegramPerson, WebPerson
from tests.support.running import running
from tests.support.site import Site, photo
from tests.support.telegram_stub import TOKEN, Fault, TelegramStub

PARENT, STRANGER = 111, 222
MIB = 1024 * 1024


@pytest.fixture
async def person(
    site: Site, stub: TelegramStub, telegram: Telegram
) -> AsyncIterator[TelegramPerson]:
    async with site.browser() as browser:
        yield TelegramPerson(WebPerson(site, browser), site, stub, telegram)


async def told(stub: TelegramStub, bot: Telegram, chat_id: int, count: int = 1) -> str:
    """What the bot has said there, once it said so much and is done."""
    await stub.until(lambda: len(stub.chat(chat_id)) >= count)
    await bot.settle()
    return "\n".join(message.text for message in stub.chat(chat_id))


async def reachable(site: Site) -> list[bool]:
    parent = site.ids["parent"]
    found = await site.house.db.read(lambda unit: addresses(unit, parent))
    return [address.is_reachable for address in found if address.channel == "telegram"]


# ---- who comes in


async def test_a_stranger_is_told_the_way_in_and_nothing_else(
    stub: TelegramStub, telegram: Telegram
) -> None:
    stub.say(STRANGER, "你好")
    words = await told(stub, telegram, STRANGER)
    assert "请先打开班主任发给您的链接" in words
    assert "张" not in words


async def test_a_door_opens_once(
    site: Site, stub: TelegramStub, telegram: Telegram, person: TelegramPerson
) -> None:
    await person.come_in()
    used = next(call.fields for call in stub.calls if call.method == "sendMessage")
    assert used["chat_id"] == PARENT
    token = await site.door("parent")
    stub.say(STRANGER, f"/start {token}")
    assert "✓ 接上了" in await told(stub, telegram, STRANGER, 2)
    stub.say(333, f"/start {token}")
    assert "这个链接已经用过" in await told(stub, telegram, 333)


async def test_the_page_of_a_door_leads_into_telegram_too(
    site: Site, stub: TelegramStub, telegram: Telegram
) -> None:
    async with site.browser() as phone:
        await phone.come_in(await site.slip("child"), relation="mother")
        stub.say(STRANGER, "你好")
        await told(stub, telegram, STRANGER)  # the bot is there: Telegram has told its name
        await phone.get("/chat/door")
        await phone.post("/chat/door", {})
    start, _, rest = phone.page.partition(f"https://t.me/{telegram.user_name}?start=")
    token = rest[:22]
    assert f"/l/{token}" in start
    stub.say(333, f"/start {token}")
    assert "✓ 接上了" in await told(stub, telegram, 333)


async def test_a_door_is_shut_after_ten_minutes(
    site: Site, stub: TelegramStub, telegram: Telegram, person: TelegramPerson
) -> None:
    await person.come_in()
    token = await site.door("parent")
    site.clock.wait(minutes=11)
    stub.say(STRANGER, f"/start {token}")
    assert "过了时间" in await told(stub, telegram, STRANGER)


@pytest.mark.parametrize("kind", ["slip", "class_link"])
async def test_another_kind_of_link_is_no_door(
    site: Site, stub: TelegramStub, telegram: Telegram, kind: str
) -> None:
    token = await (site.slip("child") if kind == "slip" else site.class_link())
    stub.say(STRANGER, f"/start {token}")
    assert "这个链接已经用过" in await told(stub, telegram, STRANGER)


async def test_who_guesses_doors_finds_even_a_right_one_shut(
    site: Site, stub: TelegramStub, telegram: Telegram, person: TelegramPerson
) -> None:
    await person.come_in()
    for guess in range(10):
        stub.say(STRANGER, f"/start guess{guess}guess{guess}guess")
    await told(stub, telegram, STRANGER, 10)
    stub.say(STRANGER, f"/start {await site.door('parent')}")
    assert "✓ 接上了" not in await told(stub, telegram, STRANGER, 11)


async def test_a_stopped_person_is_a_stranger_at_once(
    site: Site, stub: TelegramStub, telegram: Telegram, person: TelegramPerson
) -> None:
    await person.come_in()
    await site.house.db.write(lambda unit: unit.set_active(site.ids["parent"], False))
    await person.say("1")
    assert "请先打开班主任发给您的链接" in person.text()
    assert "张" not in person.text()


async def test_a_group_hears_one_polite_line_and_no_form(
    stub: TelegramStub, telegram: Telegram
) -> None:
    for _ in range(3):
        stub.say_in_group(-500, "/start")
    words = await told(stub, telegram, -500)
    assert words.count("群里不办登记") == len(stub.chat(-500)) == 1


# ---- what is no answer


async def test_an_edited_message_is_answered_and_changes_nothing(
    stub: TelegramStub, telegram: Telegram, person: TelegramPerson
) -> None:
    await fill(person, NUMBER)
    await person.say(CARD)
    before = len(stub.chat(PARENT))
    stub.edit(PARENT, "999999201803120022")
    words = await told(stub, telegram, PARENT, before + 1)
    assert "在这里改已经发出的消息，学校收不到" in words.splitlines()[-1]
    await person.press("对")
    assert "孩子是什么民族？" in person.text()


@pytest.mark.parametrize("kind", ["voice", "sticker", "contact", "location"])
async def test_what_cannot_be_read_is_said_so(
    stub: TelegramStub, telegram: Telegram, kind: str
) -> None:
    stub.send_other(STRANGER, kind, {"user_id": PARENT, "phone_number": "13900000000"})
    assert "请打字回答" in await told(stub, telegram, STRANGER)


async def test_a_picture_nobody_asked_for_is_not_even_fetched(
    stub: TelegramStub, person: TelegramPerson
) -> None:
    await fill(person, USUAL)
    await person.send(photo())
    assert "这张没有收下" in person.text()
    assert USUAL in person.text()
    assert stub.named("getFile") == []


# ---- files


async def test_a_picture_too_large_for_a_bot_is_refused_unfetched(
    stub: TelegramStub, telegram: Telegram, person: TelegramPerson
) -> None:
    await fill(person, PHOTO)
    before = len(stub.chat(PARENT))
    stub.send_document(PARENT, b"x", size=20 * MIB + 1)
    assert "20" in await told(stub, telegram, PARENT, before + 1)
    assert stub.named("getFile") == []
    assert PHOTO in stub.chat(PARENT)[-1].text


async def test_a_picture_sent_as_a_file_is_taken(
    stub: TelegramStub, telegram: Telegram, person: TelegramPerson
) -> None:
    await fill(person, PHOTO)
    before = len(stub.chat(PARENT))
    stub.send_document(PARENT, photo())
    assert NEXT_PHOTO in await told(stub, telegram, PARENT, before + 1)


@pytest.mark.parametrize("trouble", ["expired link", "bad gateway", "cut in the middle"])
async def test_a_download_that_fails_is_tried_again(
    stub: TelegramStub, person: TelegramPerson, trouble: str
) -> None:
    await fill(person, PHOTO)
    if trouble == "expired link":
        stub.expire_next_link()
    else:
        stub.fail("download", Fault(accepts=trouble == "cut in the middle"))
    await person.send(photo())
    assert NEXT_PHOTO in person.text()
    assert len(stub.named("getFile")) == 2


async def test_of_an_album_the_first_picture_is_taken(
    stub: TelegramStub, telegram: Telegram, person: TelegramPerson
) -> None:
    await fill(person, NEXT_PHOTO)
    fetched = len(stub.named("getFile"))
    before = len(stub.chat(PARENT))
    for _ in range(3):
        stub.send_photo(PARENT, photo(), group="album")
    words = await told(stub, telegram, PARENT, before + 5)
    assert words.count("这张没有收下") == 2
    assert len(stub.named("getFile")) == fetched + 1


async def test_a_slow_download_delays_no_other_chat(
    stub: TelegramStub, telegram: Telegram, person: TelegramPerson
) -> None:
    await fill(person, PHOTO)
    stub.gate = asyncio.Event()
    stub.send_photo(PARENT, photo())
    await stub.until(lambda: bool(stub.named("getFile")))
    stub.say(STRANGER, "你好")
    await stub.until(lambda: bool(stub.chat(STRANGER)))
    stub.gate.set()
    await telegram.settle()
    assert NEXT_PHOTO in stub.chat(PARENT)[-1].text


# ---- order and repetition


async def test_two_messages_at_once_are_answered_in_order(
    stub: TelegramStub, telegram: Telegram, person: TelegramPerson
) -> None:
    await fill(person, USUAL)
    before = len(stub.chat(PARENT))
    stub.say(PARENT, "都对")
    stub.say(PARENT, "向阳市向阳县")
    assert "籍贯：向阳市向阳县" in await told(stub, telegram, PARENT, before + 2)


async def test_numbers_that_begin_anew_after_a_silence_are_heard(
    site: Site, stub: TelegramStub
) -> None:
    bot = Telegram(site.house, TelegramApi(TOKEN, stub.address, poll_seconds=0))
    async with running(bot.run()):
        stub.say(STRANGER, "你好")
        await stub.until(lambda: len(stub.chat(STRANGER)) == 1 and stub.waiting == 0)
        polls = len(stub.named("getUpdates"))
        await stub.until(lambda: len(stub.named("getUpdates")) > polls + 2)
        stub.begin_anew(7)
        stub.say(STRANGER, "您好")
        await stub.until(lambda: len(stub.chat(STRANGER)) == 2)


async def test_what_was_stored_before_the_end_is_answered_first(
    site: Site, stub: TelegramStub
) -> None:
    left = {
        "update_id": 900,
        "message": {
            "message_id": 1,
            "chat": {"id": STRANGER, "type": "private"},
            "from": {"id": STRANGER, "language_code": "zh-hans"},
            "text": "你好",
        },
    }
    house, payload = site.house, json.dumps(left).encode()
    await house.db.write(
        lambda unit: inbox.receive(unit, house.school_id, "telegram", "900", payload, site.clock())
    )
    bot = Telegram(house, TelegramApi(TOKEN, stub.address), quiet_seconds=0.01)
    async with running(bot.run()):
        await told(stub, bot, STRANGER)
        waiting = await house.db.read(lambda unit: inbox.waiting(unit, "telegram"))
    assert waiting == ()
    assert len(stub.chat(STRANGER)) == 1


# ---- buttons


async def test_a_pressed_question_keeps_its_words_and_says_what_was_chosen(
    stub: TelegramStub, person: TelegramPerson
) -> None:
    await fill(person, USUAL)
    await person.press("都对")
    asked = next(m for m in stub.chat(PARENT) if USUAL in m.text)
    assert asked.text.endswith("✓ 都对")
    assert asked.markup is None


async def test_only_the_present_question_has_buttons(
    stub: TelegramStub, person: TelegramPerson
) -> None:
    await fill(person, NUMBER)
    await person.say(CARD)
    buttoned = [m for m in stub.chat(PARENT) if m.markup]
    assert buttoned == stub.chat(PARENT)[-1:]


async def test_a_ticked_box_changes_the_same_message(
    stub: TelegramStub, person: TelegramPerson
) -> None:
    await fill(person, "下面的情况，有的请点")
    before = len(stub.chat(PARENT))
    await person.press("都没有")
    assert len(stub.chat(PARENT)) == before
    assert any(label == "☑ 都没有" for label in person.buttons())


async def test_a_press_too_old_to_be_acknowledged_counts_all_the_same(
    stub: TelegramStub, telegram: Telegram, person: TelegramPerson
) -> None:
    await fill(person, USUAL)
    last = stub.chat(PARENT)[-1]
    stub.press(last, last.buttons["都对"])
    stub.age_queries()
    await told(stub, telegram, PARENT, len(stub.chat(PARENT)) + 1)
    assert BIRTHPLACE in stub.chat(PARENT)[-1].text


async def test_a_cleared_chat_is_no_trouble(
    stub: TelegramStub, telegram: Telegram, person: TelegramPerson
) -> None:
    await fill(person, USUAL)
    last = stub.chat(PARENT)[-1]
    stub.forget_messages(PARENT)
    stub.press(last, last.buttons["都对"])
    assert BIRTHPLACE in await told(stub, telegram, PARENT)


# ---- outages


async def test_a_flood_limit_holds_back_its_own_chat_only(
    stub: TelegramStub, telegram: Telegram
) -> None:
    stub.fail("sendMessage", Fault(429, 1, "Too Many Requests: retry after 1"), chat_id=STRANGER)
    stub.say(STRANGER, "你好")
    await stub.until(lambda: len(stub.named("sendMessage")) == 1)
    stub.say(PARENT, "你好")
    await stub.until(lambda: bool(stub.chat(PARENT)))
    assert stub.chat(STRANGER) == []
    await told(stub, telegram, STRANGER)
    first, _, again = (call.at for call in stub.named("sendMessage"))
    assert again - first >= 1.0


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_reply_waits_out_an_outage(
    stub: TelegramStub, telegram: Telegram, status: int
) -> None:
    stub.fail("sendMessage", *[Fault(status)] * 3)
    stub.say(STRANGER, "你好")
    await told(stub, telegram, STRANGER)
    assert len(stub.chat(STRANGER)) == 1


async def test_a_reply_taken_but_not_confirmed_is_said_at_most_twice(
    stub: TelegramStub, telegram: Telegram
) -> None:
    stub.fail("sendMessage", Fault(accepts=True))
    stub.say(STRANGER, "你好")
    await told(stub, telegram, STRANGER, 2)
    assert len(stub.chat(STRANGER)) == 2


async def test_who_blocks_the_bot_is_unreachable_until_he_lets_it_in(
    site: Site, stub: TelegramStub, telegram: Telegram, person: TelegramPerson
) -> None:
    await person.come_in()
    assert await reachable(site) == [True]
    blocked = Fault(403, None, "Forbidden: bot was blocked by the user")
    stub.fail("sendMessage", blocked, chat_id=PARENT)
    stub.say(PARENT, "1")
    await stub.until(lambda: stub.waiting == 0)
    await telegram.settle()
    assert await reachable(site) == [False]
    stub.set_member(PARENT, "member")
    await stub.until(lambda: stub.waiting == 0)
    await telegram.settle()
    assert await reachable(site) == [True]
    stub.set_member(PARENT, "kicked")
    await stub.until(lambda: stub.waiting == 0)
    await telegram.settle()
    assert await reachable(site) == [False]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(502),
        Fault(409, None, "Conflict: terminated by other getUpdates request"),
        Fault(429, 1, "Too Many Requests: retry after 1"),
    ],
    ids=lambda fault: str(fault.status),
)
async def test_polling_goes_on_after_a_refusal(
    site: Site, stub: TelegramStub, fault: Fault
) -> None:
    stub.fail("getUpdates", fault)
    stub.say(STRANGER, "你好")
    bot = Telegram(site.house, TelegramApi(TOKEN, stub.address), quiet_seconds=0.01)
    async with running(bot.run()):
        await told(stub, bot, STRANGER)


async def test_the_menu_names_the_commands_in_both_languages(
    stub: TelegramStub, telegram: Telegram
) -> None:
    await stub.until(lambda: len(stub.named("setMyCommands")) == 2)
    zh, others = (call.fields for call in stub.named("setMyCommands"))
    assert [one["command"] for one in zh["commands"]] == [
        "continue", "summary", "status", "help", "language",
    ]  # fmt: skip
    assert zh["language_code"] == "zh"
    assert "Language" in others["commands"][-1]["description"]
