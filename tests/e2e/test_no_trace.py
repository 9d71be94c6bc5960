"""A hundred planted values sent through the running program, bad ways included: none is left.

Searched: database, journal, sealed pictures, log, the directory for temporary files; as raw text,
hexadecimal, base64 and UTF-16 (T18, T21). The program is the real one, in a process of its own.
"""

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from aiohttp import ClientSession, CookieJar, FormData

from tests.e2e.errands import (
    PAGE,
    SIGN,
    give_photo,
    link_on,
    read_and_agree,
    say_who,
    sign,
)
from tests.e2e.plants import Plants, photo
from tests.e2e.town import SUMMARY
from tests.storage.test_canaries import read_disk
from tests.support.site import Browser
from tests.xueji import program
from web.limits import POSTS

FAMILIES = 6
PASSWORD = "十四只麻雀飞过了操场"
MOST_QUESTIONS = 60


async def test_nothing_planted_is_found_anywhere(tmp_path: Path) -> None:
    home, log, temporary = tmp_path / "home", tmp_path / "log.jsonl", tmp_path / "tmp"
    temporary.mkdir()
    plants = Plants()
    invitation = _found_school(home, plants)
    with _running(home, log, temporary) as address:
        async with _browser(address) as registrar, _browser(address) as teacher:
            slips = await _set_up(registrar, teacher, invitation, plants)
            ordinary = slips[:FAMILIES]
            await asyncio.gather(*(_family(address, slip, plants) for slip in ordinary))
            await _sign_by_link(address, slips[FAMILIES], plants)
            await _photos_only(address, slips[FAMILIES + 1], teacher, plants)
            await _come_by_class_link(address, teacher, plants)
            await _review(teacher, registrar, plants)
            await _go_astray(address, registrar, plants)
        while_running = plants.found_in(tmp_path)
        is_picture_bare = b"JFIF" in read_disk([home])
    assert while_running == []
    assert not is_picture_bare
    for path in (home / "files").iterdir():
        path.unlink()  # searched already, and no longer written
    assert plants.found_in(tmp_path) == []
    assert len(plants.planted) >= 100
    assert log.read_bytes().count(b'"status"') > 200


def _found_school(home: Path, plants: Plants) -> str:
    """As `init` does it: the registrar's invitation."""
    answers = ("--name", "向阳小学", "--telephone", "0999-2345678", "--registrar", plants.name())
    ended = program.run(home, "init", *answers)
    assert ended.returncode == 0, ended.stderr
    return re.findall(r"/l/(\S+)", ended.stdout)[0]


@contextmanager
def _running(home: Path, log: Path, temporary: Path) -> Iterator[str]:
    """`xueji serve`, logging all it can: its address."""
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "xueji", "serve"],
            env=program.environment(home, TMPDIR=str(temporary), XUEJI_LOG="debug"),
            cwd=home.parent,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            assert process.stdout is not None
            yield next(
                found[0]
                for line in process.stdout
                if (found := re.search(r"http://127\.0\.0\.1:\d+", line))
            )
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)


@asynccontextmanager
async def _browser(address: str) -> AsyncIterator[Browser]:
    async with ClientSession(address, cookie_jar=CookieJar(unsafe=True)) as session:
        yield Browser(session, address)


# ---- the school


async def _set_up(
    registrar: Browser, teacher: Browser, invitation: str, plants: Plants
) -> list[str]:
    """Everything in the panel, as a new school does it: the tokens of the printed slips."""
    await _accept(registrar, invitation, plants)
    await registrar.get("/panel/setup/classes")
    first_grade = _first(r'<option value="([^"]+)"', registrar)
    await registrar.post("/panel/setup/grades", {"grade": first_grade, "entry_year": "2026"})
    grade = _first(r'name="grade" value="(\w{32})"', registrar)
    await registrar.post("/panel/setup/classes", {"grade": grade, "numbers": "1"})
    class_id = _first(
        r"/panel/class/(\w{32})", registrar, await registrar.get("/panel/setup/roster")
    )
    rows = [f"一年级1班,{plants.name()},{plants.phone()}" for _ in range(FAMILIES + 2)]
    roster = {"roster": "\n".join([*rows, f"九班,{plants.name()}"]), "act": "try"}
    await registrar.post("/panel/setup/roster", roster)
    await registrar.post("/panel/setup/roster", {**roster, "act": "store"})
    await registrar.get("/panel/setup/staff")
    staff = {"name": plants.name(), "role": "class_teacher", "class": class_id}
    await registrar.post("/panel/setup/staff", staff)
    await _accept(teacher, _first(r"/l/([\w-]{22})", registrar), plants)
    await teacher.get(f"/panel/class/{class_id}/slips")
    await teacher.post(f"/panel/class/{class_id}/slips", {"who": "all"})
    return sorted(set(re.findall(r"/l/([\w-]{22})", teacher.page)))


async def _accept(person: Browser, invitation: str, plants: Plants) -> None:
    """An invitation, answered with a name, a login and a password."""
    await person.come_in(invitation)
    fields = {"name": plants.name(), "login": plants.word(), "password": PASSWORD}
    await person.post("/panel/welcome", fields)
    assert person.status == 200, person.text()


def _first(pattern: str, person: Browser, page: str = "") -> str:
    found = re.search(pattern, page or person.page)
    assert found is not None, person.text()
    return found[1]


# ---- the families


async def _family(address: str, slip: str, plants: Plants) -> None:
    """The whole form; every answer of free words is planted, and one is wrong first."""
    async with _browser(address) as mother:
        await mother.come_in(slip, relation="mother")
        await mother.press("开始填")
        await _fill(mother, _answers(plants), plants)
        await mother.press("都对，去签字确认")
        await mother.say(plants.name())
        assert "已交给学校" in mother.text()


def _answers(plants: Plants) -> Mapping[str, str]:
    return {
        "告知书": "我知道了",
        "都对吗": "都对",
        "对吗": "对",
        "身份证号是多少": f"+{plants.id_number()}",
        "什么民族": "汉族",
        "在哪里出生": f"+{plants.place()}",
        "户口本上的住址": f"+{plants.place()}",
        "现在住在哪里": f"+{plants.place()}",
        "打哪个电话": f"+{plants.phone()}",
        "另一位监护人吗": "有，是爸爸",
        "另一位监护人叫": f"+{plants.name()}",
        "另一位监护人的电话": f"+{plants.phone()}",
        "幼儿园或上学": f"+{plants.school()}",
        "点「都没有」": "都没有",
    }


async def _fill(person: Browser, answers: Mapping[str, str], plants: Plants) -> None:
    if plants.planted:
        await person.say(plants.word())  # where a button is waited for
    for _ in range(MOST_QUESTIONS):
        await asyncio.sleep(1 / POSTS.per_second)  # as fast as the house lets one person be
        question = person.question()
        if SUMMARY in question:
            return
        if "拍户口本" in question:
            await person.upload(photo(plants.word()), f"{plants.word()}.jpg")
            continue
        answer = next((it for words, it in answers.items() if words in question), None)
        assert answer is not None, person.text()
        await (person.say(answer[1:]) if answer.startswith("+") else person.press(answer))
        if answer == "都没有":
            await person.press("选好了")
    raise AssertionError(person.text())


async def _sign_by_link(address: str, slip: str, plants: Plants) -> None:
    """A helper fills; somebody says who he is, wrongly first, and signs."""
    async with _browser(address) as aunt, _browser(address) as father:
        await aunt.come_in(slip, relation="helper")
        await aunt.press("开始填")
        guardian = {
            "监护人是谁": "妈妈",
            "这位监护人叫什么名字": f"+{plants.name()}",
            "这位监护人的电话": f"+{plants.phone()}",
        }
        await _fill(aunt, {**guardian, **_answers(plants)}, plants)
        await aunt.press(SIGN)
        token = link_on(aunt)
        await say_who(father, token, born=plants.word())
        await say_who(father, token)
        await read_and_agree(father, token)
        name = plants.name()  # another than the form has: asked about once
        assert "您签的是" in await sign(father, token, name=name)
        assert "已经签字" in await sign(father, token, name=name)


async def _photos_only(address: str, slip: str, teacher: Browser, plants: Plants) -> None:
    """One page by a link, the others here; typed by the teacher, who notes something too."""
    answers = _answers(plants)
    async with _browser(address) as mother, _browser(address) as grandmother:
        await mother.come_in(slip, relation="mother")
        await mother.press("开始填")
        await mother.press("只拍照，请老师照着填")
        for _ in range(MOST_QUESTIONS):
            if "照片拍好了" in mother.text():
                break
            question = mother.question()
            if "拍户口本首页" in question:
                await mother.press(PAGE)
                await give_photo(grandmother, link_on(mother), photo(plants.word()))
                await mother.get("/chat")
            elif "拍户口本" in question:
                await mother.upload(photo(plants.word()), f"{plants.word()}.jpg")
            else:
                answer = next(it for words, it in answers.items() if words in question)
                await (mother.say(answer[1:]) if answer[:1] == "+" else mother.press(answer))
                if answer == "都没有":
                    await mother.press("选好了")
        await mother.press("拍好了，交给老师照着填")
    draft = _first(r"/panel/typing/(\w{32})", teacher, await teacher.get("/panel"))
    page = await teacher.get(f"/panel/typing/{draft}")
    ops = re.findall(r'<textarea id="[^"]*" name="v:(\d+)"', page)
    places = {f"v:{op}": plants.place() for op in ops}
    revision = teacher.hidden("revision")
    await teacher.post(
        f"/panel/typing/{draft}",
        {"revision": revision, "act": "save", "field": ops[0], **places},
    )
    assert teacher.status == 200, teacher.text()
    assert "存好了" in teacher.text()
    child = re.findall(r"/panel/child/(\w{32})", await teacher.get("/panel/class"))[0]
    page = await teacher.get(f"/panel/child/{child}/family")
    person = _first(r'name="person" value="(\w{32})"', teacher, page)
    rights = {"may_fill": "yes", "may_see": "yes", "gets_notices": "yes"}
    noted = {"person": person, "relation": "mother", "note": plants.word(), **rights}
    await teacher.post(f"/panel/child/{child}/family", {"act": "save", **noted})
    assert teacher.status == 200, teacher.text()


async def _come_by_class_link(address: str, teacher: Browser, plants: Plants) -> None:
    """A claim with a name nobody has; some answers under it; refused."""
    await teacher.get("/panel/class")
    link = _first(r'id="class-link" value="http://[^"]*/l/([\w-]{22})"', teacher)
    async with _browser(address) as father:
        await father.come_in(link, relation="father", child_name=plants.name())
        await father.press("开始填")
        await father.press("我知道了")
        await father.say(plants.name())
    page = await teacher.get("/panel/class")
    claim = _first(r"/panel/claim/(\w{32})", teacher, page)
    await teacher.post(f"/panel/claim/{claim}", {"act": "refuse"})


# ---- the school reviews


async def _review(teacher: Browser, registrar: Browser, plants: Plants) -> None:
    cases = sorted(set(re.findall(r"/panel/case/(\w{32})", await teacher.get("/panel/queue"))))
    assert len(cases) == FAMILIES + 1
    for case in cases[:4]:
        await _decide(teacher, case, {"act": "approve"})
    flags = {"flag:home/home_address": "other", "note:home/home_address": plants.word()}
    await _decide(teacher, cases[4], {"act": "return", **flags})
    await _decide(registrar, cases[0], {"act": "approve"})
    rejected = {"act": "reject", "reason": "other", "note": plants.word()}
    await _decide(registrar, cases[1], rejected)
    await registrar.get("/panel/register")
    child = _first(r"/panel/child/(\w{32})", registrar)
    await registrar.get(f"/panel/child/{child}")
    reveal = {"field": "id_number", "purpose": "check_paper"}
    await registrar.post(f"/panel/child/{child}/reveal", reveal)
    await registrar.post("/panel/register/search", {"wanted": plants.id_number()})
    await registrar.post("/panel/register/search", {"wanted": plants.name()})


async def _decide(person: Browser, case: str, fields: Mapping[str, str]) -> None:
    await person.get(f"/panel/case/{case}")
    revision = {"revision": person.hidden("revision")}
    await person.post(f"/panel/case/{case}/decide", {**revision, **fields})
    assert person.status == 200, person.text()


# ---- ways that lead nowhere


async def _go_astray(address: str, registrar: Browser, plants: Plants) -> None:
    """Every way a value can come in without being asked for."""
    async with _browser(address) as stranger:
        word = plants.word
        for path in (f"/l/{word()}", f"/{word()}", f"/?q={word()}", f"/file/{word()}"):
            await stranger.get(path)
        for path in (f"/panel/case/{word()}", f"/panel/queue?view={word()}&after={word()}"):
            await registrar.get(path)
        headers = {"User-Agent": word(), "Referer": f"http://{word()}/", "X-Forwarded-For": word()}
        async with stranger.session.get("/", headers=headers, cookies={"xueji": word()}) as got:
            assert got.status == 200
        await stranger.get("/panel/sign-in")
        await stranger.post("/panel/sign-in", {"login": word(), "password": word()})
        await stranger.post("/panel/sign-in", {"csrf": word(), "login": word()})
        await stranger.post("/text", {"back": f"//{word()}", "size": word()})
        await stranger.post("/chat", {"text": word() * 3000, "turn": word(), "message": word()})
        broken = FormData()
        broken.add_field(word(), word(), filename=word())
        for sent in (broken, word().encode(), {"csrf": word()}):
            async with stranger.session.post("/chat/photo", data=sent) as got:
                assert got.status >= 400
        async with stranger.session.request(word().upper(), "/chat", headers={word(): "1"}) as got:
            assert got.status >= 400
