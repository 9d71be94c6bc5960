"""What has reached the register stands to be typed into the national system until somebody says it
was; after a transfer in the record has to follow the child (R10, R226, R237).
"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from registry import families
from registry.actors import Actor, Relation
from registry.effects import EFFECTS
from registry.national import EntryKey, Part, note_entries, withdraw_entry
from registry.problems import NotThere, RuleError
from registry.records import TaskKind
from registry.submissions import NationalEntry, Said, State
from storage import queries
from storage import tables as t
from storage.national_books import entries_of
from storage.queries.entries import EntryFilter, EntryItem, count_entries, entries
from storage.unit import Unit
from tests.desk.papers import (
    NEW_NAME,
    OLD_NAME,
    accept,
    arrange,
    begin,
    child,
    content_of,
    hand,
    pass_inside,
    place,
    record,
    send,
    settle,
    start,
    today,
)
from tests.desk.papers import PAPERS as SAMPLES
from tests.support.school import SmallSchool

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def owed(school: SmallSchool) -> tuple[NationalEntry, ...]:
    """Everything of the present case."""
    ids = school.ids
    return school.do(lambda b: entries_of(b, ids["school"], (ids["case"],)))


def listed(school: SmallSchool, who: str = "registrar", **filters: object) -> list[EntryItem]:
    actor, wanted = school.actor(who), EntryFilter(**filters)  # type: ignore[arg-type]
    found = school.do(lambda b: entries(b, actor, wanted, today(school)))
    assert found.total == len(found.items)
    return list(found.items)


def key(school: SmallSchool, part: Part = Part.whole) -> EntryKey:
    return EntryKey(school.ids["case"], part)


def note(school: SmallSchool, who: str = "registrar", days_ago: int = 0) -> int:
    actor: Actor = school.actor(who)
    day = today(school) - timedelta(days=days_ago)
    return school.do(lambda b: note_entries(b, actor, [key(school)], day, school.now))


def enter(school: SmallSchool, name: str) -> None:
    """That paper goes all its way into the register."""
    arrange(school)
    start(school, name)
    accept(school)
    settle(school)
    assert school.case().state is State.effective


def test_an_effective_paper_stands_to_be_typed_until_the_registrar_says_it_was(
    school: SmallSchool,
) -> None:  # R10
    enter(school, "suspension")
    (item,) = listed(school)
    assert (item.child_name, item.effect) == (child(school).fields["full_name"], "suspend")
    assert item.entry.before is not None
    assert item.entry.before["suspended_until"] == ""
    assert note(school, days_ago=1) == 1
    assert listed(school) == []
    (done,) = listed(school, is_noted=True)
    assert (done.entry.on, done.entry.by, done.entry.at) == (
        today(school) - timedelta(days=1),
        school.ids["registrar"],
        school.now,
    )
    assert note(school, who="second registrar") == 0  # the first one's name and day stay
    assert owed(school)[0].by == school.ids["registrar"]


def test_a_wrong_tick_is_taken_back_and_both_are_on_record(school: SmallSchool) -> None:  # R10
    enter(school, "suspension")
    note(school)
    actor = school.actor("registrar")
    assert school.do(lambda b: withdraw_entry(b, actor, key(school), school.now))
    assert not school.do(lambda b: withdraw_entry(b, actor, key(school), school.now))
    (item,) = listed(school)
    assert (item.entry.on, item.entry.by, item.entry.at) == (None, None, None)
    names = [one for one in recorded(school) if one.startswith("register.entry.")]
    assert names == ["register.entry.noted", "register.entry.withdrawn"]


def recorded(school: SmallSchool) -> list[str]:
    """Every fact by name, in order."""
    found = select(t.event.c.name).order_by(t.event.c.seq)
    return [row.name for row in school.do(lambda b: b.every(found, {}))]


@ON_SQLITE
def test_no_day_to_come_nothing_empty_and_nobody_else(school: SmallSchool) -> None:
    enter(school, "suspension")
    with pytest.raises(RuleError) as refused:
        note(school, days_ago=-1)
    assert refused.value.code == "entries.day_wrong"
    actor = school.actor("registrar")
    with pytest.raises(RuleError) as refused:
        school.do(lambda b: note_entries(b, actor, [], today(school), school.now))
    assert refused.value.code == "entries.none_chosen"
    for who in ("teacher", "committee", "principal", "parent"):
        with pytest.raises(NotThere):
            note(school, who=who)
        assert listed(school, who=who) == []
    assert owed(school)[0].at is None
    for text in ("", "nothing", f"{school.ids['case']}.other"):
        with pytest.raises(NotThere):
            EntryKey.parse(text)
    assert EntryKey.parse(str(key(school))) == key(school)


@ON_SQLITE
@pytest.mark.parametrize(
    ("name", "is_listed"),
    [
        ("entrusted_care", False),
        ("info_change", True),
        ("new_student", True),
        ("resumption", True),
        ("suspension", True),
        ("transfer_in", True),
    ],
)
def test_what_changes_nothing_there_is_not_listed(
    school: SmallSchool, name: str, is_listed: bool
) -> None:  # R10
    assert EFFECTS[SAMPLES[name].effect].is_national is is_listed
    enter(school, name)
    assert bool(listed(school)) is is_listed


@ON_SQLITE
def test_a_check_that_changes_nothing_is_not_listed(school: SmallSchool) -> None:
    arrange(school)
    paper = SAMPLES["start_of_term_check"]
    place(school, paper.status, **paper.fields)
    begin(school, "start_of_term_check")
    send(school, "start_of_term_check")
    accept(school)
    settle(school)
    assert school.case().state is State.effective
    assert listed(school) == []


@ON_SQLITE
@pytest.mark.parametrize("result", [Said.accepted, Said.refused])
def test_what_enters_early_is_typed_early_also_where_the_authority_refuses(
    school: SmallSchool, result: Said
) -> None:  # R72
    arrange(school)
    paper = SAMPLES["key_change"]
    known = {**paper.fields, "full_name": OLD_NAME, "phone": "13800000001"}
    place(school, paper.status, **known)
    begin(school, "key_change")
    fields = {"full_name": NEW_NAME, "phone": "13800000002"}
    send(school, "key_change", content_of(school, paper, **fields))
    pass_inside(school)
    settle(school)
    (early,) = listed(school)
    assert (early.entry.part, early.entry.before) == (Part.early, {"phone": "13800000001"})
    hand(school)
    how = {"note": "没有同意"} if result is Said.refused else {}
    record(school, result, **how)
    settle(school)
    parts = [item.entry.part for item in listed(school)]
    assert parts == ([Part.early, Part.whole] if result is Said.accepted else [Part.early])
    if result is Said.accepted:
        assert owed(school)[1].before == {"full_name": OLD_NAME}


def test_the_list_goes_on_by_key_and_is_filtered(school: SmallSchool) -> None:
    arrange(school)
    for name in ("suspension", "extension", "resumption"):
        if name == "suspension":
            start(school, name)
        else:
            school.wait(days=30)
            begin(school, name)
            send(school, name)
        accept(school)
        settle(school)
    actor = school.actor("registrar")
    for is_noted in (False, True):
        whole = [
            (item.entry.submission_id, item.entry.part)
            for item in listed(school, is_noted=is_noted)
        ]
        assert len(whole) == 3
        paged, after = [], None
        for _ in range(3):
            page = school.do(
                lambda b, a=after, n=is_noted: entries(
                    b, actor, EntryFilter(n), today(school), a, limit=1
                )
            )
            paged += [(item.entry.submission_id, item.entry.part) for item in page.items]
            after = page.next
        assert paged == whole
        assert after is None
        if not is_noted:
            keys = [EntryKey(case_id, Part(part)) for case_id, part in whole]
            school.do(lambda b, k=keys: note_entries(b, actor, k, today(school), school.now))
    ids = school.ids
    assert len(listed(school, is_noted=True, class_id=ids["class"])) == 3
    assert listed(school, is_noted=True, class_id=ids["other class"]) == []
    assert len(listed(school, is_noted=True, form_id="resumption")) == 1


def test_after_a_transfer_in_the_record_is_asked_for_until_it_came(
    school: SmallSchool,
) -> None:  # R237
    enter(school, "transfer_in")
    actor = school.actor("registrar")

    def tasks(unit: Unit) -> list[str]:
        found = queries.tasks_of(unit, actor, today(school))
        return [task.key for task in found if task.kind is TaskKind.record_moved]

    wanted = f"record_moved:{school.ids['case']}"
    assert school.do(tasks) == [wanted]
    school.wait(days=90)
    assert school.do(tasks) == [wanted]
    teacher = school.actor("teacher")
    with pytest.raises(NotThere):
        school.do(lambda b: families.close_task(b, teacher, wanted, school.now))
    school.do(lambda b: families.close_task(b, actor, wanted, school.now))
    assert school.do(tasks) == []
    assert recorded(school)[-1] == "family.task.done"


@ON_SQLITE
@pytest.mark.parametrize("name", ["new_student", "resumption"])
def test_nobody_asks_for_the_record_of_a_child_who_was_here(
    school: SmallSchool, name: str
) -> None:
    enter(school, name)
    actor = school.actor("registrar")
    found = school.do(lambda b: queries.tasks_of(b, actor, today(school)))
    assert TaskKind.record_moved not in {task.kind for task in found}


@ON_SQLITE
def test_a_registrars_own_child_is_not_his(school: SmallSchool) -> None:
    enter(school, "suspension")
    actor = school.actor("registrar")
    school.do(
        lambda b: families.take_slip(b, actor, school.ids["child"], Relation.mother, school.now)
    )
    assert listed(school) == []
    assert len(listed(school, who="second registrar")) == 1
    with pytest.raises(NotThere):
        note(school)
    actor = school.actor("registrar")
    seen = school.do(lambda b: count_entries(b, actor, EntryFilter(), today(school)))
    assert seen == 0
