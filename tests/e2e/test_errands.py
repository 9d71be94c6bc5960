"""Links for exactly one thing: a photo taken by whoever is at home, a guardian's signature.

Rules: R81, R159, K7, K21, K22; threats T7, T11 of forwarded, guessed, replayed and old links.
"""

import asyncio
import re
from datetime import timedelta

import pytest

from conversations.draft import DraftState
from registry.actors import Relation
from registry.submissions import State, Submission
from storage.audit import verify
from storage.dialogue import load_draft
from storage.errands import open_errands
from storage.links import EntryKind
from storage.queries.panel import cases_of_child
from storage.unit import Unit
from tests.admin import desk
from tests.e2e.conftest import People
from tests.e2e.town import BIRTH, Child, Town
from tests.support.site import Browser, photo

PAGE, SIGN = "请家里人拍这一页", "请监护人在手机上签字"


# ---- helpers: as a family does it


async def _to_photo(town: Town, browser: Browser, child: Child, relation: str = "mother") -> None:
    """Fill until the household register is to be photographed."""
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


def _link(browser: Browser) -> str:
    """The token of the link shown."""
    found = re.search(r"/l/([\w-]{22})", browser.text())
    assert found is not None, browser.text()
    return found[1]


async def _give(stranger: Browser, token: str, data: bytes) -> None:
    from io import BytesIO

    from aiohttp import FormData

    await stranger.get(f"/l/{token}")
    form = FormData()
    form.add_field("csrf", stranger.hidden("csrf"))
    form.add_field("photo", BytesIO(data), filename="a.jpg", content_type="image/jpeg")
    headers = {"Origin": stranger.address}
    async with stranger.session.post(f"/l/{token}", data=form, headers=headers) as response:
        await stranger._read(response)


async def test_smoke(town: Town) -> None:
    child = await town.add_child("司空小舟")
    async with town.site.browser() as mother, town.site.browser() as grandfather:
        await _to_photo(town, mother, child)
        await mother.press(PAGE)
        token = _link(mother)
        await grandfather.get(f"/l/{token}")
        print(grandfather.text())
        await _give(grandfather, token, photo())
        print(grandfather.status, grandfather.text())
        await mother.get("/chat")
        print(mother.text())
        await grandfather.get(f"/l/{token}")
        print(grandfather.status, grandfather.text())
    child = await town.add_child("司空小船")
    async with town.site.browser() as aunt, town.site.browser() as father:
        await town.fill(aunt, child, relation="helper")
        await aunt.press(SIGN)
        token = _link(aunt)
        print(aunt.text())
        await father.get(f"/l/{token}")
        print(father.text())
        await father.post(f"/l/{token}", {"act": "who", "relation": "father", "proof": "2020年3月12日"})
        print(father.status, father.path, father.text())
        names = set(re.findall(r'name="(agree-\d+)"', father.page))
        agree = {n: re.search(rf'name="{n}" value="([^"]*)"', father.page)[1] for n in names}
        await father.post(f"/l/{token}", {"act": "read", **agree})
        print(father.status, father.text())
        await father.post(f"/l/{token}", {"act": "sign", **agree, "seen": father.hidden("seen"), "name": "林长河"})
        print(father.status, father.text())
        await aunt.get("/chat")
        print(aunt.text())
    assert 0
