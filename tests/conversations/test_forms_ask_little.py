"""Every paper asks what the rules need and nothing that may not be collected. R9, R16, R42, R90,
R235, R262, K10, K22.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations, product

import pytest

from conversations.draft import Answer
from conversations.finish import codes
from conversations.form import Form, Question
from conversations.turn import Facts
from conversations.walk import Route
from conversations.xlsform.reader import messages
from conversations.xlsform.shelf import FORMS_FOLDER, load_shelf
from locales import LANGUAGES, WORDING, form_catalogue
from registry.actors import Relation
from registry.evidence import EVIDENCE, known_of
from registry.options import OPTIONS
from registry.students import Status, Student
from tests.conversations.papers import draft_of
from tests.conversations.test_project_forms import facts_of

FORMS = load_shelf().newest
each_form = pytest.mark.parametrize("form_id", sorted(FORMS))

# 教育部办公厅 2022-04-01 and domain.md §1: never collected. What a photo of a property
# certificate shows is only the address; that no bank card is asked is said to every family.
FORBIDDEN = {
    "zh_Hans": "职务|职位|职称|职业|工作单位|收入|工资|年薪|接种|疫苗|"
    "计划生育|准生证|房产(?!证)|房价|学历|婚姻|离婚|再婚|单亲|银行卡(?!号、密码和短信验证码)|存款|宗教|信仰|党员|车牌",
    "zh_Hant": "職務|職位|職稱|職業|工作單位|收入|工資|年薪|接種|疫苗|"
    "計劃生育|準生證|房產(?!證)|房價|學歷|婚姻|離婚|再婚|單親|銀行卡(?!號、密碼和短信驗證碼)|存款|宗教|信仰|黨員|車牌",
    "en": r"(?i)income|salary|wage|employer|occupation|job title|vaccin|family planning|marital|"
    r"married|divorc|single parent|bank (?!card number, a password)|savings|religio|belief|"
    r"party member|property value|licen[cs]e plate|education level",
}
NAMES = re.compile(
    r"job|position|employer|income|salary|vaccin|marri|marital|religion|bank|degree"
)


def texts(form_id: str, language: str) -> Iterator[str]:
    """Labels, hints, messages and choices, as this language reads them."""
    known = form_catalogue(language)
    for message in messages((FORMS_FOLDER / f"{form_id}.md").read_text("utf-8")):
        yield message[1] if language == WORDING else known[message]


@each_form
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_forbidden_is_asked(form_id: str, language: str) -> None:
    pattern = re.compile(FORBIDDEN[language])
    assert [text for text in texts(form_id, language) if pattern.search(text)] == []


@each_form
def test_no_question_is_named_after_what_may_not_be_asked(form_id: str) -> None:
    questions = FORMS[form_id].questions.values()
    names = [q.name for q in questions] + [c.name for q in questions for c in q.choices]
    assert [name for name in names if NAMES.search(name)] == []


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("zh_Hans", "爸爸的工作单位是哪里？"),
        ("zh_Hant", "家裡的年收入"),
        ("en", "Your monthly salary"),
        ("zh_Hans", "请写银行卡号"),
    ],
)
def test_a_forbidden_question_would_be_found(language: str, sentence: str) -> None:
    assert re.search(FORBIDDEN[language], sentence)


# ---- help


def is_plain(question: Question) -> bool:
    """Read aloud once it is understood: who fills, consents that explain themselves."""
    house = question.house
    return house.role in ("relation", "statement") or house.consent is not None


@each_form
def test_every_question_a_grandparent_could_stumble_over_has_a_hint(form_id: str) -> None:  # R5
    asked = [q for q in FORMS[form_id].questions.values() if q.label.by_language]
    bare = [
        q.path
        for q in asked
        if q.type not in ("note", "calculate", "hidden")
        and not is_plain(q)
        and not q.hint.by_language
    ]
    assert bare == []


@each_form
def test_the_statement_comes_before_anything_sensitive(form_id: str) -> None:  # K22
    questions = list(FORMS[form_id].questions.values())
    roles = [q.house.role for q in questions]
    sensitive = [q.house.sensitive for q in questions]
    assert "statement" in roles
    if True in sensitive:
        assert roles.index("statement") < sensitive.index(True)


@each_form
def test_a_consent_stands_alone_and_can_be_refused(form_id: str) -> None:  # K22
    for question in FORMS[form_id].questions.values():
        if question.house.consent:
            assert question.type == "select_one"
            assert {choice.name for choice in question.choices} == {"yes", "no"}
            assert question.default is None
            assert question.house.proposal is None
            assert "不同意" in question.label.within(WORDING)


# ---- a form and its rule of evidence agree

CARD = "999999201803120022"
SAMPLES = {"text": "张子涵", "date": "2018-03-12"}
ITEMS = ("full_name", "sex", "birth_date", "id_number", "ethnic_group", "household_place",
         "guardian1", "guardian2", "phone")  # fmt: skip
VARIED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "info_change": {
        "items": tuple(" ".join(two) for n in (1, 2) for two in combinations(ITEMS, n)),
        "id_type": ("1", "A"),
    },
    "new_student": {
        "id_number": (CARD, ""),
        "id_kind": ("1", "none", "D", "A"),
        "usual": ("yes", "different"),
        "unusual": ("household_away", "used_name"),
        "migrant": ("1", "0"),
    },
    "resumption": {"health_papers": ("yes", "no")},
    "suspension": {
        "suspension_reason": ("health", "major_event", "abroad"),
        "again_reason": ("health", "major_event", "abroad"),
        "health_papers": ("yes", "no"),
    },
    "transfer_in": {
        "reason": ("move", "work", "migrant", "other"),
        "lives": ("household", "property"),
    },
}
"""Every question whose answer a rule of evidence, or the way to a picture, depends on."""

ALSO_NEEDED = {"household_first_page"}
"""The address and kind of household stand on the first page; the rule leaves it to the form."""

CHILDREN = (
    None,
    Student("child", "school", "g", "c", Status.enrolled, {}),
    Student("child", "school", "g", "c", Status.suspended, {"suspension_reason": "health"}),
    Student("child", "school", "g", "c", Status.suspended, {"suspension_reason": "abroad"}),
)


def family(form: Form, chosen: Mapping[str, str], child: Student | None) -> Route:
    """Everything is answered, the varied questions as chosen."""
    answers = {
        q.path: chosen.get(q.name, _sample(q))
        for q in form.questions.values()
        if chosen.get(q.name, _sample(q))
    }
    draft = draft_of(form, answers)
    facts: Facts = replace(facts_of(form, draft, Relation.mother), student=child)
    return Route(form, draft, facts)


def _sample(question: Question) -> str:
    if question.choices:
        return question.choices[0].name
    return SAMPLES.get(question.type, "")


def ways(form_id: str) -> Iterator[Route]:
    form, varied = FORMS[form_id], VARIED[form_id]
    for texts_of in product(*varied.values()):
        chosen = dict(zip(varied, texts_of, strict=True))
        for child in CHILDREN:
            yield family(form, chosen, child)


@pytest.mark.parametrize("form_id", sorted(VARIED))
def test_a_form_asks_a_set_its_rule_accepts_and_no_more(form_id: str) -> None:
    rule = EVIDENCE[FORMS[form_id].evidence_rule or ""]
    seen = set()
    for route in ways(form_id):
        values = {**known_of(route.facts.student), **codes(route)}
        shown = {s.node.question.house.evidence for s in route.steps} - {None}
        groups = rule.groups(values)
        seen.add(groups)
        assert [group for group in groups if not group & shown] == [], values
        wanted = frozenset().union(*groups) | ALSO_NEEDED
        assert shown <= wanted, values
    assert len(seen) > 1


def test_every_form_with_a_rule_is_tried() -> None:
    assert set(VARIED) == {form.id for form in FORMS.values() if form.evidence_rule}


def test_an_answer_of_a_draft_is_read_by_the_rule() -> None:
    route = family(FORMS["transfer_in"], {"reason": "migrant"}, None)
    assert codes(route)["reason"] == "migrant"
    assert isinstance(route.draft.answers["move/reason"], Answer)


# ---- what single papers owe


def test_a_transfer_has_one_of_the_allowed_reasons() -> None:  # R35, R85
    form = FORMS["transfer_in"]
    reasons = {choice.name for choice in form.questions["move/reason"].choices}
    assert reasons == set(OPTIONS["transfer_reason"])


def test_a_transfer_always_shows_the_old_schools_sheet() -> None:  # R146, R238
    for route in ways("transfer_in"):
        assert "papers/record_sheet" in route.states


@each_form
def test_nobody_can_attend_here_and_leave_the_record_behind(form_id: str) -> None:  # R240
    questions = FORMS[form_id].questions.values()
    words = [c.label.within(WORDING) for q in questions for c in q.choices]
    assert [word for word in words if "借读" in word] == []


def test_the_check_comes_each_term_and_asks_one_thing_where_nothing_changed() -> None:
    # R108, R120, K9
    form = FORMS["start_of_term_check"]
    assert form.occasion == "term"
    route = family(form, {"same": "same"}, None)
    assert [s.path for s in route.steps if s.path.startswith("check/")] == ["check/same"]


def test_a_change_of_a_key_field_says_when_it_counts() -> None:  # R72, R107
    form = FORMS["info_change"]
    for item in ("full_name", "sex", "birth_date", "id_number"):
        route = family(form, {"items": item}, None)
        notes = [step.path for steps in route.notes.values() for step in steps]
        assert "what/key_note" in notes
    note = form.questions["what/key_note"].label.within(WORDING)
    assert "更正办理中" in note
    assert "全国学籍号也不会变" in note
