"""A finished draft becomes Content: the route's answers, papers, consents, summary, signature."""

import hashlib
from dataclasses import replace

import pytest

from conversations.draft import Answer
from conversations.finish import finish
from conversations.form import Form
from conversations.xlsform.shelf import load_shelf
from registry.actors import Relation
from registry.submissions import Content, Value
from tests.conversations.papers import draft_of, paper
from tests.conversations.test_project_forms import ID_NUMBER, ORDINARY, facts_of


@pytest.fixture(scope="module")
def form() -> Form:
    return load_shelf().newest["new_student"]


def content_of(form: Form, relation: Relation, answers: dict[str, str] = ORDINARY) -> Content:
    draft = draft_of(form, answers)
    return finish(form, draft, facts_of(form, draft, relation))


def without_number(kind: str) -> dict[str, str]:
    answers = {path: text for path, text in ORDINARY.items() if path != "child/id_number"}
    return {**answers, "child/id_kind": kind}


def by_path(content: Content) -> dict[str, Value]:
    return {value.path: value for value in content.values}


def test_answers_reach_their_register_fields(form: Form) -> None:
    fields = content_of(form, Relation.mother).fields()
    assert fields["full_name"] == "古丽米热·艾比布力"
    assert fields["id_type"] == "1"
    assert fields["id_number"].startswith(ID_NUMBER)
    assert fields["guardian1_name"] == "古丽娜尔·艾山"
    assert fields["guardian1_relation"] == "mother"
    assert fields["guardian1_phone"] == fields["phone"] == "13800000000"
    assert fields["guardian2_relation"] == "father"
    assert fields["special_situation"] == "none"


def test_no_path_and_no_field_comes_twice(form: Form) -> None:
    values = content_of(form, Relation.mother).values
    assert len({value.path for value in values}) == len(values)
    fields = [value.field for value in values if value.field]
    assert len(set(fields)) == len(fields)


def test_answers_off_the_route_stay_behind(form: Form) -> None:
    content = content_of(form, Relation.mother, without_number("none"))
    assert "child/id_number" not in by_path(content)
    assert "id_number" not in content.fields()
    assert content.fields()["id_type"] == "Z"


def test_another_papers_number_fills_the_same_field(form: Form) -> None:
    answers = {**without_number("A"), "child/other_number": "E00000000"}
    fields = content_of(form, Relation.mother, answers).fields()
    assert (fields["id_type"], fields["id_number"]) == ("A", "E00000000")


def test_staff_read_the_short_name_in_chinese(form: Form) -> None:
    assert by_path(content_of(form, Relation.mother))["child/full_name"].label == "姓名"


def test_what_was_insisted_on_is_marked(form: Form) -> None:
    draft = draft_of(form, ORDINARY)
    kept = Answer("999999201803120021", "mother", insisted=True, note="派出所就是这样写的")
    draft = replace(draft, answers={**draft.answers, "child/id_number": kept})
    value = by_path(finish(form, draft, facts_of(form, draft, Relation.mother)))["child/id_number"]
    assert (value.insisted, value.note) == (True, "派出所就是这样写的")


def test_papers_are_evidence_and_no_values(form: Form) -> None:
    content = content_of(form, Relation.mother)
    assert [(paper.kind, paper.file_id) for paper in content.evidence] == [
        ("household_first_page", "file-0"),
        ("household_register", "file-1"),
    ]
    assert "papers/household_page" not in by_path(content)


def test_each_consent_stands_alone_with_the_digest_of_its_words(form: Form) -> None:
    # K22
    content = content_of(form, Relation.mother)
    assert [(c.purpose, c.agreed) for c in content.consents] == [
        ("statement", True),
        ("committee_help", True),
    ]
    shown = form.questions["start/committee_help"].label.within("zh_Hans")
    words = f"{shown}\n同意\n不同意，请班主任核对"
    assert content.consents[1].digest == hashlib.sha256(words.encode()).hexdigest()
    assert content.consents[1].version == "1"
    assert not {"start/statement", "start/committee_help"} & set(by_path(content))


def test_a_refusal_is_kept_as_a_refusal(form: Form) -> None:
    content = content_of(form, Relation.mother, {**ORDINARY, "start/committee_help": "no"})
    assert not content.agreed("committee_help")
    assert content.agreed("statement")


def test_the_signature_seals_the_summary(form: Form) -> None:
    # R81
    content = content_of(form, Relation.mother)
    assert content.signature is not None
    assert content.signature.typed_name == "古丽娜尔·艾山"
    assert content.signature.relation is Relation.mother
    assert content.signature.seal == f"sealed:{len(content.summary)}"


def test_the_summary_is_numbered_by_section_with_the_number_masked(form: Form) -> None:
    lines = content_of(form, Relation.mother).summary.splitlines()
    assert lines[:3] == ["新生学籍信息采集表", "【开始】", "1 告知书  已看过"]
    assert "3 姓名  古丽米热·艾比布力" in lines
    number = next(line for line in lines if "身份证号" in line)
    assert "999999********" in number
    assert ID_NUMBER not in number


@pytest.mark.parametrize("relation", [Relation.grandparent, Relation.entrusted_carer])
def test_who_is_no_guardian_signs_nothing(relation: Relation, form: Form) -> None:
    # K21
    answers = {
        **ORDINARY,
        "family/guardian_relation": "mother",
        "family/guardian_name": "古丽娜尔·艾山",
        "family/guardian_phone": "13800000002",
    }
    content = content_of(form, relation, answers)
    assert content.signature is None
    assert content.relation is relation
    assert not content.agreed("committee_help")
    fields = content.fields()
    assert (fields["guardian1_relation"], fields["guardian1_name"]) == ("mother", "古丽娜尔·艾山")
    assert fields["guardian1_phone"] == "13800000002"


def test_a_signature_of_somebody_else_does_not_count(form: Form) -> None:
    draft = draft_of(form, ORDINARY, by="father")
    assert finish(form, draft, facts_of(form, draft, Relation.mother)).signature is None


def test_nothing_signs_without_a_seal(form: Form) -> None:
    draft = draft_of(form, ORDINARY)
    facts = replace(facts_of(form, draft, Relation.mother), sign=None)
    assert finish(form, draft, facts).signature is None


def test_members_of_a_repeat_are_values_of_their_own() -> None:
    form = paper("""
| type | name | label |
| begin repeat | member | 家人 |
| text | member_name | 叫什么？ |
| end repeat | | |
""")
    answers = {"member": "1 3", "member#1/member_name": "甲", "member#3/member_name": "乙"}
    draft = draft_of(form, answers)
    content = finish(form, draft, facts_of(form, draft, Relation.mother))
    assert [(value.path, value.text) for value in content.values] == [
        ("member#1/member_name", "甲"),
        ("member#3/member_name", "乙"),
    ]
