"""The school's papers in the panel: download, change, upload, try, publish, go back."""

import io
import re
import zipfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from aiohttp import FormData
from openpyxl import load_workbook

from conversations.draft import Answer, Draft
from documents.sheets import MAX_BYTES
from registry.actors import Role
from storage.dialogue import add_draft, load_draft
from storage.school_forms import FormState
from storage.unit import Unit
from tests.admin import desk
from tests.admin.conftest import SignIn
from tests.support.site import Browser, Site, photo
from web import form_desk

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
QUESTION = "孩子在户口本上的名字怎么写？"
TRIP = """
| survey |
| | type | name | label |
| | text | dish | 孩子爱吃什么？ |
{more}
| settings |
| | form_title | form_id | version | chat::route | chat::effect |
| | 春游 | trip | {version} | new_student | enrol |
"""
BROKEN = """
| survey |
| | type | name | label | colour |
| | txt | dish | 孩子爱吃什么？ | red |
| | text | 名字 | 叫什么？ | |
| settings |
| | form_title | form_id | version |
| | 春游 | trip | 1 |
"""


@pytest.fixture
async def registrar(as_person: SignIn) -> Browser:
    browser = await as_person("registrar")
    await browser.get("/panel/forms")
    return browser


async def upload(browser: Browser, *files: tuple[str, bytes]) -> str:
    form = FormData()
    form.add_field("csrf", browser.hidden("csrf"))
    for name, content in files:
        form.add_field("file", io.BytesIO(content), filename=name, content_type=XLSX)
    told = {"Origin": browser.address, "Sec-Fetch-Site": "same-origin"}
    async with browser.session.post("/panel/forms", data=form, headers=told) as response:
        browser.status, browser.path = response.status, response.url.path
        browser.page = await response.text()
    return browser.page


def trip(version: str = "1", more: str = "") -> tuple[str, bytes]:
    return "trip.md", TRIP.format(version=version, more=more).encode()


async def bring(browser: Browser, *files: tuple[str, bytes]) -> str:
    """Uploaded and kept; the address of its preview."""
    await upload(browser, *files)
    assert "/version/" in browser.path, browser.text()
    return browser.path


async def publish(browser: Browser, path: str, **fields: str) -> str:
    await browser.get(path)
    sent = {"digest": browser.hidden("digest"), **fields}
    return await browser.post(f"{path}/publish", sent)


async def press(browser: Browser, path: str, label: str) -> str:
    """A button of the phone."""
    turn = {"turn": browser.hidden("turn"), "token": browser.token(label)}
    return await browser.post(f"{path}/turn", turn)


async def say(browser: Browser, path: str, text: str) -> str:
    return await browser.post(f"{path}/turn", {"turn": browser.hidden("turn"), "text": text})


def phone(page: str) -> str:
    """What the phone shows."""
    screen = page.partition('class="phone-screen"')[2].partition("phone-note")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", screen))


async def start(site: Site, form_id: str, version: str, child: str) -> str:
    def begin(unit: Unit) -> str:
        draft_id = unit.new_id()
        student_id = site.ids[child]
        ids = (draft_id, site.house.school_id, form_id, version, student_id, None, "2026")
        add_draft(unit, Draft(*ids, answers={"dish": Answer("面条", "someone")}))
        return draft_id

    return await site.house.db.write(begin)


async def pinned(site: Site, draft_id: str) -> str:
    school_id = site.house.school_id
    draft = await site.house.db.read(lambda unit: load_draft(unit, school_id, draft_id))
    assert draft is not None
    return draft.form_version


# ---- from the download to the former version


async def test_a_label_changed_in_the_spreadsheet_reaches_new_families_only(
    site: Site, registrar: Browser
) -> None:
    builtin = site.house.forms.newest["new_student"]
    old = await start(site, "new_student", builtin.version, "child")
    changed = await changed_download(registrar)
    path = await bring(registrar, ("new_student.xlsx", changed))
    assert site.house.forms.newest["new_student"] is builtin, "nothing is published yet"
    await walk_to_the_name(registrar, path)
    assert QUESTION in phone(registrar.page)
    page = await publish(registrar, path)
    assert "已发布" in page
    fresh = site.house.forms.newest["new_student"]
    assert fresh.version != builtin.version
    assert fresh.questions["child/full_name"].label.within("zh_Hans") == QUESTION
    assert await pinned(site, old) == builtin.version
    site.clock.wait(minutes=1)
    page = await registrar.post(f"{path}/withdraw", {})
    assert "已撤回" in page
    assert site.house.forms.newest["new_student"] is builtin
    recorded = [await desk.events(site, f"school.form.{act}") for act in ACTS]
    assert recorded == [1, 1, 1, 0]


ACTS = ("uploaded", "published", "withdrawn", "moved")


async def changed_download(browser: Browser) -> bytes:
    """The built-in paper as a registrar changes it in his spreadsheet program."""
    async with browser.session.get("/panel/forms/version/new_student/xlsx") as response:
        assert response.content_type == XLSX
        assert "attachment" in response.headers["Content-Disposition"]
        book = load_workbook(io.BytesIO(await response.read()))
    survey = book["survey"]
    head = [cell.value for cell in survey[1]]
    assert {"label::简体中文 (zh-Hans)", "label::English (en)"} <= set(head)
    name, label = head.index("name"), head.index("label::简体中文 (zh-Hans)")
    row = next(row for row in survey.iter_rows() if row[name].value == "full_name")
    row[label].value = QUESTION
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def walk_to_the_name(browser: Browser, path: str) -> None:
    for label in ("妈妈", "我知道了", "同意"):
        await press(browser, path, label)


async def test_open_drafts_move_when_the_school_asks(site: Site, registrar: Browser) -> None:
    await publish(registrar, await bring(registrar, trip("1")))
    site.clock.wait(minutes=1)
    draft = await start(site, "trip", "1", "child")
    path = await bring(registrar, trip("2", "| | text | nurse | 要带什么药？ |"))
    assert "要是换到这一版，这 1 家" in registrar.page
    assert "要带什么药？" in registrar.page.partition("form-side")[2]
    page = await publish(registrar, path, drafts="move")
    assert "换好了 1 家" in page
    assert "填过的留下 1 处" in page
    assert await pinned(site, draft) == "2"
    assert await desk.events(site, "school.form.moved") == 1
    assert "换好了" not in await registrar.get("/panel/forms/paper/trip")


async def test_drafts_that_kept_theirs_are_moved_later(site: Site, registrar: Browser) -> None:
    await publish(registrar, await bring(registrar, trip("1")))
    site.clock.wait(minutes=1)
    draft = await start(site, "trip", "1", "child")
    await publish(registrar, await bring(registrar, trip("2")))
    assert await pinned(site, draft) == "1"
    page = await registrar.get("/panel/forms/paper/trip")
    assert "1 家正在填旧版本" in page
    await registrar.post("/panel/forms/paper/trip/move", {})
    assert await pinned(site, draft) == "2"


async def test_a_table_uploaded_anew_after_the_trial_is_not_published_unseen(
    site: Site, registrar: Browser
) -> None:
    path = await bring(registrar, trip("1"))
    seen = registrar.hidden("digest")
    await bring(registrar, trip("1", "| | text | nurse | 要带什么药？ |"))
    await registrar.post(f"{path}/publish", {"digest": seen})
    assert registrar.status == 409
    assert "trip" not in site.house.forms.newest


# ---- the phone


async def test_the_phone_plays_the_dialogue_and_stores_nothing(
    site: Site, registrar: Browser
) -> None:
    path = await bring(registrar, trip("1"))
    before = await desk.events(site)
    assert "孩子爱吃什么？" in phone(registrar.page)
    await say(registrar, path, "面条")
    assert "面条" in phone(registrar.page)
    stale = registrar.hidden("turn")
    await press(registrar, path, "都对")
    assert "什么也没有存" in phone(registrar.page)
    await registrar.post(f"{path}/turn", {"turn": stale, "text": "米饭"})
    assert "什么也没有存" in phone(registrar.page)
    await registrar.post(f"{path}/turn", {"act": "restart"})
    assert "面条" not in phone(registrar.page)
    assert await desk.events(site) == before


async def test_a_photo_is_pretended_on_the_phone(registrar: Browser) -> None:
    path = await bring(registrar, trip("1", "| | image | picture | 请拍一张照片。 |"))
    await say(registrar, path, "面条")
    assert 'type="file"' not in registrar.page
    await registrar.post(f"{path}/turn", {"turn": registrar.hidden("turn"), "photo": "1"})
    assert "请拍一张照片" in phone(registrar.page)
    assert "跳过" not in phone(registrar.page), "it is answered: the summary"


async def test_the_phone_speaks_the_chosen_language(registrar: Browser) -> None:
    path = "/panel/forms/version/new_student"
    await registrar.get(path)
    await registrar.post(f"{path}/turn", {"language": "en"})
    assert "You are the child’s" in phone(registrar.page)
    assert 'lang="en"' in registrar.page
    assert "从头再来" in registrar.page, "the page around it keeps the reader's language"


async def test_who_leaves_the_paper_on_the_phone_may_go_on(registrar: Browser) -> None:
    path = await bring(registrar, trip("1"))
    token = f"{registrar.hidden('turn')}:leave"
    await registrar.post(f"{path}/turn", {"token": token})
    assert "回到首页" in phone(registrar.page)
    await registrar.post(f"{path}/turn", {"act": "resume"})
    assert "孩子爱吃什么？" in phone(registrar.page)


# ---- what cannot be used


async def test_every_problem_is_told_with_its_cell(site: Site, registrar: Browser) -> None:
    page = await upload(registrar, ("trip.md", BROKEN.encode()))
    assert registrar.status == 422
    rows = re.findall(r"<tr class=\"bad\">(.*?)</tr>", page, re.DOTALL)
    cells = [[_plain(cell) for cell in re.findall(r"<td.*?>(.*?)</td>", row)] for row in rows]
    assert [cell[:3] for cell in cells] == [
        ["survey", "行 3", "colour"],
        ["survey", "行 4", "type"],
        ["survey", "行 5", "name"],
    ]
    assert "是不是要写「text」？" in cells[1][3]
    assert await form_desk.versions(site.house, await desk.actor(site, "registrar")) == ()


def _plain(cell: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", cell)).strip()


def _archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


REFUSED = {
    "macros": ("a.xlsm", _archive(xl__vbaProject_dot_bin=b"x"), "有宏"),
    "a zip bomb": ("a.xlsx", _archive(xl__a_dot_xml=b"0" * 30_000_000), "大得不正常"),
    "too large": ("a.xlsx", b"PK\x03\x04" + b"0" * MAX_BYTES, "超过 10 MB"),
    "not a table": ("a.pdf", b"%PDF-1.7", "认不出这种文件"),
    "empty": ("a.xlsx", b"", "空的"),
    "no file": ("", b"", "还没有选文件"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_file_that_cannot_be_taken_says_why(name: str, registrar: Browser) -> None:
    file_name, content, words = REFUSED[name]
    page = await upload(registrar, (file_name, content))
    assert registrar.status == 422
    assert words in page
    assert 'href="#file"' in page


async def test_a_list_of_the_authors_comes_with_its_form(registrar: Browser) -> None:
    more = "| | select_one_from_file towns.csv | town | 住在哪个镇？ |"
    towns = "name,label\na,东镇\nb,西镇\n".encode()
    path = await bring(registrar, trip("1", more), ("towns.csv", towns))
    await say(registrar, path, "面条")
    assert "西镇" in phone(registrar.page)
    assert "b,西镇" in await registrar.get(f"{path}/list/towns.csv")
    await registrar.get(f"{path}/list/other.csv")
    assert registrar.status == 404


async def test_a_picture_comes_with_its_form_and_stands_on_the_phone(registrar: Browser) -> None:
    name, table = trip()
    told = table.replace(b"| type | name | label |", b"| type | name | label | media::image |")
    told = told.replace("孩子爱吃什么？ |".encode(), "孩子爱吃什么？ | dish.jpg |".encode())
    await upload(registrar, (name, told))
    assert "没有叫「dish.jpg」的图片" in registrar.text()
    path = await bring(registrar, (name, told), ("dish.jpg", photo()))
    page = await registrar.get(path)
    found = re.search(r'<img src="(/panel/forms/picture/\w+)" alt="孩子爱吃什么？">', page)
    assert found
    for address in (found.group(1), f"{path}/list/dish.jpg"):
        async with registrar.session.get(address) as response:
            assert (response.status, (await response.read())[:3]) == (200, b"\xff\xd8\xff")


async def test_two_forms_at_once_are_refused(registrar: Browser) -> None:
    assert "一次只能交一张表" in await upload(registrar, trip("1"), ("b.md", b"| survey |"))


# ---- who may


@pytest.fixture
async def others(site: Site) -> AsyncIterator[dict[str, Browser]]:
    await desk.add_person(site, "principal", "何校长", Role.principal)
    async with AsyncExitStack() as stack:
        found = {}
        for person in ("principal", "teacher", "committee"):
            found[person] = await stack.enter_async_context(site.browser())
            await desk.sign_in(found[person], site, person)
        yield found


async def test_only_the_registrar_changes_and_the_principal_looks(
    site: Site, registrar: Browser, others: dict[str, Browser]
) -> None:
    path = await bring(registrar, trip("1"))
    row_id, digest = path.rpartition("/")[2], registrar.hidden("digest")
    for person, browser in others.items():
        for page in ("/panel/forms", path, "/panel/forms/paper/trip", f"{path}/xlsx"):
            async with browser.session.get(page) as answer:
                assert answer.status == (200 if person == "principal" else 403), (person, page)
        for act in (f"{path}/publish", f"{path}/withdraw", "/panel/forms/paper/trip/move"):
            await browser.get("/panel")
            await browser.post(act, {"digest": digest})
            assert browser.status == 403, (person, act)
        await browser.get("/panel")
        await upload(browser, trip("2"))
        assert browser.status == 403
    rows = await form_desk.versions(site.house, await desk.actor(site, "registrar"))
    assert [(row.id, row.state) for row in rows] == [(row_id, FormState.draft)]


async def test_the_principal_tries_the_phone(others: dict[str, Browser]) -> None:
    browser, path = others["principal"], "/panel/forms/version/new_student"
    page = await browser.get(path)
    assert "publish" not in page
    await press(browser, path, "妈妈")
    assert "爸爸" not in phone(browser.page)


@pytest.mark.parametrize(
    "path", ["version/{}", "version/{}/xlsx", "paper/{}", "version/{}/list/a.csv"]
)
async def test_what_is_not_there_is_missing(path: str, registrar: Browser) -> None:
    await registrar.get("/panel/forms/" + path.format("0" * 32))
    assert registrar.status == 404


@pytest.mark.parametrize("act", ["version/{}/publish", "version/{}/withdraw", "version/{}/turn"])
async def test_nothing_is_done_to_what_is_not_there(act: str, registrar: Browser) -> None:
    await registrar.post("/panel/forms/" + act.format("0" * 32), {})
    assert registrar.status == 404


async def test_the_built_in_version_is_neither_published_nor_withdrawn(
    registrar: Browser,
) -> None:
    for act in ("publish", "withdraw"):
        await registrar.get("/panel/forms")
        await registrar.post(f"/panel/forms/version/new_student/{act}", {})
        assert registrar.status == 404
