"""A form changes while families fill it: what is different, kept, asked again and dropped."""

import pytest

from conversations.authoring.moving import Kind, compare, move
from conversations.draft import Answer, Draft
from conversations.form import Form
from conversations.walk import Route
from tests.conversations.papers import CHOICES, draft_of, paper
from tests.forms.shelf import SOURCES, explored, family, form_named

HEADER = "| type | name | label | required | relevant | constraint | constraint_message |"
OLD = """
| text | full_name | 姓名 | yes |
| select_one yes_no | has_id | 有身份证吗？ | yes |
| text | id_number | 号码 | yes | ${has_id} = 'yes' |
| begin group | home | 家 |
| integer | people | 几口人？ | yes |
| end group |
| begin repeat | relative | 家里人 |
| text | relative_name | 叫什么？ | yes |
| end repeat |
"""
ANSWERS = {
    "full_name": "张子涵",
    "has_id": "yes",
    "id_number": "999999201803120022",
    "home/people": "4",
    "relative": "1 3",
    "relative#1/relative_name": "张大山",
    "relative#3/relative_name": "李小河",
}


def form(survey: str, choices: str = CHOICES) -> Form:
    return paper(f"{HEADER}\n{survey}", choices)


def changed(old: str, new: str) -> Form:
    """The old form with one piece of its text replaced."""
    assert old in OLD
    return form(OLD.replace(old, new))


def filled() -> Draft:
    return draft_of(form(OLD), ANSWERS)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param(
            "| text | full_name | 姓名 | yes |\n", "", [(Kind.removed, "full_name")], id="removed"
        ),
        pytest.param(
            "| text | full_name | 姓名 | yes |",
            "| text | full_name | 姓名 | yes |\n| date | born | 生日 |",
            [(Kind.added, "born")], id="added",
        ),
        pytest.param("full_name", "name", [(Kind.renamed, "name")], id="renamed"),
        pytest.param(
            "| integer | people", "| text | people", [(Kind.retyped, "people")], id="retyped"
        ),
        pytest.param("几口人？", "有几口人？", [(Kind.words, "people")], id="words"),
        pytest.param("= 'yes'", "= 'no'", [(Kind.conditions, "id_number")], id="condition"),
        pytest.param(
            "| 几口人？ | yes |", "| 几口人？ | |", [(Kind.conditions, "people")], id="required"
        ),
        pytest.param(
            "| begin group | home | 家 |\n| integer | people | 几口人？ | yes |\n| end group |\n",
            "| integer | people | 几口人？ | yes |\n",
            [(Kind.moved, "people"), (Kind.removed, "home")], id="moved",
        ),
    ],
)  # fmt: skip
def test_a_difference_is_told(old: str, new: str, told: list[tuple[Kind, str]]) -> None:
    assert [(c.kind, c.name) for c in compare(form(OLD), changed(old, new))] == told


def test_changed_choices_are_told_by_code() -> None:
    fewer = CHOICES.replace("| | yes_no | no | 否 |", "| | yes_no | soon | 快了 |")
    told = compare(form(OLD), form(OLD, fewer))
    assert [(c.kind, c.before, c.after) for c in told if c.kind is not Kind.words] == [
        (Kind.choices_added, "", "soon"),
        (Kind.choices_removed, "no", ""),
    ]


def test_a_form_is_not_different_from_itself() -> None:
    assert compare(form(OLD), form(OLD)) == ()


@pytest.mark.parametrize(
    ("old", "new", "asked", "dropped"),
    [
        pytest.param("几口人？", "有几口人？", (), (), id="words"),
        pytest.param(
            "| text | full_name | 姓名 | yes |\n", "", (), ("full_name",), id="question gone"
        ),
        pytest.param(
            "| text | full_name | 姓名 | yes |",
            "| text | full_name | 姓名 | yes |\n| date | born | 生日 | yes |",
            ("born",), (), id="new question",
        ),
        pytest.param("| integer | people", "| text | people", (), (), id="a number may be words"),
        pytest.param(
            "| text | full_name", "| integer | full_name",
            ("full_name",), (), id="words are no number",
        ),
        pytest.param(
            "| 几口人？ | yes |", "| 几口人？ | yes | | . < 4 | 不行。 |",
            ("home/people",), (), id="refused by a new check",
        ),
        pytest.param("begin group | home", "begin group | house", (), (), id="group renamed"),
        pytest.param(
            "${has_id} = 'yes'", "${has_id} = 'no'", (), (), id="off the route, kept"
        ),
        pytest.param(
            "| text | relative_name | 叫什么？ | yes |",
            "| text | relative_name | 叫什么？ | yes |\n| integer | years | 多大？ | yes |",
            ("relative#1/years", "relative#3/years"), (), id="asked of every member",
        ),
    ],
)  # fmt: skip
def test_a_draft_moves_with_a_report(
    old: str, new: str, asked: tuple[str, ...], dropped: tuple[str, ...]
) -> None:
    moved = move(filled(), form(OLD), changed(old, new), family())
    assert (moved.asked, moved.dropped) == (asked, dropped)


def test_a_chosen_code_that_is_gone_is_asked_again() -> None:
    fewer = CHOICES.replace("| | yes_no | yes | 是 |", "| | yes_no | soon | 快了 |")
    plain = OLD.replace(" ${has_id} = 'yes' ", " ")
    moved = move(draft_of(form(plain), ANSWERS), form(plain), form(plain, fewer), family())
    assert (moved.asked, "has_id" in moved.kept) == (("has_id",), False)


def test_answers_of_a_repeat_keep_their_members() -> None:
    moved = move(filled(), form(OLD), changed("几口人？", "有几口人？"), family())
    assert {path: answer.text for path, answer in moved.draft.answers.items()} == ANSWERS


def test_what_the_family_insisted_on_is_kept_although_a_new_check_refuses_it() -> None:
    insisted = {**filled().answers, "home/people": Answer("4", "mother", insisted=True)}
    new = changed("| 几口人？ | yes |", "| 几口人？ | yes | | . < 4 | 不行。 |")
    moved = move(filled().keeping(insisted), form(OLD), new, family())
    assert moved.asked == ()


def test_a_promise_ends_where_it_is_no_longer_offered() -> None:
    promised = filled().keeping(later=frozenset({"full_name"}))
    assert move(promised, form(OLD), form(OLD), family()).draft.later == frozenset()


@pytest.mark.parametrize("name", SOURCES)
def test_every_draft_moves_to_its_own_version_unchanged(name: str) -> None:
    same = form_named(name)
    for walk in explored(name).walks:
        moved = move(walk.draft, same, same, walk.facts)
        assert (moved.asked, moved.dropped) == ((), ())
        assert moved.draft == walk.draft


@pytest.mark.parametrize("name", SOURCES)
def test_a_draft_moves_between_strangers_without_an_error(name: str) -> None:
    """Whatever the new version is, the draft can be walked on and nothing is counted twice."""
    other = form_named("clinic_intake" if name != "clinic_intake" else "school_census")
    same = form_named(name)
    walk = explored(name).walks[0]
    moved = move(walk.draft, same, other, walk.facts)
    assert not set(moved.kept) & set(moved.asked)
    assert set(moved.asked) <= {s.path for s in Route(other, moved.draft, walk.facts).missing()}
