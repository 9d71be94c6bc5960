"""Every form of the project: ODK accepts it, its names exist, it asks nothing forbidden."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pyxform.xls2xform import convert

from conversations.authoring.forms_check import check_form, list_forms
from conversations.authoring.odk import has_validator
from conversations.draft import Draft
from conversations.form import Form, Group, Question
from conversations.turn import Facts
from conversations.walk import Route
from conversations.xlsform.reader import inspect, messages, read_form
from conversations.xlsform.shelf import FORMS_FOLDER, load_shelf
from locales import catalogue, form_catalogue
from registry.actors import Actor, Link, Relation, Role
from registry.effects import EFFECTS
from registry.evidence import EVIDENCE
from registry.fields import FIELDS
from registry.identity import check_digit
from registry.options import OPTIONS
from registry.policy import Sight, sight
from registry.routes import LEADERS, ROUTES, ROUTINGS
from registry.schools import School, Settings
from tests.conversations.papers import draft_of

PATHS = sorted(FORMS_FOLDER.glob("*.md"))
HEADS = set(LEADERS.values())
NOW = datetime(2026, 9, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ID_NUMBER = "99999920180312002"
each_form = pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])


def read(path: Path) -> Form:
    return read_form(path.read_text(encoding="utf-8"))


def wordings(path: Path) -> Iterator[tuple[str, str]]:
    return iter(messages(path.read_text(encoding="utf-8")))


@each_form
def test_it_is_sound_without_a_warning(path: Path) -> None:
    _, problems = inspect(path.read_text(encoding="utf-8"))
    assert problems == ()


@each_form
def test_odk_validate_accepts_it(path: Path) -> None:
    if not has_validator():
        pytest.skip("NO JAVA: ODK Validate did not look at the forms")
    check = check_form(path.read_text(encoding="utf-8"))
    assert check.problems == ()
    assert check.validated


@each_form
def test_what_it_names_is_there(path: Path) -> None:
    form = read(path)
    assert form.route in ROUTINGS
    assert form.effect in EFFECTS
    assert form.evidence_rule is None or form.evidence_rule in EVIDENCE
    assert {q.save_to for q in form.questions.values() if q.save_to} <= set(FIELDS)


@each_form
def test_its_choices_are_codes_of_the_register(path: Path) -> None:
    for question in read(path).questions.values():
        field = FIELDS.get(question.save_to or "")
        kind = "" if field is None else field.kind
        listed = OPTIONS.get("special_situation" if kind == "options" else kind)
        if question.choices and listed:
            assert {choice.name for choice in question.choices} <= set(listed)


@each_form
def test_it_shows_no_number_people_could_copy(path: Path) -> None:
    found = [text for _, text in wordings(path) if re.search(r"[0-9]{6}", text)]
    assert found == []


@each_form
@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_every_wording_is_translated(path: Path, language: str) -> None:
    known = form_catalogue(language)
    assert [message for message in wordings(path) if message not in known] == []


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_no_translation_is_left_over(language: str) -> None:
    asked = {message for path in PATHS for message in wordings(path)}
    assert set(form_catalogue(language)) - asked == set()


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_a_translation_keeps_the_references_and_lines(language: str) -> None:
    for (_, original), words in form_catalogue(language).items():
        assert sorted(re.findall(r"\$\{\w+\}", words)) == sorted(
            re.findall(r"\$\{\w+\}", original)
        )
        assert words.count("<br>") == original.count("<br>")


QUOTES = {
    "en": r"“(Add it later|Done|Skip|The register[^”]*)”",
    "zh_Hans": r"「(跳过|户口本就是这样|以后再补|选好了)」",
    "zh_Hant": r"「(跳過|戶口本就是這樣|以後再補|選好了)」",
}
BUTTONS = ("answer.choices_done", "walk.insist", "walk.later", "walk.skip")


@pytest.mark.parametrize("language", ["zh_Hans", "zh_Hant", "en"])
def test_buttons_named_in_a_form_are_called_so(language: str) -> None:
    """「跳过」 in a hint is the label of that button, not another word for it."""
    buttons = {catalogue(language)[key] for key in BUTTONS}
    quote = QUOTES[language]
    texts = (
        [text for path in PATHS for _, text in wordings(path)]
        if language == "zh_Hans"
        else list(form_catalogue(language).values())
    )
    named = {name for text in texts for name in re.findall(quote, text)}
    assert named == buttons


# ---- the reader agrees with pyxform, which reads forms for ODK


def flat(nodes: list[dict[str, object]], above: str = "") -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for node in nodes:
        path = f"{above}/{node['name']}" if above else str(node["name"])
        if node["name"] == "meta":
            continue
        found[path] = node
        children = node.get("children")
        if isinstance(children, list):
            found |= flat(children, path)
    return found


def items(children: tuple[Question | Group, ...]) -> Iterator[Question | Group]:
    for child in children:
        yield child
        if isinstance(child, Group):
            yield from items(child.children)


@each_form
def test_pyxform_reads_the_same_tree(path: Path) -> None:
    theirs = flat(json.loads(json.dumps(convert(str(path))._pyxform["children"])))
    ours = {item.path: item for item in items(read(path).children)}
    assert list(ours) == list(theirs)
    for name, node in theirs.items():
        item, bind = ours[name], node.get("bind") or {}
        assert isinstance(bind, dict)
        assert (item.relevant.source if item.relevant else None) == bind.get("relevant")
        if isinstance(item, Question):
            assert (item.constraint.source if item.constraint else None) == bind.get("constraint")
            assert item.required is (bind.get("required") == "yes")


# ---- the new-student form


@pytest.fixture(scope="module")
def new_student() -> Form:
    return load_shelf().newest["new_student"]


ORDINARY = {
    "start/statement": "OK",
    "start/committee_help": "yes",
    "child/full_name": "古丽米热·艾比布力",
    "child/id_number": ID_NUMBER + check_digit(ID_NUMBER),
    "child/born_right": "yes",
    "child/ethnic_group": "05",
    "child/usual": "yes",
    "child/birthplace": "某省某市某区",
    "child/native_place": "某省某市某区",
    "home/household_place": "某省某市某区和平路一号",
    "home/home_address": "某省某市某区和平路一号",
    "family/phone": "13800000000",
    "family/second_guardian": "father",
    "family/guardian2_name": "艾比布力·买买提",
    "family/guardian2_phone": "13800000001",
    "before/previous_school": "某市第一幼儿园",
    "papers/household_first_page": "file-0",
    "papers/household_page": "file-1",
    "situation/special_situation": "none",
    "confirm/signature": "古丽娜尔·艾山",
}


def facts_of(form: Form, draft: Draft, relation: Relation | None, *, helps: bool = True) -> Facts:
    links = (Link("child", relation),) if relation else ()
    school = School("school", "向阳小学", "010-12345678", Settings(committee_helps=helps))
    return Facts(
        now=NOW,
        language="zh_Hans",
        actor=Actor("mother", "school", links=links),
        school=school,
        is_web=True,
        form=form,
        draft=draft,
        sign=lambda text: f"sealed:{len(text)}",
    )


def route_of(form: Form, answers: dict[str, str], relation: Relation | None) -> Route:
    draft = draft_of(form, answers)
    return Route(form, draft, facts_of(form, draft, relation))


def route_in(form: Form, answers: dict[str, str], grade: int) -> Route:
    """The mother's, of a child in that grade."""
    draft = draft_of(form, answers)
    facts = replace(facts_of(form, draft, Relation.mother), grade_number=grade)
    return Route(form, draft, facts)


def test_an_ordinary_family_gives_at_most_18_answers_and_3_photos(new_student: Form) -> None:
    route = route_of(new_student, ORDINARY, Relation.mother)
    asked = [*route.steps, *route.signatures]
    photos = [step for step in asked if step.node.question.type == "image"]
    assert route.missing() == ()
    assert len(asked) - len(photos) <= 18
    assert len(photos) <= 3


def test_the_statement_and_consent_come_before_anything_sensitive(new_student: Form) -> None:
    paths = [step.path for step in route_of(new_student, {}, None).steps]
    sensitive = [
        path for path in paths if new_student.questions[path].house.sensitive
    ]  # Rule: K22
    assert paths[:3] == ["start/relation", "start/statement", "start/committee_help"]
    assert paths.index("start/committee_help") < paths.index(sensitive[0])


STATEMENT_ITEMS = {
    "purpose": "为什么要填",
    "scope": "要哪些信息",
    "who": "给谁看",
    "place and period": "存在哪里、存多久",
    "handling at expiry": "就删除",
    "safety": "加密",
    "consequence of refusal": "上学不受影响",
    "complaint": "投诉",
    "correct and delete": "更正、补充，或者要求删除",
    "no charge": "不收费",
}


@pytest.mark.parametrize("item", STATEMENT_ITEMS)
def test_the_statement_says(item: str, new_student: Form) -> None:
    # 儿童个人信息网络保护规定 Art. 8–10
    label = new_student.questions["start/statement"].label.within("zh_Hans")
    assert STATEMENT_ITEMS[item] in label


@each_form
def test_the_statement_names_the_heads_where_a_school_may_ask_them(path: Path) -> None:  # K22, R69
    form = read(path)
    bases = {row.base for row in ROUTINGS[form.route or ""]}
    assert any(
        route.base in bases and {step.role for step in route.steps} & HEADS
        for route in ROUTES.values()
    )
    assert "学校领导" in form.questions["start/statement"].label.within("zh_Hans")


def test_the_statement_names_the_school_and_its_telephone(new_student: Form) -> None:
    assert new_student.questions["start/statement"].label.refs == {"school_name", "school_phone"}


def test_the_consent_says_what_the_committee_sees_of_pictures(new_student: Form) -> None:
    plain = new_student.questions["start/committee_help"].label.within("zh_Hans")
    pictures = new_student.questions["start/committee_help_photos"].label.within("zh_Hans")
    assert "看不到：任何照片" in plain
    assert "还有户口本的照片" in pictures


def asked(form: Form, relation: Relation | None, **changes: str) -> set[str]:
    changed = {path.replace("__", "/"): text for path, text in changes.items()}
    answers = {path: text for path, text in {**ORDINARY, **changed}.items() if text}
    route = route_of(form, answers, relation)
    return {step.path for step in (*route.steps, *route.signatures)}


def test_the_consent_names_all_the_committee_reads_in_full(new_student: Form) -> None:  # K1, K22
    named = {
        "guardian1_relation": "监护人是孩子的谁",
        "guardian2_relation": "监护人是孩子的谁",
        "previous_school": "以前的学校",
    }
    read_in_full = {
        field.code
        for field in FIELDS.values()
        if sight(Role.committee, field.field_class) is Sight.full
    }
    assert set(named) == read_in_full
    for name in ("committee_help", "committee_help_photos"):
        label = new_student.questions[f"start/{name}"].label
        assert [word for word in named.values() if word not in label.within("zh_Hans")] == []


def test_a_child_without_a_number_needs_a_guardians(new_student: Form) -> None:
    paths = asked(new_student, Relation.mother, child__id_number="", child__id_kind="none")
    assert "family/guardian_id_number" in paths
    assert "papers/birth_certificate" in paths
    assert not paths & {"papers/household_page", "papers/household_first_page"}
    assert not asked(new_student, Relation.mother) & {"family/guardian_id_number"}


def test_another_paper_is_asked_for_its_kind_and_number(new_student: Form) -> None:
    paths = asked(new_student, Relation.mother, child__id_number="", child__id_kind="A")
    assert {"child/other_number", "child/birth_date", "child/sex", "papers/other_page"} <= paths
    assert "child/born_right" not in paths


@pytest.mark.parametrize("relation", [Relation.grandparent, Relation.helper])
def test_a_helper_neither_consents_nor_signs(relation: Relation, new_student: Form) -> None:
    # K21
    paths = asked(new_student, relation)
    assert {"family/guardian_relation", "family/guardian_name", "family/guardian_phone"} <= paths
    assert not paths & {"start/committee_help", "confirm/signature"}


def test_the_national_number_is_asked_of_children_from_a_school(new_student: Form) -> None:
    # R106
    school = asked(new_student, Relation.mother, before__previous_school="某县实验小学")
    assert "before/national_number" in school
    assert "before/national_number" not in asked(new_student, Relation.mother)


@pytest.mark.parametrize("grade", [1, 6, 7, 8])
def test_grade_7_says_its_national_number_or_lets_the_school_fetch_it(
    new_student: Form, grade: int
) -> None:
    """R106: required there, with one way out; everywhere else it may be left out."""
    before = {**ORDINARY, "before/previous_school": "某县实验小学"}
    by, number = "before/number_by", "before/primary_number"
    if grade != 7:
        route = route_in(new_student, before, grade)
        assert {step.path for step in route.missing()} == {"before/national_number"}
        assert new_student.questions["before/national_number"].required is False
        assert by not in {step.path for step in route.steps}
        return
    for said, left in (
        ({}, {by}),
        ({by: "have"}, {number}),
        ({by: "have", number: "G" + ORDINARY["child/id_number"]}, set()),
        ({by: "fetch"}, set()),
    ):
        route = route_in(new_student, {**before, **said}, grade)
        assert {step.path for step in route.missing()} == left
        assert "before/national_number" not in {step.path for step in route.steps}


BORN = frozenset({"child/birth_date", "child/sex"})


def test_birth_date_and_sex_of_the_number_are_confirmed_in_one_tap(new_student: Form) -> None:
    # R6
    route = route_of(new_student, ORDINARY, Relation.mother)
    assert route.values["child/id_says"] == "2018年3月12日，女孩"
    assert not asked(new_student, Relation.mother) & BORN
    assert asked(new_student, Relation.mother, child__born_right="no") >= BORN


def test_what_the_number_says_is_told_in_the_language_spoken(new_student: Form) -> None:
    draft = draft_of(new_student, ORDINARY)
    facts = replace(facts_of(new_student, draft, Relation.mother), language="en")
    assert Route(new_student, draft, facts).values["child/id_says"] == "2018-03-12, a girl"


def test_an_insisted_number_tells_nothing(new_student: Form) -> None:
    paths = asked(new_student, Relation.mother, child__id_number="999999201803120021")
    assert paths >= BORN
    assert "child/born_right" not in paths


UNUSUAL = {
    "nationality": {"child/nationality", "child/overseas"},
    "household_away": {"home/migrant"},
    "household_kind": {"home/household_kind"},
    "used_name": {"child/used_name"},
}


@pytest.mark.parametrize("what", UNUSUAL)
def test_only_what_is_not_usual_is_asked(what: str, new_student: Form) -> None:
    usual = asked(new_student, Relation.mother)
    paths = asked(new_student, Relation.mother, child__usual="different", child__unusual=what)
    assert paths - usual == {"child/unusual"} | UNUSUAL[what]


def test_a_child_of_migrant_workers_shows_the_residence_permit(new_student: Form) -> None:
    # R262
    away = {"child__usual": "different", "child__unusual": "household_away"}
    permit = {"papers/residence_permit"}
    assert permit <= asked(new_student, Relation.mother, **away, home__migrant="1")
    assert not permit & asked(new_student, Relation.mother, **away, home__migrant="0")


@pytest.mark.parametrize(
    ("situation", "more"),
    [
        ("only_child", set()),
        ("left_behind", {"situation/left_behind"}),
        ("disability", {"situation/disability"}),
        ("weak_health", {"situation/health"}),
        ("in_person", set()),
    ],
)
def test_a_special_situation_is_asked_about_once(
    situation: str, more: set[str], new_student: Form
) -> None:
    usual = asked(new_student, Relation.mother)
    paths = asked(new_student, Relation.mother, situation__special_situation=situation)
    assert paths - usual == more


def test_the_list_of_forms_counts_what_is_asked() -> None:
    listed = {form.id: form for form in list_forms(load_shelf(), "en")}
    assert listed["new_student"].title == "New student record form"
    assert listed["new_student"].route == "new_student"
    assert listed["new_student"].questions == 46
