"""A list of three thousand: brought along as a file, filtered by a key, searched while typing."""

import subprocess
import sys
from dataclasses import replace
from time import perf_counter

import pytest

from conversations.asked import Asked
from conversations.choice_index import ChoiceIndex, index_of
from conversations.choosing import find_choice, search
from conversations.draft import Focus
from conversations.form import Choice, Form, Text
from conversations.turn import FormWords, Said
from conversations.types import TYPES
from conversations.walk import Route
from conversations.xlsform.reader import read_form
from conversations.xlsform.sheets import read_markdown, read_rows
from tests.conversations.papers import draft_of, paper_text
from tests.conversations.stage import NOW, Stage

COUNTIES = 30
TOWNS = 100
NAMES = ("重庆路", "仡佬族乡", "畲乡", "长寿街", "Springfield", "东风镇", "向阳镇", "和平街道")


def rows() -> list[tuple[str, ...]]:
    """Three thousand towns of thirty counties; each county has the same eight names among them."""
    found: list[tuple[str, ...]] = [("name", "label", "label::English (en)", "county")]
    for county in range(COUNTIES):
        for town in range(TOWNS):
            name = NAMES[town] if town < len(NAMES) else f"第{county:02}{town:02}村"
            found.append(
                (f"{county:02}{town:03}", name, f"Town {county:02}{town:02}", f"c{county}")
            )
    return found


SURVEY = """
| type | name | label | choice_filter |
| text | county | 哪个县？ | |
| select_one_from_file towns.csv | town | 哪个镇？ | county = ${county} |
| select_one_from_file towns.csv | born | 哪里出生？ | |
"""


@pytest.fixture(scope="module")
def form() -> Form:
    files = read_rows({}, {"towns.csv": rows()}).files
    return read_form(replace(read_markdown(paper_text(SURVEY)), files=files))


def asked(form: Form, path: str = "born", county: str = "") -> Asked:
    draft = draft_of(form, {"county": county} if county else {})
    stage = Stage(form=form)
    route = Route(form, draft, replace(stage.facts(), form=form, draft=draft))
    node = route.plan.by_path[path]
    choices = route.choices(node.step)
    return Asked(node.question, choices, node.codes, Focus(path), NOW)


def names(hits: tuple[tuple[int, Choice], ...]) -> set[str]:
    return {choice.label.within("zh_Hans") for _, choice in hits}


def test_a_file_is_read_once_for_all_its_questions(form: Form) -> None:
    town, born = form.questions["town"], form.questions["born"]
    assert len(town.choices) == COUNTIES * TOWNS
    assert town.choices is born.choices
    assert index_of(town.choices) is index_of(born.choices)
    assert town.choices[5].columns["county"] == "c0"
    assert town.choices[0].label.within("en") == "Town 0000"


def test_only_the_towns_of_the_county_are_offered(form: Form) -> None:
    offered = asked(form, "town", "c7").choices
    assert [number for number, _ in offered] == list(range(700, 800))
    assert {choice.columns["county"] for _, choice in offered} == {"c7"}
    assert asked(form, "town", "nowhere").choices == ()
    assert asked(form, "town").choices == ()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("重庆", "重庆路"),
        ("cq", "重庆路"),
        ("CQL", "重庆路"),
        ("chongq", "重庆路"),
        ("zq", "重庆路"),  # 重 has two readings
        ("glzx", "仡佬族乡"),  # not among the common characters
        ("sx", "畲乡"),
        ("changshou", "长寿街"),
        ("spring", "Springfield"),
        ("FIELD", "Springfield"),
        ("town 0005", "东风镇"),
        ("29006", "向阳镇"),
        ("００００７", "和平街道"),
    ],
)
def test_a_name_is_found_by(typed: str, found: str, form: Form) -> None:
    assert found in names(search(asked(form), typed))


@pytest.mark.parametrize("typed", ["qqqq", "不在", "cqx", "99999", "c q", "", "重庆路上"])
def test_what_is_not_there_is_not_found(typed: str, form: Form) -> None:
    hits = names(search(asked(form), typed)) if typed else set()
    assert hits == set()


def test_a_search_stays_among_the_offered(form: Form) -> None:
    here = asked(form, "town", "c3")
    assert [choice.name for _, choice in search(here, "cq")] == ["03000"]
    assert find_choice(here, "重庆路") == "03000"
    assert find_choice(here, "00000") is None
    assert len(search(asked(form), "cq")) == COUNTIES


def test_names_that_begin_so_come_first() -> None:
    choices = tuple(Choice(code, Text({"zh_Hans": name})) for code, name in
                    (("a", "小东镇"), ("b", "东镇"), ("c", "西镇"), ("d", "东东")))  # fmt: skip
    found = ChoiceIndex(choices).search("东", range(4), 10)
    assert [number for number, _ in found] == [1, 3, 0]


def test_a_person_types_initials_and_confirms(form: Form) -> None:
    here = asked(form, "town", "c3")
    read = TYPES["select_one"].read(here, Said("cql"))
    assert read.doubt == "03000"
    shown = TYPES["select_one"].show(here.question, "03000")
    assert isinstance(shown, FormWords)
    assert shown.text.within("zh_Hans") == "重庆路"


def test_a_hostile_name_costs_no_more_than_another() -> None:
    choices = (Choice("a", Text({"zh_Hans": "大" * 200})),)
    started = perf_counter()
    assert ChoiceIndex(choices).search("d" * 199 + "x", range(1), 10) == ()
    assert perf_counter() - started < 1


def test_searching_three_thousand_takes_milliseconds(form: Form) -> None:
    here = asked(form)
    search(here, "cq")  # the index is made
    started = perf_counter()
    for _ in range(10):
        search(here, "cq")
    assert (perf_counter() - started) / 10 < 0.05


def test_nothing_heavy_is_loaded_before_somebody_types_letters() -> None:
    program = (
        "import sys\n"
        "from conversations.xlsform.shelf import load_shelf\n"
        "from conversations.choice_index import index_of\n"
        "form = load_shelf().newest['new_student']\n"
        "index = index_of(form.questions['child/ethnic_group'].choices)\n"
        "assert index.search('汉', range(99), 9)\n"
        "assert 'pypinyin' not in sys.modules\n"
        "assert index.search('hz', range(99), 9)\n"
        "assert 'pypinyin' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
