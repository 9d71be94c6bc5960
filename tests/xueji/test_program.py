"""`serve`, `demo` and `init` as a person starts and stops them."""

import json
import re
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar

from tests.support.postgres import Cluster
from tests.xueji import program
from tests.xueji.program import Program
from xueji.demo_people import children

ROLES = ("parent", "class teacher", "committee member", "registrar", "principal")


@asynccontextmanager
async def visitor(address: str) -> AsyncIterator[ClientSession]:
    """A browser of one person; cookies of an address without a name are kept too."""
    headers = {"Origin": address, "Accept-Language": "zh-CN"}
    async with ClientSession(address, headers=headers, cookie_jar=CookieJar(unsafe=True)) as one:
        yield one


async def go_in(session: ClientSession, link: str) -> tuple[int, str]:
    """Press the one button behind a link: the status and where it leads."""
    path = "/" + link.split("/", 3)[3]
    async with session.get(path) as shown:
        found = re.search(r'name="csrf" value="([^"]+)"', await shown.text())
    assert found is not None
    async with session.post(path, data={"csrf": found[1]}, allow_redirects=False) as opened:
        return opened.status, opened.headers.get("Location", "")


@pytest.fixture(scope="module")
def running(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """One demonstration for every test that only visits it."""
    home = tmp_path_factory.mktemp("running") / "home"
    shutil.copytree(demonstration, home)
    started = program.start(home, "demo", XUEJI_LOG="debug")
    program.STARTED.remove(started)
    yield started
    assert started.stop() == 0
    assert people_in(started.log) == set()


def people_in(log: str) -> set[str]:
    """What a log says of the invented people, and the links it holds."""
    told = {
        text
        for child in children(2026)
        for text in (child.name, child.id_number, child.phone, child.filler_name, child.address)
        if text in log or json.dumps(text)[1:-1] in log
    }
    return told | set(re.findall(r"/l/[A-Za-z0-9_-]{20,}", log))


async def test_a_demonstration_is_ready_and_gives_five_links(running: Program) -> None:
    assert len(running.links) == len(ROLES)
    async with visitor(running.address) as session, session.get("/healthz") as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "ready"})


@pytest.mark.parametrize("role", ROLES)
async def test_each_link_lets_its_person_in_again_and_again(running: Program, role: str) -> None:
    link = running.links[ROLES.index(role)]
    leads_to = "/chat" if role == "parent" else "/panel"
    for _ in range(2):
        async with visitor(running.address) as session:
            assert await go_in(session, link) == (303, leads_to)
            async with session.get(leads_to) as page:
                assert page.status == 200


async def test_looking_at_a_link_takes_nothing(running: Program) -> None:
    path = "/" + running.links[0].split("/", 3)[3]
    async with visitor(running.address) as session:
        for _ in range(3):
            async with session.get(path) as shown:
                assert shown.status == 200
                assert "xueji" not in SimpleCookie(shown.headers.get("Set-Cookie", ""))
        assert (await go_in(session, running.links[0]))[0] == 303


async def test_every_page_of_the_panel_opens_for_the_registrar(running: Program) -> None:
    async with visitor(running.address) as session:
        await go_in(session, running.links[3])
        for path in ("", "/queue", "/class", "/register", "/setup", "/setup/staff"):
            async with session.get(f"/panel{path}") as page:
                assert page.status == 200, path


def test_the_links_stay_the_same_after_a_restart(demo_home: Path) -> None:
    tokens = []
    for _ in range(2):
        running = program.start(demo_home, "demo")
        tokens.append([link.rsplit("/", 1)[1] for link in running.links])
        assert running.stop() == 0
    assert tokens[0] == tokens[1]


def test_a_real_school_starts_and_stops(home: Path) -> None:
    running = program.start(home, "serve")
    assert running.links == ()
    assert running.stop(signal.SIGTERM) == 0
    events = [json.loads(line)["event"] for line in running.log.splitlines()]
    assert events == ["server.started", "server.stopping", "server.stopped"]


async def test_stopping_ends_an_open_stream_and_loses_nothing(demo_home: Path) -> None:
    running = program.start(demo_home, "demo")
    async with visitor(running.address) as session:
        await go_in(session, running.links[0])
        async with session.get("/chat/news") as stream:
            await stream.content.readany()
            assert running.stop() == 0
    assert (demo_home / "xueji.sqlite").exists()
    assert not (demo_home / "xueji.sqlite-wal").exists()


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_second_process_is_refused(demo_home: Path, command: str) -> None:
    running: Program = program.start(demo_home, "demo")
    second = program.run(demo_home, command)
    assert second.returncode == 1
    assert "already runs" in second.stderr
    assert running.stop() == 0


def test_serve_on_an_empty_home_names_init_and_demo(tmp_path: Path) -> None:
    ended = program.run(tmp_path / "none", "serve")
    assert ended.returncode == 1
    assert "xueji demo" in ended.stderr
    assert "xueji init" in ended.stderr
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_network_address_is_refused_without_a_proxy(tmp_path: Path, command: str) -> None:
    ended = program.run(tmp_path / "none", command, XUEJI_BIND="0.0.0.0:0")
    assert ended.returncode == 1
    assert "XUEJI_TRUSTED_PROXY" in ended.stderr
    assert not (tmp_path / "none").exists()


def test_a_taken_port_is_named(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        bind = f"127.0.0.1:{other.getsockname()[1]}"
        ended = program.run(home, "serve", XUEJI_BIND=bind)
    assert ended.returncode == 1
    assert bind in ended.stderr


def test_demo_leaves_a_real_school_alone(home: Path) -> None:
    before = (home / "xueji.sqlite").read_bytes()
    ended = program.run(home, "demo")
    assert ended.returncode == 1
    assert "real school" in ended.stderr
    assert (home / "xueji.sqlite").read_bytes() == before


def test_demo_leaves_foreign_files_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "letters.txt").write_text("mine")
    ended = program.run(home, "demo")
    assert ended.returncode == 1
    assert [path.name for path in home.iterdir()] == ["letters.txt"]


def test_init_asks_for_what_was_not_said(tmp_path: Path) -> None:
    ended = program.run(tmp_path / "home", "init", given="向阳小学\n0999-2345678\n李敏\n")
    assert ended.returncode == 0, ended.stderr
    assert "向阳小学 is set up" in ended.stdout
    assert f"XUEJI_HOME={tmp_path / 'home'} " in ended.stdout, "the command opens this school"
    assert (tmp_path / "home" / "key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700


def test_init_asks_again_for_the_one_answer_that_was_wrong(tmp_path: Path) -> None:
    ended = program.run(tmp_path / "home", "init", given="向阳小学\n12\n0999-2345678\n李敏\n")
    assert ended.returncode == 0, ended.stderr
    assert "telephone number" in ended.stderr
    assert "向阳小学 is set up" in ended.stdout


def test_init_reads_a_file_of_answers(tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text('name = "向阳小学"\ntelephone = "0999-2345678"\nregistrar = "李敏"\n')
    ended = program.run(tmp_path / "home", "init", "--answers", str(answers))
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param("\n0999-2345678\n李敏\n", "needs a name", id="no name"),
        pytest.param("向阳小学\n12\n李敏\n", "telephone number", id="a short number"),
        pytest.param("向阳小学\n0999-2345678\n<b>\n", "registrar", id="not a name"),
        pytest.param("", "needs a name", id="no answer at all"),
    ],
)
def test_init_changes_nothing_where_an_answer_is_wrong(
    tmp_path: Path, given: str, words: str
) -> None:
    ended = program.run(tmp_path / "home", "init", given=given)
    assert ended.returncode == 1
    assert words in ended.stderr
    assert not (tmp_path / "home").exists()


def test_init_refuses_a_home_with_a_school(home: Path) -> None:
    key = (home / "key").read_bytes()
    ended = program.run(home, "init", given="甲\n0999-2345678\n李敏\n")
    assert ended.returncode == 1
    assert "nothing was changed" in ended.stderr
    assert (home / "key").read_bytes() == key


async def test_the_invitation_of_init_opens_once_the_program_serves(tmp_path: Path) -> None:
    home = tmp_path / "home"
    ended = program.run(home, "init", given="向阳小学\n0999-2345678\n李敏\n")
    token = re.findall(r"/l/(\S+)", ended.stdout)[0]
    running = program.start(home, "serve")
    async with visitor(running.address) as session, session.get(f"/l/{token}") as page:
        assert page.status == 200
    assert running.stop() == 0
    assert token not in running.log


@pytest.mark.parametrize(
    ("language", "words"),
    [
        pytest.param({"LANG": "zh_CN.UTF-8"}, "还没有学校", id="a Chinese terminal"),
        pytest.param({"LANG": "C.UTF-8"}, "There is no school", id="any other"),
        pytest.param(
            {"LANG": "zh_CN.UTF-8", "XUEJI_LANGUAGE": "en"}, "There is no school", id="chosen"
        ),
    ],
)
def test_the_command_speaks_the_language_of_the_terminal(
    tmp_path: Path, language: dict[str, str], words: str
) -> None:
    given = {"XUEJI_LANGUAGE": "", "LC_ALL": "", "LC_MESSAGES": "", **language}
    assert words in program.run(tmp_path / "none", "serve", **given).stderr


def test_every_form_of_the_house_is_listed_and_sound(home: Path) -> None:
    listed = program.run(home, "form", "list").stdout
    assert "new_student" in listed
    path = program.ROOT / "conversations" / "forms" / "new_student.md"
    ended = program.run(home, "form", "check", str(path))
    assert (ended.returncode, "can be used" in ended.stdout) == (0, True)


def test_a_faulty_form_is_told_cell_by_cell(home: Path, tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.md"
    faulty.write_text(
        "| survey |\n| | type | name | label |\n| | textt | a | 甲 |\n"
        "| settings |\n| | form_title | form_id | version |\n| | 甲 | a | 1 |\n"
    )
    ended = program.run(home, "form", "check", str(faulty))
    assert ended.returncode == 1
    assert "row 3, type" in ended.stdout


def test_a_word_that_is_no_command_shows_the_help(tmp_path: Path) -> None:
    ended = program.run(tmp_path / "none", "dance")
    assert ended.returncode == 2
    assert "doctor" in ended.stdout


async def test_a_school_may_keep_its_books_in_postgresql(tmp_path: Path, cluster: Cluster) -> None:
    home = tmp_path / "home"
    with cluster.database() as url:
        ended = program.run(
            home, "init", given="向阳小学\n0999-2345678\n李敏\n", XUEJI_DATABASE=url
        )
        assert ended.returncode == 0, ended.stderr
        started = program.start(home, "serve", XUEJI_DATABASE=url)
        async with visitor(started.address) as session, session.get("/healthz") as answer:
            assert answer.status == 200
        assert started.stop() == 0
        assert program.run(home, "doctor", XUEJI_DATABASE=url).returncode == 0
    assert not (home / "xueji.sqlite").exists()


@pytest.mark.parametrize(
    "api", ["http://127.0.0.1:9", "http://name.invalid", "not an address"], ids=str
)
def test_a_messenger_out_of_reach_stops_nobody_and_its_token_is_not_logged(
    home: Path, api: str
) -> None:
    token = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
    given = {"XUEJI_TELEGRAM_TOKEN": token, "XUEJI_TELEGRAM_API": api, "XUEJI_LOG": "debug"}
    started = program.start(home, "serve", **given)
    assert started.stop() == 0
    assert token.partition(":")[2] not in started.log
    assert "task.lost" not in started.log
