"""Everything a school decides is on one page; what cannot stand together is named (K6, K19)."""

from dataclasses import fields
from datetime import date

import pytest

from admin.settings_fields import FIELDS
from registry import setup
from registry.problems import RuleError
from registry.schools import Settings
from tests.admin.conftest import SignIn
from tests.support.site import Browser, Site

WHOLE = {
    "name": "向阳小学",
    "telephone": "010-55550199",
    "colour": "#336699",
    "committee_helps": "yes",
    "committee_days": "2",
    "class_days": "1",
    "school_days": "3",
    "leader_days": "1",
    "outside_days": "7",
    "leader_daily": "vice_principal",
    "leader_major": "principal",
    "joint_review": "yes",
    "freeze_from": "2026-05-01",
    "freeze_until": "2026-07-15",
    "class_limit_entry": "45",
    "class_warn": "50",
    "suspension_months": "12",
    "return_days_before": "30",
    "term_start": "2026-09-01",
    "grade1_until": "2026-09-30",
    "grade7_until": "2026-10-31",
    "collection_until": "2026-09-20",
    "undo_minutes": "10",
    "password_days": "90",
    "number_branch": "02",
    "claim_days": "20",
    "errand_hours": "48",
}


@pytest.fixture
async def registrar(as_person: SignIn) -> Browser:
    browser = await as_person("registrar")
    await browser.get("/panel/setup")
    return browser


async def stored(site: Site) -> Settings:
    school = await site.house.db.read(lambda unit: unit.load_school(site.house.school_id))
    return school.settings


async def grade_of(site: Site) -> str:
    school, place = site.house.school_id, site.ids["class"]
    return (await site.house.db.read(lambda unit: unit.load_class(school, place))).grade_id


async def test_everything_typed_is_stored_and_shown_again(
    site: Site, registrar: Browser
) -> None:  # U1, U2, U3, U4 and the rest: what is there can be set
    grade = await grade_of(site)
    page = await registrar.post("/panel/setup", {**WHOLE, f"plan-{grade}": "90"})
    assert registrar.status == 200
    expected = Settings(
        committee_helps=True,
        committee_days=2,
        class_days=1,
        school_days=3,
        leader_days=1,
        outside_days=7,
        leader_daily="vice_principal",
        leader_major="principal",
        joint_review=True,
        freeze_from=date(2026, 5, 1),
        freeze_until=date(2026, 7, 15),
        class_limit_entry=45,
        class_warn=50,
        grade_plans={grade: 90},
        suspension_months=12,
        return_days_before=30,
        term_start=date(2026, 9, 1),
        grade1_until=date(2026, 9, 30),
        grade7_until=date(2026, 10, 31),
        collection_until=date(2026, 9, 20),
        undo_minutes=10,
        password_days=90,
        number_branch="02",
        claim_days=20,
        errand_hours=48,
        colour="#336699",
    )
    assert await stored(site) == expected
    for name, text in {**WHOLE, f"plan-{grade}": "90"}.items():
        if text not in ("yes", "principal", "vice_principal"):
            assert f'name="{name}" value="{text}"' in page, name


async def test_an_empty_page_says_nothing_for_the_school(site: Site, registrar: Browser) -> None:
    names = ("name", "telephone", "colour", "undo_minutes", "number_branch", "claim_days")
    await registrar.post("/panel/setup", {name: WHOLE[name] for name in names})
    kept = {"undo_minutes": 10, "number_branch": "02", "claim_days": 20, "colour": "#336699"}
    assert await stored(site) == Settings(**kept)  # type: ignore[arg-type]
    assert (await stored(site)).class_limit_entry == 55  # R242: a figure of the rule, not ours


@pytest.mark.parametrize(
    ("changes", "at", "words"),
    [
        (
            {"school_days": "6"},
            "outside_days",
            "「转入」在校内各步加起来要 8 个工作日，比上级给的 7 个多了 1 个",
        ),  # K6
        ({"freeze_until": ""}, "freeze_until", "请把另一个日子也写上"),
        ({"freeze_until": "2026-04-30"}, "freeze_until", "最后一天在第一天前面"),
        ({"class_limit_entry": "56"}, "class_limit_entry", "最多 55 人"),  # R242
        ({"class_warn": "60"}, "class_warn", "56 人就是大班额"),  # R243
        ({"class_days": "0"}, "class_days", "请写 1 到 60 的整数"),
        ({"errand_hours": "0"}, "errand_hours", "请写 1 到 168 的整数"),
        ({"errand_hours": "169"}, "errand_hours", "请写 1 到 168 的整数"),
        ({"term_start": "2026-02-30"}, "term_start", "没有看懂这个日期"),
        ({"plan-x": "many"}, "plan-x", "请写 1 到 5000 的整数"),
    ],
)
async def test_what_cannot_stand_is_named_and_nothing_is_stored(
    changes: dict[str, str], at: str, words: str, site: Site, registrar: Browser
) -> None:
    before = await stored(site)
    page = await registrar.post("/panel/setup", {**WHOLE, **changes})
    assert registrar.status == 422
    assert f'<a href="#{at}">' in page
    assert words in page
    assert 'name="password_days" value="90"' in page, "what was typed is kept"
    assert await stored(site) == before


async def test_every_fault_is_told_at_once(registrar: Browser) -> None:
    page = await registrar.post(
        "/panel/setup", {**WHOLE, "class_days": "x", "claim_days": "0", "name": ""}
    )
    for at in ("class_days", "claim_days", "name"):
        assert f'<a href="#{at}">' in page


async def test_the_desk_refuses_what_the_page_would(site: Site) -> None:  # K6
    def change() -> None:
        site.house.db.write_now(
            lambda unit: setup.change_settings(
                unit,
                unit.load_actor(site.house.school_id, site.ids["registrar"]),
                Settings(committee_days=5, school_days=5, outside_days=7),
                site.clock(),
            )
        )

    with pytest.raises(RuleError) as refused:
        change()
    assert refused.value.code == "settings.limits_exceed"
    assert refused.value.params["over"] == 3


def test_every_setting_is_on_the_page() -> None:
    elsewhere = {"door_minutes", "grade_plans"}  # a constant of the house; one field a grade
    assert {field.name for field in fields(Settings)} - elsewhere == set(FIELDS)
