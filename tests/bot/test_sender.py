"""Notices: true when sent, on every way that reaches the person, else the teacher telephones."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot import notices
from bot.channels import SendFailed
from bot.sender import MAX_TRIES, SEEN_WITHIN, Sender, exhaust
from conversations.xlsform.shelf import Shelves
from registry import desk, sending
from registry.records import Notice
from registry.submissions import Act, Flag
from storage import outbox, sessions
from storage.dialogue import add_address, addresses
from storage.files import LocalFiles
from storage.images import Images
from storage.sessions import SessionKind
from tests.support.school import PAGE_PATH, SmallSchool, found, open_books
from tests.support.site import SHELF
from web.house import House


@dataclass
class Messenger:
    """A channel that remembers, and refuses as it is told."""

    name: str = "telegram"
    sent: list[tuple[str, str]] = field(default_factory=list)
    refusals: list[SendFailed] = field(default_factory=list)

    async def deliver(self, address: str, text: str, language: str) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.sent.append((address, text))


@pytest.fixture
def messenger() -> Messenger:
    return Messenger()


@pytest.fixture
async def school(tmp_path: Path) -> AsyncIterator[SmallSchool]:
    """One paper is under review; the parent has no page and no messenger yet."""
    db = open_books(f"sqlite:///{tmp_path / 'xueji.sqlite'}", tmp_path)
    school = found(db)
    school.submit()
    yield school
    db.close()


@pytest.fixture
def house(school: SmallSchool, tmp_path: Path) -> House:
    return House(
        db=school.db,
        shelves=Shelves(SHELF),
        files=LocalFiles(tmp_path / "files", school.db.sealer),
        images=Images(),
        sealer=school.db.sealer,
        clock=lambda: school.now,
        address="http://127.0.0.1",
        school_id=school.ids["school"],
    )


def with_messenger(school: SmallSchool) -> None:
    school.do(lambda unit: add_address(unit, school.ids["parent"], "telegram", "111"))


def with_page(school: SmallSchool) -> None:
    kind, parent = SessionKind.family, school.ids["parent"]
    school.do(lambda unit: sessions.start(unit, parent, kind, school.now))


def judge(school: SmallSchool, act: Act = Act.approve, *flags: Flag) -> None:
    verdict = school.verdict(act, flags=flags)
    who = school.actor("committee")
    school.do(lambda unit: desk.decide(unit, who, verdict, school.now))
    school.wait(minutes=6)


def states(school: SmallSchool) -> list[str]:
    query = "SELECT state FROM notice ORDER BY due, id"
    return school.do(lambda unit: [row[0] for row in unit.connection.exec_driver_sql(query)])


def attempts(school: SmallSchool) -> list[tuple[str, str]]:
    query = "SELECT channel, outcome FROM attempt ORDER BY at, id"
    return school.do(lambda unit: [tuple(r) for r in unit.connection.exec_driver_sql(query)])


def tasks(school: SmallSchool) -> list[str]:
    query = "SELECT phrase FROM task WHERE kind = 'telephone'"
    return school.do(lambda unit: [row[0] for row in unit.connection.exec_driver_sql(query)])


async def test_a_notice_goes_to_the_messenger_and_lies_on_the_page(
    school: SmallSchool, house: House, messenger: Messenger
) -> None:
    with_messenger(school)
    with_page(school)
    judge(school)
    await exhaust(house, [messenger])
    ((address, text),) = messenger.sent
    assert address == "111"
    assert "的登记又往前走了一步" in text
    assert "欧阳小树" not in text
    assert (states(school), tasks(school)) == (["sent"], [])
    assert sorted(attempts(school)) == [("telegram", "sent"), ("web", "laid")]
    (line,) = await notices.look_at(house, school.ids["parent"])
    assert "往前走了一步" in line
    assert await notices.look_at(house, school.ids["parent"]) == ()


async def test_nothing_is_sent_before_the_undo_window_closes(
    school: SmallSchool, house: House, messenger: Messenger
) -> None:
    with_messenger(school)
    verdict, who = school.verdict(Act.approve), school.actor("committee")
    school.do(lambda unit: desk.decide(unit, who, verdict, school.now))
    school.wait(minutes=4)
    await exhaust(house, [messenger])
    assert messenger.sent == []
    school.wait(minutes=2)
    await exhaust(house, [messenger])
    assert len(messenger.sent) == 1


async def test_a_return_names_fields_and_canned_reasons_and_no_value(
    school: SmallSchool, house: House, messenger: Messenger
) -> None:
    with_messenger(school)
    judge(school, Act.return_, Flag(PAGE_PATH, "other", "欧阳大树请把第二页也拍上"))
    await exhaust(house, [messenger])
    ((_, text),) = messenger.sent
    assert "户口本照片（请看老师写的话）" in text
    assert "第二页" not in text
    assert "欧阳小树" not in text
    assert "欧阳大树" not in text


async def test_a_return_already_mended_is_not_told_any_more(
    school: SmallSchool, house: House, messenger: Messenger
) -> None:
    with_messenger(school)
    judge(school, Act.return_, Flag(PAGE_PATH, "unreadable"))
    parent, content = school.actor("parent"), school.content()
    sent = sending.Sent(
        school.ids["draft"],
        school.ids["child"],
        "new_student",
        "1",
        "new_student",
        "enrol",
        "household_register",
        content,
    )
    school.do(lambda unit: sending.submit(unit, parent, sent, school.now))
    await exhaust(house, [messenger])
    assert (messenger.sent, states(school)) == ([], ["dropped"])


async def test_a_reminder_after_the_paper_was_sent_is_dropped(
    school: SmallSchool, house: House, messenger: Messenger
) -> None:
    with_messenger(school)
    ids: dict[str, str | int] = {"draft": school.ids["draft"], "student": school.ids["child"]}
    promise = Notice(
        "promise.1", school.ids["school"], school.ids["parent"], "notice.promised", school.now, ids
    )
    school.do(lambda unit: unit.owe(promise))
    mark = "UPDATE draft SET state = 'submitted'"
    school.do(lambda unit: unit.connection.exec_driver_sql(mark))
    await exhaust(house, [messenger])
    assert (messenger.sent, states(school)) == ([], ["dropped"])


async def test_whom_no_channel_reaches_the_teacher_telephones(
    school: SmallSchool, house: House, messenger: Messenger
) -> None:
    judge(school, Act.return_, Flag(PAGE_PATH, "unreadable"))
    await exhaust(house, [messenger])
    assert (states(school), tasks(school)) == (["dead"], ["notice.returned"])


async def test_what_can_wait_is_nobodys_telephone_call(
    school: SmallSchool, house: House, messenger: Messenger
) -> None:
    judge(school)
    await exhaust(house, [messenger])
    assert (states(school), tasks(school)) == (["dead"], [])


async def test_a_notice_nobody_looked_at_for_a_day_is_telephoned(
    school: SmallSchool, house: House
) -> None:
    with_page(school)
    judge(school, Act.return_, Flag(PAGE_PATH, "unreadable"))
    await exhaust(house)
    assert (states(school), tasks(school)) == (["waiting"], [])
    school.now += SEEN_WITHIN + timedelta(minutes=1)
    await exhaust(house)
    assert (states(school), tasks(school)) == (["dead"], ["notice.returned"])


async def test_a_notice_counts_as_delivered_when_it_was_seen(
    school: SmallSchool, house: House
) -> None:
    with_page(school)
    judge(school)
    await exhaust(house)
    assert len(await notices.look_at(house, school.ids["parent"])) == 1
    school.now += SEEN_WITHIN + timedelta(minutes=1)
    await exhaust(house)
    assert (states(school), tasks(school)) == (["sent"], [])
    assert attempts(school) == [("web", "seen")]


async def test_who_blocked_the_messenger_is_marked_and_telephoned(
    school: SmallSchool, house: House, messenger: Messenger
) -> None:
    with_messenger(school)
    messenger.refusals = [SendFailed("telegram.blocked", is_permanent=True)]
    judge(school, Act.return_, Flag(PAGE_PATH, "unreadable"))
    await exhaust(house, [messenger])
    parent = school.ids["parent"]
    assert [a.is_reachable for a in school.do(lambda u: addresses(u, parent))] == [False]
    assert attempts(school) == [("telegram", "telegram.blocked")]
    assert tasks(school) == ["notice.returned"]


async def test_a_flood_limit_is_waited_for(
    school: SmallSchool, house: House, messenger: Messenger
) -> None:
    with_messenger(school)
    messenger.refusals = [SendFailed("telegram.flood", retry_after=600)]
    judge(school)
    await exhaust(house, [messenger])
    school.wait(minutes=9)
    await exhaust(house, [messenger])
    assert messenger.sent == []
    school.wait(minutes=2)
    await exhaust(house, [messenger])
    assert len(messenger.sent) == 1
    assert [outcome for _, outcome in attempts(school)] == ["telegram.flood", "sent"]


async def test_an_outage_without_end_ends_at_the_telephone(
    school: SmallSchool, house: House, messenger: Messenger
) -> None:
    with_messenger(school)
    messenger.refusals = [SendFailed("telegram.unreachable") for _ in range(MAX_TRIES)]
    judge(school, Act.return_, Flag(PAGE_PATH, "unreadable"))
    for _ in range(MAX_TRIES):
        await exhaust(house, [messenger])
        school.wait(hours=2)
    assert len(attempts(school)) == MAX_TRIES
    assert tasks(school) == ["notice.returned"]


async def test_one_persons_failure_delays_no_other(
    school: SmallSchool, house: House, messenger: Messenger
) -> None:
    with_messenger(school)
    stranger = Notice(
        "x", school.ids["school"], school.ids["teacher"], "notice.nothing", school.now
    )
    school.do(lambda unit: unit.owe(stranger))
    judge(school)
    await Sender(house, [messenger]).send_due()
    assert len(messenger.sent) == 1


async def test_two_senders_never_send_the_same(
    school: SmallSchool, house: House, messenger: Messenger
) -> None:
    with_messenger(school)
    judge(school)
    now = school.now
    first = school.do(lambda unit: outbox.pick(unit, now))
    second = school.do(lambda unit: outbox.pick(unit, now))
    assert (len(first), len(second)) == (1, 0)
