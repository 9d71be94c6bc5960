"""What every test may ask for: databases, a browser, the scale of randomised tests.

The controlling process makes one directory for the run; the workers share one PostgreSQL in it.
"""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.async_api import Browser, Page

from tests.support.browser import OpenPage, page_opener, running_browser
from tests.support.postgres import Cluster, running_cluster, stop_cluster
from tests.support.shared import make_shared_directory, remove_shared_directory

SCALE = int(os.environ.get("XUEJI_TEST_SCALE", "1"))

# At scale 1 the same examples every time, so a change is judged by the change alone.
settings.register_profile(
    "xueji", max_examples=50 * SCALE, deadline=None, derandomize=SCALE == 1, print_blob=True
)
settings.load_profile("xueji")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        make_shared_directory()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        stop_cluster()
        remove_shared_directory()


@pytest.fixture(scope="session")
def scale() -> int:
    """How many times larger randomised tests are: 1 in `make test`, 20 in `make test-long`."""
    return SCALE


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The PostgreSQL of this run; started when the first test asks."""
    return running_cluster()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, empty database for one test; the test runs once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'xueji.sqlite'}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    with cluster.database() as url:
        yield url


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One headless Chromium a worker."""
    async with running_browser() as browser:
        yield browser


@pytest.fixture
async def open_page(browser: Browser) -> AsyncIterator[OpenPage]:
    """Call it for a page in a context of its own: `await open_page(javascript=False)`."""
    async with page_opener(browser) as opener:
        yield opener


@pytest.fixture
async def page(open_page: OpenPage) -> Page:
    """A page of 390 x 844 with JavaScript."""
    return await open_page()
