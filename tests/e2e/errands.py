"""Steps of the tests about links for one thing: making them, and what whoever holds one does."""

import re
from io import BytesIO
from typing import Final

from aiohttp import FormData

from registry.submissions import Submission
from storage.queries.panel import cases_of_child
from storage.unit import Unit
from tests.e2e.town import Child, Town
from tests.support.site import Browser

PAGE: Final = "请家里人拍这一页"
SIGN: Final = "请监护人在手机上签字"
BORN: Final = "2020年3月12日"
PHOTO: Final = "papers/household_first_page"
"""Where the first photo that is asked for is kept."""
LINK: Final = re.compile(r"/l/([\w-]{22})")


async def to_the_photo(
    town: Town, browser: Browser, child: Child, *, relation: str = "mother"
) -> None:
    """Fill by plain forms until the household register is to be photographed."""
    town.site.ids[child.id] = child.id
    await browser.come_in(await town.site.slip(child.id), relation=relation)
    await browser.press("开始填")
    answers = child.answers()
    while "拍户口本" not in (question := browser.question()):
        found = next((it for words, it in answers.items() if words in question), None)
        assert found is not None, question
        for answer in (found,) if isinstance(found, str) else found:
            words = answer.removeprefix("+")
            await (browser.say(words) if answer[:1] == "+" else browser.press(words))


async def ask_for_photo(town: Town, browser: Browser, child: Child, **more: str) -> str:
    """The token of a link for the photo."""
    await to_the_photo(town, browser, child, **more)
    await browser.press(PAGE)
    return link_on(browser)


async def ask_for_signature(town: Town, browser: Browser, child: Child, **changes: str) -> str:
    """A helper fills everything; the token of a link for a guardian."""
    await town.fill(browser, child, relation=changes.pop("relation", "helper"), **changes)
    await browser.press(SIGN)
    return link_on(browser)


def line_of(browser: Browser, label: str) -> str:
    """The number of that line of the summary."""
    found = re.search(rf"(\d+) {label} ", browser.text())
    assert found is not None, browser.text()
    return found[1]


def link_on(browser: Browser) -> str:
    found = LINK.search(browser.text())
    assert found is not None, browser.text()
    return found[1]


async def give_photo(person: Browser, token: str, data: bytes) -> str:
    """As the page's own form sends it."""
    await person.get(f"/l/{token}")
    form = FormData()
    form.add_field("csrf", person.hidden("csrf"))
    form.add_field("photo", BytesIO(data), filename="a.jpg", content_type="image/jpeg")
    headers = {"Origin": person.address}
    async with person.session.post(f"/l/{token}", data=form, headers=headers) as response:
        person.status, person.page = response.status, await response.text()
    return person.text()


async def say_who(
    person: Browser, token: str, *, relation: str = "father", born: str = BORN
) -> str:
    await person.get(f"/l/{token}")
    await person.post(f"/l/{token}", {"act": "who", "relation": relation, "proof": born})
    return person.text()


def agreements(person: Browser, *, last: bool = False) -> dict[str, str]:
    """Every item on the page with its first choice (or its last)."""
    chosen: dict[str, str] = {}
    for name, value in re.findall(r'name="(agree-\d+)" value="([^"]*)"', person.page):
        if last or name not in chosen:
            chosen[name] = value
    return chosen


async def read_and_agree(person: Browser, token: str, **how: bool) -> str:
    await person.post(f"/l/{token}", {"act": "read", **agreements(person, **how)})
    return person.text()


async def sign(person: Browser, token: str, *, name: str = "林长河", **changes: str) -> str:
    fields = {"act": "sign", "seen": person.hidden("seen"), "name": name}
    await person.post(f"/l/{token}", {**fields, **agreements(person), **changes})
    return person.text()


async def case_of(town: Town, child: Child) -> Submission | None:
    """The child's paper as it was sent."""

    def find(unit: Unit) -> Submission | None:
        school_id = town.site.house.school_id
        registrar = unit.load_actor(school_id, town.site.ids["registrar"])
        found = cases_of_child(unit, registrar, child.id, town.site.clock().date())
        return unit.load_submission(school_id, found[0].id) if found else None

    return await town.site.house.db.read(find)
