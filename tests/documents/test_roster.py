"""A pasted roster: how rows are split, which class they name, and what is said about bad ones."""

import pytest

from documents.roster import KnownClass, class_numbers, read_roster

CLASSES = (
    KnownClass("one-1", 1, 1, "一年级1班", frozenset({"周小禾"})),
    KnownClass("one-2", 1, 2, "一年级2班"),
    KnownClass("seven-1", 7, 1, "七年级1班"),
)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("2", (None, 2)),
        ("2班", (None, 2)),
        ("（2）班", (None, 2)),
        ("十二班", (None, 12)),
        ("一年级2班", (1, 2)),
        ("一年级（2）班", (1, 2)),
        ("1年级(2)班", (1, 2)),
        ("一(2)班", (1, 2)),
        ("1.2", (1, 2)),
        ("1-2", (1, 2)),
        ("初一2班", (7, 2)),
        ("高三（十）班", (12, 10)),
        ("１年级２班", (1, 2)),
        ("先锋班", None),
    ],
)
def test_a_class_is_read_as_people_write_it(
    text: str, numbers: tuple[int | None, int] | None
) -> None:
    assert class_numbers(text) == numbers


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("一年级2班\t林小满\t13800000001", ("one-2", "林小满", "13800000001")),
        ("一年级2班,林小满,13800000001", ("one-2", "林小满", "13800000001")),
        ("一年级2班，林小满", ("one-2", "林小满", "")),
        ("一年级2班 林小满 13800000001", ("one-2", "林小满", "13800000001")),
        ("2班 林小满", ("one-2", "林小满", "")),
        ("2 Anna Maria Lind +4670000000", ("one-2", "Anna Maria Lind", "+4670000000")),
        ("1.2  古丽米热·艾比布力", ("one-2", "古丽米热·艾比布力", "")),
        ("姓名\t班级\n林小满\t初一1班", ("seven-1", "林小满", "")),
        ("班级 姓名 电话\n2班 林小满", ("one-2", "林小满", "")),
    ],
    ids=["tab", "comma", "chinese comma", "space", "no phone", "latin", "dot", "heading", "order"],
)
def test_a_row_is_read(text: str, row: tuple[str, str, str]) -> None:
    (line,) = read_roster(text, CLASSES)
    assert line.problem is None
    found = line.row()
    assert found is not None
    assert (found.class_id, found.full_name, found.phone) == row


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("\t林小满", "roster.class_missing"),
        ("先锋班\t林小满", "roster.class_unread"),
        ("9班\t林小满", "roster.class_unknown"),
        ("1班\t林小满", "roster.class_ambiguous"),
        ("2班\t", "roster.name_missing"),
        ("2班\t林小满2", "value.name_digit"),
        ("2班\t林小满\t123", "value.phone_shape"),
    ],
)
def test_a_bad_row_says_what_is_the_matter(text: str, code: str) -> None:
    (line,) = read_roster(text, CLASSES)
    assert line.problem is not None
    assert line.problem.code == code
    assert line.row() is None


def test_a_name_twice_is_a_doubt_and_no_refusal() -> None:
    lines = read_roster("一年级1班,周小禾\n2班,林小满\n2班,林小满", CLASSES)
    doubts = [line.doubt.code if line.doubt else None for line in lines]
    assert doubts == ["roster.already_there", None, "roster.twice"]
    assert all(line.row() for line in lines)


def test_rows_keep_their_line_numbers_past_empty_lines() -> None:
    lines = read_roster("班级,姓名\n\n2班,林小满\n\n2班,周小麦", CLASSES)
    assert [line.line for line in lines] == [3, 5]
