"""Every page in a browser: nothing sticks out at 390 px, axe finds nothing, keys and no script."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from registry.submissions import State
from tests.admin import desk, later_papers, test_moving
from tests.support.browser import OpenPage, page_opener
from tests.support.site import Site, photo

PAGES = {
    "teacher": (
        "/panel",
        "/panel/class/{class}",
        "/panel/class/{class}/slips",
        "/panel/case/{no_help}",
        "/panel/case/{begun}",
        "/panel/child/{child}",
    ),
    "committee": ("/panel", "/panel/queue", "/panel/case/{case}", "/panel/case/{back}"),
    "vice": ("/panel", "/panel/queue", "/panel/case/{joint}"),
    "registrar": (
        "/panel",
        "/panel/queue?view=all",
        "/panel/case/{at_school}",
        "/panel/case/{to_hand}",
        "/panel/case/{handed}",
        "/panel/case/{refused}",
        "/panel/case/{typed}",
        "/panel/case/{returning}",
        "/panel/case/{grade7}",
        "/panel/child/{typed_child}",
        "/panel/entries",
        "/panel/entries?view=noted",
        "/panel/entries?class={other_class}",
        "/panel/child/{to_hand_child}",
        "/panel/child/{to_hand_child}/class",
        "/panel/child/{to_hand_child}/school",
        "/panel/class",
        "/panel/register",
        "/panel/setup",
        "/panel/setup/calendar",
        "/panel/setup/regions",
        "/panel/setup/classes",
        "/panel/setup/staff",
        "/panel/setup/roster",
        "/panel/forms",
        "/panel/forms/paper/new_student",
        "/panel/forms/version/new_student",
        "/panel/welcome",
    ),
}
ROWS = [(person, path) for person, paths in PAGES.items() for path in paths]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SMALLEST_TARGET = 44
STICKS_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TARGETS = """[...document.querySelectorAll('main button, main summary, main select, main .chip')]
    .filter(one => one.offsetParent && !one.closest('.notarget'))
    .map(one => [one.textContent.trim().slice(0, 12), one.getBoundingClientRect().height])
    .filter(([, height]) => height < %d)"""


Go = Callable[[str, str], Awaitable[Page]]


@pytest.fixture(scope="module")
async def full_site(still_site: Site) -> Site:
    """With papers of enrolled children at every step."""
    await later_papers.fill(still_site)
    await test_moving.add_return(still_site, "returning")
    await test_moving.add_grade7(still_site, "grade7")
    return still_site


@pytest.fixture(scope="module")
async def phones(browser: Browser, full_site: Site) -> AsyncIterator[dict[str, Page]]:
    """Everybody's telephone, signed in once."""
    async with page_opener(browser) as open_page:
        found = {}
        for person in PAGES:
            found[person] = await open_page()
            await enter(found[person], full_site, person)
        yield found


@pytest.fixture
def on_desk(open_page: OpenPage, full_site: Site) -> Go:
    """`await on_desk("teacher", "/panel")` is that page on a wide screen."""

    async def go(person: str, path: str) -> Page:
        page = await open_page(width=1366, height=800)
        await enter(page, full_site, person)
        await page.goto(full_site.address + path.format(**full_site.ids))
        return page

    return go


async def enter(page: Page, site: Site, person: str) -> None:
    """By a door."""
    await page.goto(f"{site.address}/l/{await site.door(person)}")
    await page.click("main button")


async def faults(page: Page) -> str:
    """What axe finds."""
    found = await Axe().run(page, options=RULES)
    return found.generate_report() if found.violations_count else ""


@pytest.mark.parametrize(("person", "path"), ROWS)
async def test_a_page_fits_a_phone_and_axe_finds_nothing(
    person: str, path: str, phones: dict[str, Page], still_site: Site
) -> None:
    page = phones[person]
    await page.goto(still_site.address + path.format(**still_site.ids))
    assert await page.evaluate(STICKS_OUT) == 0
    assert await page.evaluate(TARGETS % SMALLEST_TARGET) == []
    assert await faults(page) == ""


async def test_the_wide_case_has_no_fault_either(on_desk: Go) -> None:
    page = await on_desk("registrar", "/panel/case/{at_school}")
    assert await page.evaluate(STICKS_OUT) == 0
    assert await faults(page) == ""


@pytest.mark.parametrize("key", ["to_hand", "handed", "refused"])
async def test_the_authoritys_part_has_no_fault_on_a_wide_screen(key: str, on_desk: Go) -> None:
    page = await on_desk("registrar", f"/panel/case/{{{key}}}")
    assert await page.evaluate(STICKS_OUT) == 0
    assert await faults(page) == ""


async def test_a_refusal_is_previewed_and_recorded_without_script(
    open_page: OpenPage, site: Site
) -> None:  # R191
    await later_papers.add_paper(site, later_papers.KEY_CHANGE, "赵清越", serial=102)
    await later_papers.pass_inside(site)
    await later_papers.hand_in(site)
    page = await open_page(javascript=False)
    await enter(page, site, "registrar")
    await page.goto(f"{site.address}/panel/case/{site.ids['case']}")
    await page.click(".acts .approve")
    assert await page.locator("#error-summary a").count() == 1
    await page.check("input[value=refused]")
    await page.fill("#on", "2026-09-01")
    await page.fill("#words", "出生医学证明与户口本不一致。")
    letter = {"name": "letter.jpg", "mimeType": "image/jpeg", "buffer": photo(900, 700)}
    await page.set_input_files("#letter", letter)
    await page.click(".acts .approve")
    assert "教育局这次没有同意更正。" in await page.inner_text("#preview")
    assert "照片已经收到" in await page.inner_text("#outside")
    assert await page.evaluate(STICKS_OUT) == 0
    await page.click(".acts .approve")
    assert "教育局没有同意" in await page.inner_text("main")
    made = (await desk.decisions(site))[-1]
    assert made.outside is not None
    assert made.outside.file_id is not None


async def test_keys_hand_in_and_record(on_desk: Go, still_site: Site) -> None:
    page = await on_desk("registrar", "/panel/case/{handed}")
    await page.keyboard.press("o")
    await page.wait_for_selector("#error-summary")
    assert (await desk.load(still_site, "handed")).state is State.awaiting_outside


async def test_the_phone_of_a_paper_is_as_wide_as_a_phone(on_desk: Go) -> None:
    page = await on_desk("registrar", "/panel/forms/version/new_student")
    assert await page.evaluate(STICKS_OUT) == 0
    assert await faults(page) == ""
    frame = await page.locator(".phone-frame").bounding_box()
    assert frame is not None
    assert round(frame["width"]) == 390


async def test_a_broken_table_is_told_without_script(
    open_page: OpenPage, still_site: Site
) -> None:
    page = await open_page(javascript=False)
    await enter(page, still_site, "registrar")
    await page.goto(f"{still_site.address}/panel/forms")
    table = {"name": "a.md", "mimeType": "text/markdown", "buffer": b"| survey |\n| | tpe |"}
    await page.set_input_files("#file", table)
    await page.click(".upload button")
    assert await page.evaluate(STICKS_OUT) == 0
    assert await page.locator(".faults tbody tr").count() > 1


async def test_a_county_table_is_checked_and_imported_without_script(
    open_page: OpenPage, site: Site
) -> None:
    page = await open_page(javascript=False)
    await enter(page, site, "registrar")
    await page.goto(f"{site.address}/panel/setup/regions")
    rows = "code,name,valid_from,valid_to\n999901,向阳县,,2021-03-31\n99990,青年县,,\n"
    table = {"name": "counties.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    await page.set_input_files("#file", table)
    await page.click(".upload button")
    assert await page.locator(".faults tbody tr").count() == 1
    assert await page.evaluate(STICKS_OUT) == 0
    assert await page.evaluate(TARGETS % SMALLEST_TARGET) == []
    await page.click("button:has-text('只导入')")
    assert "现在有区划表" in await page.inner_text("main")
    await page.click("summary:has-text('移除')")
    assert await page.evaluate(STICKS_OUT) == 0
    assert await page.evaluate(TARGETS % SMALLEST_TARGET) == []
    await page.click("button:has-text('确定移除')")
    assert "还没有区划表" in await page.inner_text("main")


async def test_a_checked_and_an_imported_county_table_have_no_fault(
    on_desk: Go, still_site: Site
) -> None:
    page = await on_desk("registrar", "/panel/setup/regions")
    rows = "code,name,valid_from,valid_to\n999901,向阳县,,2021-03-31\n99990,青年县,,\n"
    table = {"name": "counties.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.set_input_files("#file", table)
    await page.click(".upload button")
    assert await faults(page) == ""
    await page.click("button:has-text('只导入')")
    await page.click("summary:has-text('移除')")
    assert await faults(page) == ""
    await page.click("button:has-text('确定移除')")


async def test_the_sign_in_page_has_no_fault(open_page: OpenPage, still_site: Site) -> None:
    page = await open_page()
    await page.goto(still_site.address + "/panel/sign-in")
    assert await page.evaluate(STICKS_OUT) == 0
    assert await faults(page) == ""


async def test_a_key_never_acts_while_somebody_types(on_desk: Go, still_site: Site) -> None:
    page = await on_desk("committee", "/panel/case/{case}")
    await page.locator(".flag summary").first.click()
    await page.locator(".flag-body input").first.focus()
    await page.keyboard.type("a r u s")
    assert page.url.endswith(still_site.ids["case"])
    assert (await desk.load(still_site)).state is State.in_review


async def test_the_keys_flag_a_field(on_desk: Go) -> None:
    page = await on_desk("committee", "/panel/case/{case}")
    for key in ("j", "j", "f"):
        await page.keyboard.press(key)
    await page.keyboard.press("ArrowDown")
    assert await page.locator(".entry.marked").count() == 1
    assert await page.locator("[data-flag-count]").inner_text() == "1"


async def test_a_picture_is_turned_clockwise(on_desk: Go) -> None:
    page = await on_desk("registrar", "/panel/case/{at_school}")
    await page.wait_for_function("document.querySelector('.exhibit-frame img').naturalWidth > 0")
    await page.keyboard.press("t")
    assert "rotate(90deg)" in (
        await page.locator(".exhibit-frame img").get_attribute("style") or ""
    )


async def test_school_fields_are_filled_without_script(open_page: OpenPage, site: Site) -> None:
    page = await open_page(javascript=False)
    await enter(page, site, "registrar")
    await page.goto(f"{site.address}/panel/child/{site.ids['case_child']}")
    await page.click("#school .act")
    assert await page.input_value("#name_pinyin") == "LIN XIAOMAN"
    await page.select_option("#boarding", "2")
    await page.fill("#postcode", "2150")
    await page.click("main button.act")
    assert await page.locator("#error-summary a").get_attribute("href") == "#postcode"
    assert await page.input_value("#boarding") == "2"
    assert await page.evaluate(STICKS_OUT) == 0
    await page.fill("#postcode", "215000")
    await page.click("main button.act")
    assert page.url.split("?")[0].endswith(site.ids["case_child"])
    assert "填了：姓名拼音、就读方式、邮政编码" in await page.inner_text(".flash")


async def test_school_fields_that_are_wrong_have_no_fault_of_their_own(on_desk: Go) -> None:
    page = await on_desk("registrar", "/panel/child/{to_hand_child}/school")
    await page.fill("#postcode", "2150")
    await page.click("main button.act")
    await page.wait_for_selector("#error-summary")
    assert await faults(page) == ""


async def test_a_case_is_returned_without_script(open_page: OpenPage, site: Site) -> None:
    page = await open_page(javascript=False)
    await page.goto(f"{site.address}/l/{await site.door('committee')}")
    await page.click("main button")
    await page.goto(f"{site.address}/panel/case/{site.ids['case']}")
    await page.locator(".flag summary").first.click()
    await page.locator(".flag-reason").first.select_option("differs")
    await page.click("button[value=return]")
    assert "已退回修改" in await page.inner_text("main")
    assert (await desk.load(site)).state is State.returned
