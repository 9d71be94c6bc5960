"""A paper leaves as one complete XLSForm and comes back the same."""

import pytest

from conversations.authoring.clues import expressions, items
from conversations.authoring.exporting import export, header_of, register_lists
from conversations.authoring.odk import has_validator, second_opinion
from conversations.form import Form, Question, Text
from conversations.xlsform.reader import inspect, read_form
from conversations.xlsform.sheets import Workbook, read_markdown, write_markdown
from documents.sheets import open_form, open_tables
from documents.xlsx import write_xlsx
from locales import LANGUAGES
from tests.forms.shelf import OWN, SOURCES

ALL = {**SOURCES, **OWN}
LONG = ("zh_Hans", "zh_Hant", "en", "fr")


def told(form: Form) -> list[object]:
    """All a form says, in every language, without the compiled parts."""
    found: list[object] = [form.id, form.version, form.route, words(form.title)]
    for item in items(form.children):
        found += [item.path, words(item.label), [each.source for each in expressions(item)]]
        if isinstance(item, Question):
            texts = (item.hint, item.guidance, item.brief, item.constraint_message)
            found += [item.type, item.appearance, dict(item.parameters), item.save_to]
            found += [words(text) for text in (*texts, item.required_message)]
            found += [(c.name, dict(c.columns), words(c.label)) for c in item.choices]
            found += [item.house.mask, item.house.role, item.house.evidence, item.read_only]
            found.append(item.default if isinstance(item.default, str) else bool(item.default))
    return found


def words(text: Text) -> list[str]:
    return [text.within(code) for code in LONG] if text.by_language else []


def rows_of(workbook: Workbook) -> dict[str, list[tuple[str, ...]]]:
    return {name: [line.cells for line in lines] for name, lines in workbook.sheets.items()}


@pytest.mark.parametrize("name", ALL)
def test_an_exported_form_says_the_same(name: str) -> None:
    exported = export(ALL[name])
    form, problems = inspect(exported)
    assert [problem for problem in problems if not problem.is_warning] == []
    assert form is not None
    assert told(form) == told(read_form(ALL[name]))


@pytest.mark.parametrize("name", ALL)
def test_an_exported_form_is_sound_to_odk(name: str) -> None:
    assert second_opinion(export(ALL[name]), validates=False) == ()


@pytest.mark.java
@pytest.mark.skipif(not has_validator(), reason="NOT CHECKED BY ODK VALIDATE: no Java")
def test_the_schools_own_paper_passes_odk_validate_with_all_its_languages() -> None:
    assert second_opinion(export(OWN["new_student"]), validates=True) == ()


@pytest.mark.parametrize("name", ["new_student", "satisfaction", "bus_ride"])
def test_it_goes_through_excel_unchanged(name: str) -> None:
    exported = export(ALL[name])
    back = open_form(write_xlsx(rows_of(exported)), "form.xlsx")
    assert told(read_form(back)) == told(read_form(ALL[name]))


def test_exporting_twice_changes_nothing_more() -> None:
    once = export(OWN["new_student"])
    assert export(once) == once
    assert read_markdown(write_markdown(once)).digest == once.digest


def test_every_wording_of_the_schools_own_paper_has_its_column() -> None:
    head = export(OWN["new_student"]).sheets["survey"][0].cells
    assert {"label::简体中文 (zh-Hans)", "label::English (en)"} <= set(head)


def test_no_cell_is_left_for_odk_to_fill_with_a_dash() -> None:
    survey = export(OWN["new_student"]).sheets["survey"]
    places = [i for i, name in enumerate(survey[0].cells) if name.startswith("label::")]
    said = [[line.cells[i] for i in places] for line in survey[1:]]
    assert [cells for cells in said if any(cells) and not all(cells)] == []


def test_a_form_in_one_language_keeps_plain_columns() -> None:
    head = export(SOURCES["water_point"]).sheets["survey"][0].cells
    assert "label" in head


@pytest.mark.parametrize(
    ("code", "header"), [("en", "English (en)"), ("zh_Hant", "繁體中文 (zh-Hant)"), ("fr", "fr")]
)
def test_a_language_is_named_as_odk_names_it(code: str, header: str) -> None:
    assert header_of(code) == header
    assert code in (*LANGUAGES, "fr")


def test_lists_of_the_register_come_along_for_odk() -> None:
    lists = register_lists(OWN["new_student"])
    assert list(lists) == ["ethnic_group.csv", "nationality.csv", "overseas.csv"]
    assert lists["ethnic_group.csv"][:2] == (("name", "label"), ("01", "汉族"))


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+8613800000000", "-1", "@x", "0012", "999999201803120022", "汉\n字", "a\x01b"],
)
def test_a_written_cell_is_text_whatever_it_looks_like(text: str) -> None:
    table = open_tables(write_xlsx({"sheet": [["head"], [text]]}), "x.xlsx").by_name["sheet"]
    assert table[1] == (text.replace("\x01", ""),)
