"""The fields the school fills: who, which, read by kind, nobody overwritten, on record."""

from collections.abc import Mapping

import pytest
from sqlalchemy import select

from registry.actors import Link, Relation
from registry.fields import FIELDS, KEY_FIELDS, Source
from registry.problems import Conflict, NotThere
from registry.school_fields import SCHOOL_FIELDS, Filled, fill_school_fields
from registry.students import Student
from storage import audit, queries
from storage import tables as t
from storage.unit import Unit
from tests.support.school import SmallSchool

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GOOD = {
    "birthplace_region": "320508001001",
    "boarding": "1",
    "entry_way": "11",
    "household_region": "320508001002",
    "inclusion": "none",
    "name_pinyin": "OUYANG XIAOSHU",
    "politics": "13",
    "postcode": "215000",
    "provincial_number": "G320501202600001",
    "student_source": "1",
}
BAD = {
    "birthplace_region": ("3205", "value.region_shape"),
    "boarding": ("3", "value.option_unknown"),
    "entry_way": ("就近入学", "value.option_unknown"),
    "household_region": ("苏州", "value.region_shape"),
    "inclusion": ("1", "value.option_unknown"),
    "name_pinyin": ("欧阳", "value.pinyin_shape"),
    "politics": ("99", "value.option_unknown"),
    "postcode": ("2150", "value.postcode_shape"),
    "provincial_number": ("?", "value.provincial_number_shape"),
    "student_source": ("0", "value.option_unknown"),
}


def child(school: SmallSchool, key: str = "child") -> Student:
    return school.do(lambda b: b.load_student(school.ids["school"], school.ids[key]))


def fill(
    school: SmallSchool, values: Mapping[str, str], *, who: str = "registrar", seen: int = -1
) -> Filled:
    actor, revision = school.actor(who), child(school).revision if seen < 0 else seen
    return school.do(
        lambda b: fill_school_fields(b, actor, school.ids["child"], revision, values, school.now)
    )


def trail(school: SmallSchool) -> list[tuple[str | None, str]]:
    wanted = select(t.event).where(t.event.c.name == "register.fields.filled")

    def read(unit: Unit) -> list[tuple[str | None, str]]:
        rows = unit.every(wanted.order_by(t.event.c.seq), {})
        return [(row.actor_id, row.ids) for row in rows]

    return school.do(read)


def test_the_school_fills_its_fields_and_one_event_counts_them(
    school: SmallSchool,
) -> None:  # R107 R119 R231 R261
    before = child(school)
    filled = fill(school, GOOD)
    after = child(school)
    assert set(filled.written) == set(GOOD)
    assert after.fields == {**before.fields, **GOOD}
    assert after.revision == before.revision + 1
    (who, ids), *more = trail(school)
    assert (who, more) == (school.ids["registrar"], [])
    assert '"count":10' in ids
    assert "politics" in ids
    # What is delicate is not named where a supervisor reads, and no value ever stands there.
    assert "inclusion" not in ids
    assert [value for value in GOOD.values() if len(value) > 3 and value in ids] == []
    assert school.do(lambda b: audit.verify(b, school.ids["school"])) is None


def test_this_is_all_of_them_and_no_national_number() -> None:  # R107
    assert set(GOOD) == set(BAD) == set(SCHOOL_FIELDS)
    assert "national_number" not in SCHOOL_FIELDS
    assert not SCHOOL_FIELDS.keys() & KEY_FIELDS


@ON_SQLITE
@pytest.mark.parametrize(
    "code", [code for code, field in FIELDS.items() if field.source is Source.family]
)
def test_a_field_of_a_family_is_out_of_reach(school: SmallSchool, code: str) -> None:  # R72
    before = child(school)
    with pytest.raises(NotThere):
        fill(school, {**GOOD, code: "x"})
    assert child(school) == before
    assert trail(school) == []


@ON_SQLITE
@pytest.mark.parametrize("who", ["teacher", "committee", "principal", "parent"])
def test_nobody_but_the_registrar_fills_them(school: SmallSchool, who: str) -> None:
    before = child(school)
    with pytest.raises(NotThere):
        fill(school, GOOD, who=who)
    assert child(school) == before


@ON_SQLITE
def test_a_registrar_does_not_fill_them_for_a_child_of_his_own(school: SmallSchool) -> None:
    link = Link(school.ids["child"], Relation.mother)
    school.do(lambda b: b.add_link(school.ids["registrar"], link))
    with pytest.raises(NotThere):
        fill(school, GOOD)
    assert set(fill(school, GOOD, who="second registrar").written) == set(GOOD)


@ON_SQLITE
@pytest.mark.parametrize("code", sorted(BAD))
def test_one_wrong_field_is_named_and_nothing_is_stored(
    school: SmallSchool, code: str
) -> None:  # R119
    before = child(school)
    text, problem = BAD[code]
    filled = fill(school, {**GOOD, code: text})
    assert {at: one.code for at, one in filled.problems.items()} == {code: problem}
    assert filled.count == 0
    assert child(school) == before
    assert trail(school) == []


@ON_SQLITE
def test_every_wrong_field_is_named_at_once(school: SmallSchool) -> None:
    wrong = {code: text for code, (text, _) in BAD.items()}
    assert set(fill(school, wrong).problems) == set(wrong)


@ON_SQLITE
def test_values_are_stored_as_their_kind_reads_them(school: SmallSchool) -> None:
    fill(school, {"postcode": " 215 000 ", "household_region": "３２０５０８００１００２"})
    assert child(school).fields["postcode"] == "215000"
    assert child(school).fields["household_region"] == "320508001002"


@ON_SQLITE
def test_an_unknown_region_is_stored_all_the_same(school: SmallSchool) -> None:
    filled = fill(school, {"household_region": "992101001002"})
    assert filled.written == ("household_region",)


def test_empty_removes_and_what_is_not_sent_stays(school: SmallSchool) -> None:
    fill(school, GOOD)
    filled = fill(school, {"postcode": "  ", "boarding": "2", "politics": "13"})
    assert (filled.written, filled.removed) == (("boarding",), ("postcode",))
    fields = child(school).fields
    assert "postcode" not in fields
    assert (fields["boarding"], fields["entry_way"]) == ("2", "11")
    assert fields["full_name"] == "欧阳小树"


@ON_SQLITE
def test_what_is_the_same_moves_no_revision_and_leaves_no_trace(school: SmallSchool) -> None:
    fill(school, GOOD)
    before = child(school)
    assert fill(school, GOOD).count == 0
    assert fill(school, {}).count == 0
    assert child(school) == before
    assert len(trail(school)) == 1


def test_who_came_second_overwrites_nobody_and_is_told_who_was_first(
    school: SmallSchool,
) -> None:
    fill(school, {"politics": "13"})
    school.wait(minutes=5)
    seen = child(school).revision
    fill(school, {"boarding": "2"}, who="second registrar")
    with pytest.raises(Conflict) as caught:
        fill(school, {"boarding": "1"}, seen=seen)
    assert caught.value.code == "student.changed"
    assert child(school).fields["boarding"] == "2"
    registrar, today = school.actor("registrar"), school.now.date()
    last = school.do(lambda b: queries.last_change(b, registrar, school.ids["child"], today))
    assert last == queries.LastChange(school.ids["second registrar"], school.now)
    other = school.actor("other teacher")
    for who, key in ((registrar, "other child"), (other, "child")):
        assert (
            school.do(lambda b, w=who, k=key: queries.last_change(b, w, school.ids[k], today))
            is None
        )
