"""The tools themselves: locks, the shared database and browser, what no file of ours may say."""

import ast
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from playwright.async_api import Page
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from tests.support.browser import OpenPage
from tests.support.measures import (
    axe_violations,
    clipped_texts,
    sideways_overflow,
    small_targets,
)
from tests.support.postgres import Cluster

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.txt", "requirements-test.txt", "benchmarks/requirements.txt")
PIN = re.compile(r"[a-z0-9][a-z0-9._-]*==[a-z0-9.+!]+(?: ; [^\\]+)?", re.IGNORECASE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")

PRODUCT = (
    "registry", "conversations", "storage", "documents", "web", "bot", "admin", "locales", "xueji",
)  # fmt: skip
NOT_OURS = {".git", "var", "build", "__pycache__", "node_modules"}
BINARY = {".png", ".jpg", ".jpeg", ".heic", ".webp", ".pdf", ".xlsx", ".xls", ".ico", ".woff2"}
# Written in halves, so that this file too may be read by its own test.
FOREIGN_WORDS = re.compile(
    "|".join(
        (
            "py" r"pi\.(?:org|io)", "pythonhost" "ed", "npm" r"js\.", "deb" r"\.debian",
            "/wo" "rk/", "/opt/" "py",
            r"\bissue" r" #?\d+\b", r"\bissues" " show", r"\bsub-?" "agent", r"\bas an" " ai\b",
        )
    ),
    re.IGNORECASE,
)  # fmt: skip


def our_files() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part not in (".ci", ".gitignore") for part in parts)
        ours = not hidden and not NOT_OURS.intersection(parts) and "egg-info" not in str(path)
        if ours and path.is_file() and path.suffix.lower() not in BINARY:
            yield path


def lock_faults(lock: str) -> tuple[str, ...]:
    """What is wrong with a lock file: entries without version or hash, and addresses."""
    lines = [line for line in lock.splitlines() if line and not line.startswith("#")]
    entries = " ".join(line.strip().rstrip("\\").strip() for line in lines)
    entries = re.split(r"\s+(?=[^\s-])", entries) if entries else []
    faults = [
        entry.split()[0]
        for entry in entries
        if not PIN.fullmatch(entry.split()[0])
        or not entry.split()[1:]
        or not all(HASH.fullmatch(word) for word in entry.split()[1:])
    ]
    return tuple(faults + re.findall(r"\S*(?://|@|--(?!hash=))\S*", lock))


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_versions_and_hashes_and_no_address(name: str) -> None:
    assert lock_faults((ROOT / name).read_text("utf-8")) == ()


@pytest.mark.parametrize(
    "lock",
    [
        pytest.param("aiohttp==3.14.5\n", id="no hash"),
        pytest.param("aiohttp>=3 \\\n    --hash=sha256:" + "0" * 64, id="no version"),
        pytest.param("a==1 \\\n    --hash=sha256:" + "0" * 63 + "\n", id="a short hash"),
        pytest.param("--index-url somewhere\n", id="an option"),
        pytest.param("# from https://example.test/\n", id="an address in a comment"),
        pytest.param("a @ file:///a.whl \\\n    --hash=sha256:" + "0" * 64, id="a direct address"),
    ],
)
def test_a_faulty_lock_is_noticed(lock: str) -> None:
    assert lock_faults(lock) != ()


def names(lock: str) -> set[str]:
    return set(re.findall(r"^[a-z][a-z0-9-]*", (ROOT / lock).read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("name", ["requirements", "requirements-test"])
def test_every_dependency_asked_for_is_locked(name: str) -> None:
    assert names(f"{name}.in") - names(f"{name}.txt") == set()


def imported_distributions(folders: tuple[str, ...]) -> set[str]:
    """The packages from outside that the Python files of these folders import by name."""
    distributions = packages_distributions()
    return {
        distributions.get(module, [module])[0].lower().replace("_", "-")
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        for module in imported_modules(path.read_text("utf-8"))
        if module not in sys.stdlib_module_names and not (ROOT / module).is_dir()
    }


def imported_modules(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=aliases):
                yield from (alias.name.partition(".")[0] for alias in aliases)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]


def test_the_product_imports_only_what_is_locked() -> None:
    assert imported_distributions(PRODUCT) - names("requirements.txt") == set()


def test_the_tests_import_only_what_is_locked() -> None:
    locked = names("requirements.txt") | names("requirements-test.txt")
    assert imported_distributions(("tests", "benchmarks")) - locked == set()


def test_every_file_is_utf8_and_speaks_of_the_project_alone() -> None:
    faults = []
    for path in our_files():
        try:
            words = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            faults.append(f"{path}: not UTF-8")
            continue
        faults += [f"{path}: {found}" for found in FOREIGN_WORDS.findall(words)]
    assert faults == []


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        yield connection


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_gets_an_empty_database_of_its_own(database_url: str, turn: str) -> None:
    with connected(database_url) as connection:
        assert inspect(connection).get_table_names() == []
        connection.execute(text("CREATE TABLE seen (id int)"))


def test_a_template_is_made_once_and_copied(cluster: Cluster) -> None:
    made: list[str] = []

    def prepare(url: str) -> None:
        made.append(url)
        with connected(url) as connection:
            connection.execute(text("CREATE TABLE seen (id int)"))

    for _ in range(2):
        name = cluster.template("tooling", prepare)
        with cluster.database(name) as url, connected(url) as connection:
            assert inspect(connection).get_table_names() == ["seen"]
    assert len(made) == 1


async def test_a_good_page_measures_well(page: Page) -> None:
    await page.set_content(
        '<html lang="zh"><title>问</title><main><h1>孩子叫什么名字？</h1>'
        '<button style="min-width:48px;min-height:48px">好</button></main></html>'
    )
    assert await sideways_overflow(page) == 0
    assert await small_targets(page) == ()
    assert await clipped_texts(page) == ()
    assert await axe_violations(page) == ()


async def test_a_bad_page_measures_badly(page: Page) -> None:
    await page.set_content(
        "<html><title>问</title><main><h1>孩子</h1><img src='data:,'>"
        "<p style='width:30px;height:20px;overflow:hidden;white-space:nowrap'>看不见的字</p>"
        "<button style='height:20px'>好</button><div style='width:600px'>宽</div></main></html>"
    )
    assert await sideways_overflow(page) == 600 + 8 - 390
    assert await small_targets(page) == ("button 好",)
    assert await clipped_texts(page) == ("p 看不见的字",)
    assert any(found.startswith("image-alt") for found in await axe_violations(page))


async def test_a_page_without_javascript_runs_no_script(open_page: OpenPage) -> None:
    page = await open_page(javascript=False)
    await page.set_content("<title>before</title><script>document.title = 'after'</script>")
    assert await page.locator("title").text_content() == "before"
