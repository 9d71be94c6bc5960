"""A file becomes a form: columns, types, words, lists and house columns."""

from dataclasses import replace

import pytest

from conversations.authoring.forms_check import check_form
from conversations.authoring.odk import has_validator
from conversations.form import Group, House, Question
from conversations.types import TYPES
from conversations.xlsform.columns import QUESTION_TYPES, SURVEY
from conversations.xlsform.problems import FormError
from conversations.xlsform.reader import inspect, messages, read_form
from conversations.xlsform.sheets import read_markdown, read_rows, write_markdown
from conversations.xlsform.shelf import FORMS_FOLDER, FormShelf
from tests.conversations.papers import CHOICES, SETTINGS, paper, paper_text


def only(survey: str, choices: str = "") -> Question:
    (question,) = paper(survey, choices).questions.values()
    return question


def test_a_form_is_a_tree_of_groups_and_questions() -> None:
    form = paper("""
| type | name | label |
| begin group | child | 孩子 |
| text | full_name | 姓名？ |
| begin group | papers | 证件 |
| image | page | 请拍 |
| end group | | |
| end group | | |
| note | thanks | 谢谢 |
""")
    child, thanks = form.children
    assert isinstance(child, Group)
    assert [part.path for part in child.children] == ["child/full_name", "child/papers"]
    assert list(form.questions) == ["child/full_name", "child/papers/page", "thanks"]
    assert thanks is form.questions["thanks"]
    assert form.key == ("paper", "1")
    assert form.title.within("zh_Hans") == "试卷"


def test_a_repeat_holds_its_questions_and_its_count() -> None:
    form = paper("""
| type | name | label | repeat_count |
| integer | how_many | 几位？ | |
| begin repeat | member | 家人 | ${how_many} |
| text | member_name | 叫什么？ | |
| end repeat | | | |
""")
    member = form.children[1]
    assert isinstance(member, Group)
    assert member.repeats
    assert member.repeat_count is not None
    assert member.repeat_count.refs == {"how_many"}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("text", "text"),
        ("string", "text"),
        ("integer", "integer"),
        ("int", "integer"),
        ("decimal", "decimal"),
        ("range", "range"),
        ("date", "date"),
        ("time", "time"),
        ("dateTime", "dateTime"),
        ("select_one yes_no", "select_one"),
        ("select one yes_no", "select_one"),
        ("select_multiple yes_no", "select_multiple"),
        ("select_one_from_file ethnic_group.csv", "select_one"),
        ("select_multiple_from_file sex.csv", "select_multiple"),
        ("rank yes_no", "rank"),
        ("image", "image"),
        ("photo", "image"),
        ("file", "file"),
        ("note", "note"),
        ("acknowledge", "acknowledge"),
        ("hidden", "hidden"),
        ("start", "start"),
        ("end", "end"),
        ("today", "today"),
    ],
)
def test_every_type_of_the_standard_has_one_name(written: str, kept: str) -> None:
    form, _ = inspect(paper_text(f"| type | name | label |\n| {written} | q | 问 |", CHOICES))
    assert form is not None
    assert form.questions["q"].type == kept


def test_the_dialogue_knows_every_type_the_reader_gives() -> None:
    assert set(QUESTION_TYPES.values()) - set(TYPES) == set()


HOUSE_CELLS = {
    "ask_later": ("yes", True),
    "consent": ("committee_help", "committee_help"),
    "evidence": ("household_register", "household_register"),
    "fact": ("school_name", "school_name"),
    "insist": ("yes", True),
    "mask": ("id", "id"),
    "own": ("yes", True),
    "reads": ("reason", "reason"),
    "role": ("signature", "signature"),
    "sensitive": ("yes", True),
    "web_only": ("yes", True),
}
# What each needs around it to mean anything.
HOUSE_ROWS = {
    "consent": "select_one yes_no",
    "evidence": "image",
    "fact": "hidden",
}


@pytest.mark.parametrize("column", HOUSE_CELLS)
def test_each_house_column_reaches_the_question(column: str) -> None:
    cell, expected = HOUSE_CELLS[column]
    kind = HOUSE_ROWS.get(column, "text")
    rest = "" if kind == "hidden" else "yes | valid('name', .) | 再写一次。"
    role = "| acknowledge | told | 告知 | | | | | statement |\n" if column == "sensitive" else ""
    last = "chat::role" if role else "hint"
    form = paper(
        f"| type | name | label | chat::{column} | required | constraint | constraint_message "
        f"| {last} |\n{role}| {kind} | q | 问 | {cell} | {rest} |",
        CHOICES if column == "consent" else "",
    )
    assert getattr(form.questions["q"].house, column) == expected


def test_every_house_column_is_tested_here() -> None:
    elsewhere = {"brief", "proposal", "save_to"}
    named = {name.removeprefix("chat::") for name in SURVEY if name.startswith("chat::")}
    assert named == set(HOUSE_CELLS) | elsewhere
    assert set(House.__slots__) == (named - {"brief", "save_to"})


def test_brief_proposal_and_both_ways_to_save_are_read() -> None:
    form = paper(
        """
| type | name | label | chat::brief | chat::proposal | save_to | chat::save_to |
| text | place | 户口住址在哪里？ | 户口 | | household_place | |
| text | home | 现在住哪里？ | | ${place} | | home_address |
""",
        settings=SETTINGS + "| entities |\n| | list_name | label |\n| | student | ${place} |\n",
    )
    place, home = form.questions.values()
    assert place.brief.within("zh_Hans") == "户口"
    assert place.save_to == "household_place"
    assert home.save_to == "home_address"
    assert home.house.proposal is not None
    assert home.house.proposal.refs == {"place"}


def test_the_plain_columns_reach_the_question() -> None:
    question = only("""
| type | name | label | hint | guidance_hint | required | required_message | appearance | parameters | default |
| range | q | 几次？ | 大概 | 说明 | yes | 要填 | numbers likert | start=1 end=5 | 3 |
""")  # noqa: E501
    assert question.hint.within("zh_Hans") == "大概"
    assert question.guidance.within("zh_Hans") == "说明"
    assert question.required is True
    assert question.required_message.within("zh_Hans") == "要填"
    assert question.appearance == {"numbers", "likert"}
    assert question.parameters == {"start": "1", "end": "5"}
    assert question.default == "3"


def test_expressions_are_compiled_with_what_they_read() -> None:
    form = paper(
        """
| type | name | label | required | relevant | constraint | constraint_message | calculation | default |
| select_one yes_no | a | 有吗？ | yes | | | | | |
| text | b | 几号？ | ${a} = 'yes' | ${a} = 'yes' | regex(., '[0-9]+') | 只写数字。 | | |
| date | c | 哪天？ | | | | | | today() |
| calculate | d | | | | | | concat(${b}, '号') | |
""",  # noqa: E501
        CHOICES,
    )
    b, c, d = form.questions["b"], form.questions["c"], form.questions["d"]
    assert b.relevant is not None
    assert b.relevant.refs == {"a"}
    assert b.constraint is not None
    assert b.constraint.uses_current
    assert not isinstance(b.required, bool)
    assert c.default is not None
    assert not isinstance(c.default, str)
    assert d.calculation is not None
    assert d.calculation.refs == {"b"}


def test_a_choice_filter_reads_the_columns_of_its_list() -> None:
    form = paper(
        """
| type | name | label | choice_filter |
| select_one county | county | 哪个县？ | |
| select_one town | town | 哪个镇？ | in = ${county} |
""",
        """
| choices |
| | list_name | name | label | in |
| | county | a | 甲县 | |
| | town | x | 东镇 | a |
""",
    )
    town = form.questions["town"]
    assert town.choice_filter is not None
    assert town.choices[0].columns["in"] == "a"


def test_or_other_adds_the_choice_and_its_question() -> None:
    form = paper("| type | name | label |\n| select_one yes_no or_other | q | 问 |", CHOICES)
    assert [choice.name for choice in form.questions["q"].choices] == ["yes", "no", "other"]
    other = form.questions["q_other"]
    assert other.relevant is not None
    assert other.relevant.refs == {"q"}
    assert other.label.within("en") != other.label.within("zh_Hans")


def test_a_reference_in_words_becomes_a_marked_path() -> None:
    form = paper("""
| type | name | label |
| begin group | child | 孩子 |
| text | full_name | 叫什么？ |
| end group | | |
| note | hello | ${full_name} 您好<br>请看 |
""")
    label = form.questions["hello"].label
    assert label.within("zh_Hans") == "\x00child/full_name\x00 您好\n请看"
    assert label.refs == {"child/full_name"}


def test_languages_of_the_file_come_before_the_catalogue() -> None:
    question = only("""
| type | name | label | label::English (en) | label::繁體中文 (zh-Hant) |
| text | q | 名字 | Name | 名字（繁） |
""")
    assert dict(question.label.by_language) == {
        "zh_Hans": "名字",
        "en": "Name",
        "zh_Hant": "名字（繁）",
    }


def test_a_missing_wording_falls_back_and_is_never_a_dash() -> None:
    assert only("| type | name | label |\n| text | q | 名字 |").label.within("en") == "名字"


def test_a_list_of_the_register_is_its_file() -> None:
    question = only("| type | name | label |\n| select_one_from_file sex.csv | q | 问 |")
    assert [(c.name, c.label.within("zh_Hans")) for c in question.choices] == [
        ("1", "男"),
        ("2", "女"),
    ]


def test_messages_name_every_text_with_its_place() -> None:
    text = paper_text("| type | name | label | hint |\n| text | q | 名字 | 全名 |", CHOICES)
    assert messages(text) == (
        ("paper/yes_no/yes:choice", "是"),
        ("paper/yes_no/no:choice", "否"),
        ("paper/q:label", "名字"),
        ("paper/q:hint", "全名"),
        ("paper:title", "试卷"),
    )


def test_comments_layout_and_rulers_change_nothing() -> None:
    plain = paper_text("| type | name | label |\n| text | q | 名字 |")
    dressed = plain.replace("| | text |", "# a word to colleagues\n|---|---|\n| |  text   |")
    assert read_form(dressed).digest == read_form(plain).digest
    assert read_form(plain.replace("名字", "姓名")).digest != read_form(plain).digest


def test_rows_of_a_spreadsheet_read_as_the_same_form() -> None:
    text = paper_text("| type | name | label |\n| text | q | 甲\\|乙 |")
    sheets = {
        name.title(): [("", ""), *(line.cells for line in lines)]
        for name, lines in read_markdown(text).sheets.items()
    }
    workbook = read_rows(sheets)
    assert workbook.digest == read_markdown(text).digest
    assert read_form(workbook) == read_form(text)
    assert read_markdown(write_markdown(workbook)).digest == workbook.digest


EVERYTHING = """
| type | name | label | parameters | choice_filter | trigger | calculation | read_only | default | appearance | repeat_count | required | hint | guidance_hint | constraint | constraint_message | required_message |
| start | s |
| end | e |
| today | t |
| csv-external | streets |
| text | county | 哪个县？ | | | | | | | multiline | | yes | 提示 | 说明 | . != '' | 不行 | 要填 |
| select_one_from_file towns.csv | town | 哪个镇？ | value=code label=title | county = ${county} |
| select_multiple_from_file towns.csv | towns | 哪些镇？ | value=code label=title |
| calculate | at | | | | ${county} | now() |
| text | home | 住哪？ | | | ${county}, ${town} | ${county} | ${county} = 'a' |
| select_one yes_no or_other | a | 有吗？ |
| select_multiple yes_no or_other | b | 有吗？ |
| rank yes_no | r | 排一排 |
| range | m | 几分？ | start=0 end=1 step=0.5 | | | | | 0.5 |
| calculate | street | | | | | pulldata('streets', 'x', 'y', ${county}) |
| calculate | lot | | | | | once(random()) |
| hidden | h | | | | | | | now() |
| date | d | 哪天？ | | | | | | today() |
| begin repeat | kid | 孩子 | | | | | | | | ${m} |
| text | full | 叫什么？ |
| calculate | kept | | | | ${full} | concat(${full}, '号') |
| end repeat |
| image | p | 拍 | max-pixels=1000 |
| file | f | 文件 |
| acknowledge | k | 好 |
| note | n | ${full} |
"""  # noqa: E501


def test_odk_reads_every_type_and_column_that_we_read() -> None:
    files = {
        "towns.csv": (("code", "title", "county"), ("t1", "东镇", "a")),
        "streets.csv": (("y", "x"), ("a", "东街")),
    }
    workbook = replace(
        read_markdown(paper_text(EVERYTHING, CHOICES)), files=read_rows({}, files).files
    )
    check = check_form(workbook)
    assert check.problems == ()
    assert check.validated == has_validator()


def test_a_broken_form_raises_with_every_problem() -> None:
    with pytest.raises(FormError) as caught:
        read_form("| survey |\n| | type | name | label |\n| | txt | 姓名 | 名字 |")
    assert len(caught.value.problems) >= 2


def test_the_shelf_keeps_old_versions_and_gives_the_newest() -> None:
    versions = [
        paper(
            "| type | name | label |\n| text | q | 名字 |",
            settings=SETTINGS.replace("| 1 |", f"| {version} |"),
        )
        for version in ("9", "10", "2")
    ]
    shelf = FormShelf.of(versions)
    assert shelf.newest["paper"].version == "10"
    assert shelf.get("paper", "2").version == "2"


def test_a_proved_paper_reads_the_same() -> None:
    for path in sorted(FORMS_FOLDER.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        assert read_form(text, is_proved=True).digest == read_form(text).digest
        assert [*read_form(text, is_proved=True).questions] == [*read_form(text).questions]
