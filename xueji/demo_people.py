"""The invented people of the demonstration school: names, families, and how far each is.

Nobody here exists. Numbers have a right check digit and the region 999999, which was never given
to a county; telephone numbers come from one invented block. The same seed makes the same people.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from random import Random
from typing import Final

from registry.frozen import frozen
from registry.identity import check_digit
from registry.schools import Stage

SEED: Final = 20260901
REGION: Final = "999999"
SCHOOL_NAME: Final = "向阳学校"
SCHOOL_TELEPHONE: Final = "0999-2345678"
REGISTRAR: Final = "李敏"
PRINCIPAL: Final = "周建国"
COMMITTEE: Final = ("何晓燕", "马志强")
VISITOR: Final = "张子涵"
"""Whose parent the person at the screen becomes: a family that has answered nothing yet."""


class Progress(StrEnum):
    """How far a family is when the demonstration begins."""

    absent = "absent"  # has not opened the slip
    opened = "opened"  # has opened it and answered nothing
    filling = "filling"  # stands at a question
    promised = "promised"  # everything but the photo, which comes later
    at_committee = "at_committee"
    at_teacher = "at_teacher"  # declined the committee's help
    at_registrar = "at_registrar"
    returned = "returned"  # two things to mend
    corrected = "corrected"  # mended and sent again
    sent_back = "sent_back"  # passed by the committee, returned by the registrar
    rejected = "rejected"
    enrolled = "enrolled"
    claiming = "claiming"  # came by the class link; the class teacher has not answered
    asks_help = "asks_help"


@frozen
class Cohort:
    """An entry grade with its classes and their class teachers."""

    stage: Stage
    number: int
    teachers: tuple[str, ...]
    age: int  # at entry


COHORTS: Final = (
    Cohort(Stage.primary, 1, ("王丽华", "陈静", "刘洋"), 6),
    Cohort(Stage.junior, 7, ("赵文博", "孙玉兰"), 12),
)

# Grade, class, name, sex (1 boy, 2 girl), ethnic group, progress. Twelve children a class.
_P = Progress
_ROSTER: Final = (
    (1, 1, "张子涵", "2", "汉族", _P.opened),
    (1, 1, "古丽米热·艾比布力", "2", "维吾尔族", _P.at_committee),
    (1, 1, "欧阳沐辰", "1", "汉族", _P.returned),
    (1, 1, "李昊然", "1", "汉族", _P.enrolled),
    (1, 1, "王梓萱", "2", "汉族", _P.enrolled),
    (1, 1, "赵喆", "1", "汉族", _P.corrected),
    (1, 1, "马依涵", "2", "回族", _P.at_teacher),
    (1, 1, "陈奕辰", "1", "汉族", _P.at_registrar),
    (1, 1, "林小满", "2", "汉族", _P.claiming),
    (1, 1, "周鑫", "1", "汉族", _P.asks_help),
    (1, 1, "吴𠮷", "1", "汉族", _P.absent),
    (1, 1, "黄思齐", "2", "汉族", _P.filling),
    (1, 2, "才让卓玛", "2", "藏族", _P.at_registrar),
    (1, 2, "刘一诺", "2", "汉族", _P.enrolled),
    (1, 2, "孙浩宇", "1", "汉族", _P.enrolled),
    (1, 2, "冯垚", "1", "汉族", _P.at_committee),
    (1, 2, "杨可欣", "2", "汉族", _P.at_committee),
    (1, 2, "朱睿", "1", "汉族", _P.filling),
    (1, 2, "许嘉怡", "2", "汉族", _P.promised),
    (1, 2, "何俊熙", "1", "汉族", _P.absent),
    (1, 2, "宋雨桐", "2", "汉族", _P.absent),
    (1, 2, "韩子墨", "1", "汉族", _P.opened),
    (1, 2, "曹语嫣", "2", "汉族", _P.sent_back),
    (1, 2, "邓宇航", "1", "汉族", _P.absent),
    (1, 3, "乌日娜", "2", "蒙古族", _P.enrolled),
    (1, 3, "朴智敏", "2", "朝鲜族", _P.enrolled),
    (1, 3, "张燚", "1", "汉族", _P.at_committee),
    (1, 3, "彭思源", "1", "汉族", _P.returned),
    (1, 3, "曾诗涵", "2", "汉族", _P.filling),
    (1, 3, "吕明轩", "1", "汉族", _P.absent),
    (1, 3, "苏婉清", "2", "汉族", _P.absent),
    (1, 3, "蒋博文", "1", "汉族", _P.absent),
    (1, 3, "蔡欣妍", "2", "汉族", _P.at_teacher),
    (1, 3, "贾子轩", "1", "汉族", _P.filling),
    (1, 3, "丁若曦", "2", "汉族", _P.opened),
    (1, 3, "石磊", "1", "土家族", _P.rejected),
    (7, 1, "上官文静", "2", "汉族", _P.at_registrar),
    (7, 1, "余承泽", "1", "汉族", _P.at_committee),
    (7, 1, "叶梓涵", "2", "汉族", _P.enrolled),
    (7, 1, "程煜城", "1", "汉族", _P.enrolled),
    (7, 1, "艾力·买买提", "1", "维吾尔族", _P.filling),
    (7, 1, "潘雅婷", "2", "汉族", _P.filling),
    (7, 1, "袁子豪", "1", "汉族", _P.absent),
    (7, 1, "于心怡", "2", "汉族", _P.absent),
    (7, 1, "董卓航", "1", "汉族", _P.promised),
    (7, 1, "萧然", "2", "满族", _P.corrected),
    (7, 1, "沈亦菲", "2", "汉族", _P.absent),
    (7, 1, "魏鹏程", "1", "汉族", _P.opened),
    (7, 2, "扎西顿珠", "1", "藏族", _P.filling),
    (7, 2, "罗璟雯", "2", "汉族", _P.at_committee),
    (7, 2, "梁㛃", "2", "壮族", _P.enrolled),
    (7, 2, "龙小云", "2", "苗族", _P.at_registrar),
    (7, 2, "郑凯文", "1", "汉族", _P.filling),
    (7, 2, "谢雨薇", "2", "汉族", _P.at_teacher),
    (7, 2, "唐一鸣", "1", "汉族", _P.claiming),
    (7, 2, "钟灵", "2", "畲族", _P.absent),
    (7, 2, "田震宇", "1", "汉族", _P.absent),
    (7, 2, "白雪", "2", "汉族", _P.opened),
    (7, 2, "方子谦", "1", "汉族", _P.returned),
    (7, 2, "江月", "2", "布依族", _P.absent),
)

_MALE: Final = ("伟", "强", "建军", "志刚", "海涛", "国庆", "永辉", "立新", "晓东", "文斌")
_FEMALE: Final = ("芳", "敏", "秀英", "丽娟", "晓梅", "春燕", "红霞", "玉琴", "雪莲", "慧")
_SURNAMES: Final = ("徐", "高", "郭", "梅", "夏", "秦", "范", "卢", "汪", "姚", "邹", "熊")
_COMPOUND: Final = ("欧阳", "上官")
_PARENTS: Final[Mapping[str, tuple[str, str]]] = {
    "古丽米热·艾比布力": ("艾比布力·吐尔逊", "阿依古丽·卡德尔"),
    "艾力·买买提": ("买买提·热合曼", "帕提古丽·艾山"),
    "才让卓玛": ("多杰", "央金"),
    "扎西顿珠": ("达瓦", "白玛"),
    "乌日娜": ("巴特尔", "其其格"),
    "朴智敏": ("朴成浩", "金英姬"),
}
COUNTY: Final = "清溪县"
_STREETS: Final = ("青杨路", "学堂街", "望河巷", "南桥路", "清溪大道", "稻香路")
_ESTATES: Final = ("锦绣花园", "和顺里", "东风新村", "书香苑", "水岸家园")
_VILLAGES: Final = ("石桥村", "柳树湾村", "大塘村", "红旗村")
_KINDERGARTENS: Final = ("小太阳幼儿园", "育苗幼儿园", "红黄蓝幼儿园", "石桥村幼儿园")
_PRIMARIES: Final = ("青杨镇中心小学", "望河小学", "南桥小学")


@frozen
class Child:
    """One invented child with the family that answers for it."""

    grade: int
    class_number: int
    name: str
    sex: str
    ethnic_group: str
    progress: Progress
    birth_date: date
    id_number: str
    relation: str  # of who fills
    filler_name: str
    phone: str
    second_relation: str
    second_name: str
    second_phone: str
    address: str
    previous_school: str
    is_rural: bool
    turns_before_rest: int  # how many questions a family that is still filling has answered

    def __repr__(self) -> str:
        """Invented or not, a log holds no name."""
        return f"Child({self.grade}, {self.class_number}, {self.progress})"


def children(entry_year: int) -> tuple[Child, ...]:
    """All sixty, the same every time."""
    random = Random(SEED)  # noqa: S311 - invented people, no secret
    ages = {cohort.number: cohort.age for cohort in COHORTS}
    return tuple(_child(random, row, entry_year - ages[row[0]]) for row in _ROSTER)


def invented_number(birth: date, sequence: int) -> str:
    """An ID number of the right form that nobody has."""
    first = f"{REGION}{birth:%Y%m%d}{sequence:03d}"
    return first + check_digit(first)


def _child(
    random: Random, row: tuple[int, int, str, str, str, Progress], latest_year: int
) -> Child:
    grade, class_number, name, sex, ethnic_group, progress = row
    birth = date(latest_year - 1, 9, 1) + timedelta(days=random.randrange(364))
    is_father = random.random() < 0.35
    father, mother = _parents(name, random)
    is_rural = random.random() < 0.3
    return Child(
        grade=grade,
        class_number=class_number,
        name=name,
        sex=sex,
        ethnic_group=ethnic_group,
        progress=progress,
        birth_date=birth,
        id_number=invented_number(birth, 2 * random.randrange(10, 480) + int(sex == "1")),
        relation="爸爸" if is_father else "妈妈",
        filler_name=father if is_father else mother,
        phone=_phone(random),
        second_relation="有，是妈妈" if is_father else "有，是爸爸",
        second_name=mother if is_father else father,
        second_phone=_phone(random),
        address=_village(random) if is_rural else _town(random),
        previous_school=random.choice(_KINDERGARTENS if grade == 1 else _PRIMARIES),
        is_rural=is_rural,
        turns_before_rest=random.randrange(3, 15),
    )


def _parents(name: str, random: Random) -> tuple[str, str]:
    """Father and mother; most children bear the father's surname."""
    surname = name[:2] if name[:2] in _COMPOUND else name[0]
    father = surname + random.choice(_MALE)
    mother = random.choice(_SURNAMES) + random.choice(_FEMALE)
    return _PARENTS.get(name, (father, mother))


def _phone(random: Random) -> str:
    return f"1990000{random.randrange(10000):04d}"


def _town(random: Random) -> str:
    street, number = random.choice(_STREETS), random.randrange(1, 200)
    building, room = (
        random.randrange(1, 19),
        100 * random.randrange(1, 12) + random.randrange(1, 5),
    )
    return f"{COUNTY}{street}{number}号{random.choice(_ESTATES)}{building}幢{room}室"


def _village(random: Random) -> str:
    village, group = random.choice(_VILLAGES), random.randrange(1, 12)
    return f"{COUNTY}青杨镇{village}{group}组{random.randrange(1, 90)}号"


def by_class(people: tuple[Child, ...]) -> Iterator[tuple[tuple[int, int], tuple[Child, ...]]]:
    """(grade, class) → its children."""
    keys: Mapping[tuple[int, int], None] = {(c.grade, c.class_number): None for c in people}
    for key in keys:
        yield key, tuple(child for child in people if (child.grade, child.class_number) == key)
