"""A notice about a child's health lights up nowhere: outside the opened page it only says that
there is one (R40).
"""

import pytest

from bot import notices
from bot.sender import exhaust
from registry.routes import ROUTES
from registry.submissions import State
from tests.bot.test_sender import (
    Messenger,
    attempts,
    house,
    messenger,
    school,
    tasks,
    with_messenger,
    with_page,
)
from tests.support.school import SmallSchool
from web.house import House

__all__ = ["house", "messenger", "school"]
PREVIEW = "学校有一条消息。请打开登记页看。"
DISCREET = sorted(route.code for route in ROUTES.values() if route.is_discreet)
OPEN = sorted(route.code for route in ROUTES.values() if not route.is_discreet)
TOLD = {
    "notice.moved_on": State.in_review,
    "notice.returned": State.returned,
    "notice.outside_more": State.returned,
    "notice.refused": State.refused,
    "notice.rejected": State.rejected,
    "notice.suspended": State.effective,
    "notice.extended": State.effective,
    "notice.resumed": State.effective,
}


def owe(school: SmallSchool, route: str, phrase: str, state: State) -> None:
    """A notice that is due about the family's case, which goes that way and stands so."""
    ids = {"case": school.ids["case"], "route": route, "state": state.value}

    def change(unit: object) -> None:
        run = unit.connection.exec_driver_sql  # type: ignore[attr-defined]
        run(
            "UPDATE submission SET route = :route, state = :state, step = 1, effect = 'suspend'"
            " WHERE id = :case",
            ids,
        )

    school.do(change)
    about = {"submission": school.ids["case"], "student": school.ids["child"]}
    notice = notices.Notice(
        "cause", school.ids["school"], school.ids["parent"], phrase, school.now, about
    )
    school.do(lambda unit: unit.owe(notice))


@pytest.mark.parametrize("route", DISCREET)
@pytest.mark.parametrize("phrase", TOLD)
async def test_a_messenger_says_only_that_there_is_a_message(
    phrase: str, route: str, school: SmallSchool, house: House, messenger: Messenger
) -> None:  # R40
    with_messenger(school)
    with_page(school)
    owe(school, route, phrase, TOLD[phrase])
    await exhaust(house, [messenger])
    assert messenger.sent == [("111", PREVIEW)]


async def test_the_opened_page_says_it_whole(
    school: SmallSchool, house: House, messenger: Messenger
) -> None:
    with_messenger(school)
    with_page(school)
    owe(school, "suspension", "notice.suspended", State.effective)
    await exhaust(house, [messenger])
    (line,) = await notices.look_at(house, school.ids["parent"])
    assert "休学已经办好" in line


async def test_the_teacher_who_telephones_reads_no_more_in_her_list(
    school: SmallSchool, house: House
) -> None:
    owe(school, "suspension", "notice.suspended", State.effective)
    await exhaust(house)
    assert tasks(school) == ["notice.discreet"]


async def test_what_may_wait_is_no_telephone_call_either(
    school: SmallSchool, house: House
) -> None:
    owe(school, "suspension", "notice.moved_on", State.in_review)
    await exhaust(house)
    assert tasks(school) == []


@pytest.mark.parametrize("route", OPEN)
async def test_other_papers_are_told_by_their_name(
    route: str, school: SmallSchool, house: House, messenger: Messenger
) -> None:
    with_messenger(school)
    owe(school, route, "notice.returned", State.returned)
    await exhaust(house, [messenger])
    ((_, text),) = messenger.sent
    assert "学校看过了" in text
    assert ("telegram", "sent") in attempts(school)


def test_suspension_and_return_are_the_discreet_ones() -> None:
    assert {ROUTES[code].paper for code in DISCREET} == {"suspension", "resumption"}
