"""Uploaded spreadsheets: their cells as text, and everything that is refused before it is read."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook as Excel

from conversations.xlsform.reader import inspect
from conversations.xlsform.sheets import read_markdown
from documents.sheets import MAX_BYTES, open_form, open_form_files, open_tables
from locales import LANGUAGES, WORDING, catalogue
from registry.problems import RuleError

FORMS = Path(__file__).parent.parent / "forms"


def excel(rows: list[list[object]], name: str = "survey") -> bytes:
    book = Excel()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def altered(content: bytes, change: Callable[[str, bytes], bytes], **added: bytes) -> bytes:
    """The same archive with members changed and added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, text in added.items():
            new.writestr(name.replace("__", "/"), text)
    return out.getvalue()


def same(_: str, text: bytes) -> bytes:
    return text


def code_of(content: bytes, name: str = "form.xlsx") -> str:
    with pytest.raises(RuleError) as refused:
        open_tables(content, name)
    return refused.value.code


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        pytest.param("0012", "0012", id="leading zeros"),
        pytest.param("999999201803120022", "999999201803120022", id="ID number as text"),
        pytest.param("古丽米热·艾比布力 𠮷", "古丽米热·艾比布力 𠮷", id="rare characters"),
        pytest.param("=1+1", "", id="formula nobody worked out"),
        pytest.param(13800000000, "13800000000", id="long number"),
        pytest.param(3, "3", id="whole number"),
        pytest.param(1.5, "1.5", id="fraction"),
        pytest.param(-0.25, "-0.25", id="below zero"),
        pytest.param(True, "TRUE", id="true"),
        pytest.param(date(2018, 3, 12), "2018-03-12", id="day"),
        pytest.param(datetime(2018, 3, 12, 8, 30), "2018-03-12 08:30:00", id="moment"),  # noqa: DTZ001
        pytest.param(time(8, 30), "08:30:00", id="time"),
        pytest.param(None, "", id="empty"),
    ],
)
def test_a_cell_becomes_the_text_people_see(cell: object, text: str) -> None:
    tables = open_tables(excel([["x", cell, "y"]]), "form.xlsx")
    assert tables.by_name["survey"][0] == ("x", text, "y")


def test_empty_rows_keep_their_place() -> None:
    tables = open_tables(excel([["a"], [], ["b"]]), "form.xlsx")
    assert [row[0] for row in tables.by_name["survey"]] == ["a", "", "b"]


@pytest.mark.parametrize("name", ["clinic_intake", "school_census"])
def test_a_form_reads_the_same_from_excel_csv_and_markdown(name: str) -> None:
    text = (FORMS / f"{name}.md").read_text("utf-8")
    workbook = read_markdown(text)
    book = Excel()
    del book["Sheet"]
    lines: list[str] = []
    for sheet, rows in workbook.sheets.items():
        made = book.create_sheet(sheet)
        lines.append(sheet)
        for row in rows:
            made.append(row.cells)
            lines.append(
                "," + ",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row.cells)
            )
    out = io.BytesIO()
    book.save(out)
    from_excel = open_form(out.getvalue(), "form.xlsx")
    from_csv = open_form("\n".join(lines).encode("gb18030"), "form.CSV")
    forms = [inspect(each)[0] for each in (workbook, from_excel, from_csv)]
    assert all(form is not None for form in forms)
    told = [[(q.path, q.type, q.label) for q in form.questions.values()] for form in forms if form]
    assert told[0] == told[1] == told[2]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param("a,b\n1,二\n".encode(), "二", id="UTF-8"),
        pytest.param("\ufeffa,b\n1,二\n".encode(), "二", id="UTF-8 with a mark"),
        pytest.param("a,b\n1,二\n".encode("gb18030"), "二", id="GB 18030"),
        pytest.param("a;b\r\n1;二\r\n".encode(), "二", id="semicolons"),
        pytest.param("a\tb\n1\t二\n".encode(), "二", id="tabs"),
        pytest.param('a,b\n1,"二\n三"\n'.encode(), "二\n三", id="a line break in a cell"),
    ],
)
def test_csv_is_read_as_it_was_saved(content: bytes, text: str) -> None:
    assert open_tables(content, "roster.csv").by_name["roster"][1][1] == text


PLAIN = excel([["type", "name", "label"], ["text", "a", "甲"]])


def stretched(_: str, text: bytes) -> bytes:
    return text.replace(b'r="C2"', b'r="XFD1048576"')


def far_row(_: str, text: bytes) -> bytes:
    return text.replace(b'<row r="2"', b"<row r='1048576'")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b"PK\x03\x04 rubbish", "damaged", id="rubbish"),
        pytest.param(PLAIN[:-200], "damaged", id="cut off"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "old_excel", id="old Excel"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "encrypted", id="password",
        ),
        pytest.param(b"x" * (MAX_BYTES + 1), "too_big", id="ten megabytes"),
        pytest.param(altered(PLAIN, same, xl__vbaProject_bin=b"x"), "macros", id="macros"),
        pytest.param(
            altered(PLAIN, lambda _, t: t.replace(b"sheet.main", b"sheet.macroEnabled.main")),
            "macros", id="macro type",
        ),
        pytest.param(altered(PLAIN, same, xl__externalLinks__a=b"x"), "links", id="links"),
        pytest.param(altered(PLAIN, same, xl__embeddings__a=b"x"), "embedded", id="embedded"),
        pytest.param(
            altered(PLAIN, same, **{f"m{i}": b"" for i in range(200)}), "bomb", id="many members"
        ),
        pytest.param(altered(PLAIN, same, xl__a=b" " * 9_000_000), "bomb", id="zip bomb"),
        pytest.param(altered(PLAIN, stretched), "too_wide", id="cell in the last corner"),
        pytest.param(altered(PLAIN, far_row), "too_wide", id="row at the end"),
        pytest.param(excel([[999999201803120022]]), "long_number", id="ID number as a number"),
    ],
)  # fmt: skip
def test_a_file_is_refused_kindly(content: bytes, code: str) -> None:
    assert code_of(content) == f"sheets.{code}"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(b"%PDF-1.7", "form.pdf", id="another kind"),
        pytest.param(b"a\0b", "form.csv", id="bytes"),
        pytest.param(b"\xff\xff\xff", "form.csv", id="no encoding"),
    ],
)
def test_an_unknown_kind_is_refused(content: bytes, name: str) -> None:
    assert code_of(content, name) == "sheets.unknown_kind"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_its_words(language: str) -> None:
    source = (Path(__file__).parents[2] / "documents/sheets.py").read_text("utf-8")
    codes = {part.split('"')[0] for part in source.split('"sheets.')[1:]}
    said = {
        key for key in {**catalogue(WORDING), **catalogue(language)} if key.startswith("sheets.")
    }
    assert {f"sheets.{code}" for code in codes} == said


def test_what_is_in_a_table_is_not_in_its_name() -> None:
    assert "甲" not in repr(open_tables(PLAIN, "form.xlsx"))


def test_of_csv_files_alone_the_one_with_questions_is_the_form() -> None:
    form = "survey,,,\n,type,name,label\n,text,dish,孩子爱吃什么？\n".encode()
    towns = "name,label\na,东镇\n".encode()
    workbook = open_form_files({"towns.csv": towns, "trip.csv": form})
    assert [*workbook.sheets] == ["survey"]
    assert {name: [line.cells for line in lines] for name, lines in workbook.files.items()} == {
        "towns.csv": [("name", "label"), ("a", "东镇")]
    }
