"""Pinyin is proposed, with surnames read as surnames."""

import subprocess
import sys
from pathlib import Path

import pytest

from registry.pinyin import propose, sort_key


@pytest.mark.parametrize(
    ("name", "plain", "passport"),
    [
        ("张子涵", "Zhang Zihan", "ZHANG ZIHAN"),
        ("单晓", "Shan Xiao", "SHAN XIAO"),
        ("仇英子", "Qiu Yingzi", "QIU YINGZI"),
        ("解小明", "Xie Xiaoming", "XIE XIAOMING"),
        ("区海", "Ou Hai", "OU HAI"),
        ("朴智", "Piao Zhi", "PIAO ZHI"),
        ("查小明", "Zha Xiaoming", "ZHA XIAOMING"),
        ("曾小明", "Zeng Xiaoming", "ZENG XIAOMING"),
        ("尉迟明", "Yuchi Ming", "YUCHI MING"),
        ("尉明", "Wei Ming", "WEI MING"),
        ("单于明", "Chanyu Ming", "CHANYU MING"),
        ("单于", "Shan Yu", "SHAN YU"),
        ("欧阳娜娜", "Ouyang Nana", "OUYANG NANA"),
        ("吕绿", "Lü Lü", "LYU LYU"),
        ("王西安", "Wang Xi'an", "WANG XIAN"),
        ("古丽米热·艾比布力", "Gulimire·Aibibuli", "GULIMIRE AIBIBULI"),
        ("單曉", "Shan Xiao", "SHAN XIAO"),
    ],
)
def test_a_name_is_spelled_two_ways(name: str, plain: str, passport: str) -> None:
    found = propose(name)
    assert found is not None
    assert (found.plain, found.passport) == (plain, passport)
    assert repr(found) == "Pinyin(…)"


@pytest.mark.parametrize("name", ["𠮷田", "Anna Smith", "", "·", "王\U000323b0", "张 三"])
def test_what_cannot_be_read_is_not_guessed(name: str) -> None:
    assert propose(name) is None


def test_a_list_in_pinyin_order_ends_with_the_unreadable() -> None:  # U11
    names = ["𠮷田", "张子涵", "单晓", "安宁"]
    assert sorted(names, key=sort_key) == ["安宁", "单晓", "张子涵", "𠮷田"]


def test_reading_a_value_does_not_load_the_dictionary() -> None:
    code = "import sys, registry.values, registry.masks; print('pypinyin' in sys.modules)"
    root = Path(__file__).parents[2]
    seen = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True)
    assert seen.stdout == b"False\n"
