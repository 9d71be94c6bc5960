"""Start-of-term checks without a change, confirmed together and recorded one by one (K9)."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from registry.submissions import State
from tests.admin import desk, later_papers
from tests.admin.later_papers import INFO_CHANGE, TERM_CHECK
from tests.support.site import Browser, Site

SignIn = Callable[[str], Awaitable[Browser]]
CHANGED = replace(TERM_CHECK, fields={"phone": "13700000009"})


async def add_checks(site: Site) -> None:
    await later_papers.add_paper(site, TERM_CHECK, "赵清越", key="first", serial=102)
    await later_papers.add_paper(site, TERM_CHECK, "孙嘉树", key="second", serial=103)
    await later_papers.add_paper(site, CHANGED, "李思齐", key="changed", serial=104)
    await later_papers.add_paper(site, INFO_CHANGE, "钱多福", key="other", serial=105)


async def confirm(browser: Browser, site: Site, *keys: str) -> str:
    await browser.get("/panel/queue")
    fields = {
        f"confirm:{site.ids[key]}": str((await desk.load(site, key)).revision) for key in keys
    }
    return await browser.post("/panel/queue/confirm", fields)


async def test_only_what_did_not_change_is_offered(site: Site, as_person: SignIn) -> None:
    await add_checks(site)
    page = await (await as_person("teacher")).get("/panel/queue")
    assert "2 位家长答「都没变」" in page
    offered = [
        key
        for key in ("first", "second", "changed", "other")
        if f"confirm:{site.ids[key]}" in page
    ]
    assert offered == ["first", "second"]


async def test_each_is_one_decision_and_one_view(site: Site, as_person: SignIn) -> None:  # R231
    await add_checks(site)
    page = await confirm(await as_person("teacher"), site, "first", "second")
    assert "都确认好了" in page
    for key in ("first", "second"):
        assert (await desk.load(site, key)).state is State.approved
        assert len(await desk.decisions(site, key)) == 1
    assert await desk.events(site, "review.submission.opened") == 2
    assert await desk.events(site, "review.submission.approved") == 2


async def test_one_that_changed_or_is_no_check_is_left_and_said(
    site: Site, as_person: SignIn
) -> None:
    await add_checks(site)
    page = await confirm(await as_person("teacher"), site, "first", "changed", "other")
    assert "有 2 份没有确认" in page
    assert (await desk.load(site, "first")).state is State.approved
    for key in ("changed", "other"):
        assert (await desk.load(site, key)).state is State.in_review
        assert await desk.decisions(site, key) == ()


async def test_another_class_cannot_be_confirmed(site: Site, as_person: SignIn) -> None:
    await add_checks(site)
    for person in ("other_teacher", "committee"):
        page = await confirm(await as_person(person), site, "first")
        assert "有 1 份没有确认" in page
        assert (await desk.load(site, "first")).state is State.in_review
    assert await desk.events(site, "review.submission.opened") == 0


async def test_one_can_be_undone_by_itself(site: Site, as_person: SignIn) -> None:
    await add_checks(site)
    teacher = await as_person("teacher")
    await confirm(teacher, site, "first", "second")
    revision = str((await desk.load(site, "first")).revision)
    await teacher.post(f"/panel/case/{site.ids['first']}/undo", {"revision": revision})
    assert (await desk.load(site, "first")).state is State.in_review
    assert (await desk.load(site, "second")).state is State.approved
