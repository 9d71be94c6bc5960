"""Broken forms and what their author is told, word for word: one mistake each.

`survey` begins with its header; `choices` and `settings` are whole sheets. Read by
test_form_problems.
"""

# ruff: noqa: E501

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tests.conversations.papers import CHOICES, SETTINGS

ENTITIES = """| entities |
| | list_name | label |
| | student | ${a} |
"""


class Broken(NamedTuple):
    """A form with a mistake; `said` is everything its author reads about it."""

    name: str
    survey: str
    said: tuple[str, ...]
    choices: str = ""
    settings: str = SETTINGS
    loads: bool = False  # a warning only
    files: Mapping[str, Sequence[Sequence[str]]] = {}
    pictures: Mapping[str, str] = {}


BROKEN = (
    Broken(
        "an unknown column",
        """
| type | name | lable |
| text | q | 名字 |
""",
        ("survey 第 2 行「lable」：不认识「lable」这一列。请改名或删掉。是不是要写「label」？",),
    ),
    Broken(
        "an unknown house column",
        """
| type | name | label | chat::sensitiv |
| text | q | 名字 | yes |
""",
        (
            "survey 第 2 行「chat::sensitiv」：不认识「chat::sensitiv」这一列。请改名或删掉。是不是要写「chat::sensitive」？",
        ),
    ),
    Broken(
        "a language on a column without words",
        """
| type | name | label | relevant::English (en) |
| text | q | 名字 | |
""",
        (
            "survey 第 2 行「relevant::English (en)」：不认识「relevant::English (en)」这一列。请改名或删掉。是不是要写「relevant」？",
        ),
    ),
    Broken(
        "a column twice",
        """
| type | name | label | label |
| text | q | 名字 | 姓名 |
""",
        ("survey 第 2 行「label」：列名「label」写了两次。请删掉一列。",),
    ),
    Broken(
        "sound beside a question",
        """
| type | name | label | media::audio |
| text | q | 名字 | a.mp3 |
""",
        (
            "survey 第 2 行「media::audio」：对话里只能放图片，不放声音和视频。请改用 media::image，或把内容写进 hint。",
        ),
    ),
    Broken(
        "a bind column",
        """
| type | name | label | bind::type |
| text | q | 名字 | int |
""",
        (
            "survey 第 2 行「bind::type」：不认识「bind::type」这一列。请改名或删掉。是不是要写「type」？",
        ),
    ),
    Broken(
        "a cell without a column",
        """
| type | name | label |
| text | q | 名字 | yes |
""",
        ("survey 第 3 行：「yes」这一格上面没有列名。请补上列名，或把这一格清空。",),
    ),
    Broken(
        "no type",
        """
| type | name | label |
| | q | 名字 |
""",
        ("survey 第 3 行「type」：这一格不能空着，请填上。",),
    ),
    Broken(
        "no name",
        """
| type | name | label |
| text | | 名字 |
""",
        ("survey 第 3 行「name」：这一格不能空着，请填上。",),
    ),
    Broken(
        "no label",
        """
| type | name | label |
| text | q | |
""",
        ("survey 第 3 行「label」：这一格不能空着，请填上。",),
    ),
    Broken(
        "a Chinese name",
        """
| type | name | label |
| text | 姓名 | 名字 |
""",
        (
            "survey 第 3 行「name」：名字「姓名」只能用英文字母、数字和 _，并以字母开头；中文请写在 label 里。",
        ),
    ),
    Broken(
        "a name that begins with a digit",
        """
| type | name | label |
| text | 2nd | 名字 |
""",
        (
            "survey 第 3 行「name」：名字「2nd」只能用英文字母、数字和 _，并以字母开头；中文请写在 label 里。",
        ),
    ),
    Broken(
        "a name with a space",
        """
| type | name | label |
| text | full name | 名字 |
""",
        (
            "survey 第 3 行「name」：名字「full name」只能用英文字母、数字和 _，并以字母开头；中文请写在 label 里。",
        ),
    ),
    Broken(
        "a name twice",
        """
| type | name | label |
| text | q | 名字 |
| text | q | 姓名 |
""",
        ("survey 第 4 行「name」：名字「q」在第 3 行已经用过。请改一个。",),
    ),
    Broken(
        "a misspelt type",
        """
| type | name | label |
| txt | q | 名字 |
""",
        ("survey 第 3 行「type」：不认识题型「txt」。能用的题型见表单说明。是不是要写「text」？",),
    ),
    Broken(
        "a type nobody knows",
        """
| type | name | label |
| hologram | q | 名字 |
""",
        ("survey 第 3 行「type」：不认识题型「hologram」。能用的题型见表单说明。",),
    ),
    Broken(
        "sound as an answer",
        """
| type | name | label |
| audio | q | 名字 |
""",
        ("survey 第 3 行「type」：audio 用不了，对话里只收照片和文件。请改用 image 或 file。",),
    ),
    Broken(
        "a position",
        """
| type | name | label |
| geopoint | q | 在哪里 |
""",
        ("survey 第 3 行「type」：geopoint 用不了，这里不收位置。请改用 text，请家长写地址。",),
    ),
    Broken(
        "a bar code",
        """
| type | name | label |
| barcode | q | 扫一扫 |
""",
        ("survey 第 3 行「type」：对话里扫不了条码。请改用 text，让家长照着写。",),
    ),
    Broken(
        "the number of the phone",
        """
| type | name | label |
| deviceid | q | |
""",
        (
            "survey 第 3 行「type」：deviceid 要读手机的资料，这里不读。请删掉这一行；时间可以用 start、end、today。",
        ),
    ),
    Broken(
        "external choices",
        """
| type | name | label |
| select_one_external towns | q | 哪个镇 |
""",
        (
            "survey 第 3 行「type」：select_one_external 用不了。长的选项表请用 select_one_from_file。",
        ),
    ),
    Broken(
        "a select without a list",
        """
| type | name | label |
| select_one | q | 有吗 |
""",
        ("survey 第 3 行「type」：select_one 后面要写选项表的名字，比如 select_one yes_no。",),
    ),
    Broken(
        "a text with a list",
        """
| type | name | label |
| text yes_no | q | 有吗 |
""",
        ("survey 第 3 行「type」：text 后面不能再写「yes_no」。请只写 text。",),
    ),
    Broken(
        "a list that is not there",
        """
| type | name | label |
| select_one yes_on | q | 有吗 |
""",
        (
            "survey 第 3 行「type」：没有叫「yes_on」的选项表。请在 choices 表里加上，或改名。是不是要写「yes_no」？",
            "choices 第 7 行「list_name」：选项表「yes_no」没有题目用到。",
        ),
        choices=CHOICES,
    ),
    Broken(
        "a file that is not there",
        """
| type | name | label |
| select_one_from_file towns.csv | q | 哪个镇 |
""",
        (
            "survey 第 3 行「type」：没有叫「towns.csv」的选项文件。请把这个文件和表格一起上传，或改名。",
        ),
    ),
    Broken(
        "a group that is not closed",
        """
| type | name | label |
| begin group | g | 组 |
| text | q | 名字 |
""",
        ("survey 第 3 行「type」：g 没有结束。请在最后一题下面加一行 end group 或 end repeat。",),
    ),
    Broken(
        "an end without a beginning",
        """
| type | name | label |
| text | q | 名字 |
| end group | | |
""",
        ("survey 第 4 行「type」：这里没有要结束的组。请删掉这一行，或在前面加 begin group。",),
    ),
    Broken(
        "groups that cross",
        """
| type | name | label |
| begin group | g | 组 |
| begin repeat | r | 家人 |
| text | q | 名字 |
| end group | | |
| end repeat | | |
""",
        (
            "survey 第 6 行「type」：这里结束的应该是第 4 行的 r（repeat）。请写 end repeat。",
            "survey 第 7 行「type」：这里结束的应该是第 3 行的 g（group）。请写 end group。",
        ),
    ),
    Broken(
        "a repeat in a repeat",
        """
| type | name | label |
| begin repeat | r | 家人 |
| begin repeat | s | 电话 |
| text | q | 号码 |
| end repeat | | |
| end repeat | | |
""",
        (
            "survey 第 4 行「type」：重复组 s 不能放在另一个重复组里。请移到外面，或改成 begin group。",
        ),
    ),
    Broken(
        "an empty group",
        """
| type | name | label |
| begin group | g | 组 |
| end group | | |
| text | q | 名字 |
""",
        ("survey 第 3 行「type」：g 里没有题目。请加上题目，或删掉这一组。",),
    ),
    Broken(
        "yes in other words",
        """
| type | name | label | chat::own |
| text | q | 名字 | maybe |
""",
        ("survey 第 3 行「chat::own」：这一格只能写 yes 或空着，不能写「maybe」。",),
    ),
    Broken(
        "a reference in words that is not there",
        """
| type | name | label |
| text | full_name | 名字 |
| note | n | ${ful_name} 您好 |
""",
        (
            "survey 第 4 行「label」：没有叫「ful_name」的题目，${ful_name} 显示不出来。请照 name 一栏的写法改。是不是要写「full_name」？",
        ),
    ),
    Broken(
        "a reference in a condition that is misspelt",
        """
| type | name | label | relevant |
| text | a | 甲 | |
| text | b | 乙 | ${aa} = '1' |
""",
        ("survey 第 4 行「relevant」：没有叫「aa」的题目。是不是要写 ${a}？",),
    ),
    Broken(
        "a reference in a condition that is not there",
        """
| type | name | label | relevant |
| text | a | 甲 | |
| text | b | 乙 | ${xyz} = '1' |
""",
        ("survey 第 4 行「relevant」：没有叫「xyz」的题目。请照 name 一栏的写法改。",),
    ),
    Broken(
        "a full-width sign",
        """
| type | name | label | relevant |
| integer | a | 甲 | |
| text | b | 乙 | ${a} ≥ 3 |
""",
        ("survey 第 4 行「relevant」：第 6 个字「≥」是全角符号。请改成 >=。",),
    ),
    Broken(
        "full-width brackets",
        """
| type | name | label | constraint | constraint_message |
| text | a | 甲 | regex（., '[0-9]'） | 只写数字。 |
""",
        ("survey 第 3 行「constraint」：第 6 个字「（」是全角符号。请改成 (。",),
    ),
    Broken(
        "an unknown function",
        """
| type | name | label | calculation |
| calculate | a | | foo(1) |
""",
        ("survey 第 3 行「calculation」：没有 foo() 这个函数。能用的函数见表单说明。",),
    ),
    Broken(
        "a misspelt function",
        """
| type | name | label | relevant |
| text | a | 甲 | |
| text | b | 乙 | contain(${a}, 'x') |
""",
        ("survey 第 4 行「relevant」：没有 contain() 这个函数。是不是要写 contains()？",),
    ),
    Broken(
        "too few arguments",
        """
| type | name | label | relevant |
| text | a | 甲 | |
| text | b | 乙 | contains(${a}) |
""",
        (
            "survey 第 4 行「relevant」：contains() 括号里的内容个数不对。请对照说明增减，用英文逗号隔开。",
        ),
    ),
    Broken(
        "a pattern that cannot run in linear time",
        """
| type | name | label | constraint | constraint_message |
| text | a | 甲 | regex(., '(a)\\1') | 再写一次。 |
""",
        (
            "survey 第 3 行「constraint」：正则「(a)\\1」用不了。请检查括号是否成对，并去掉前后查找 (?= 和反向引用 \\1。",
        ),
    ),
    Broken(
        "an unclosed quote",
        """
| type | name | label | relevant |
| text | a | 甲 | |
| text | b | 乙 | ${a} = 'x |
""",
        (
            "survey 第 4 行「relevant」：第 8 个字的引号没有配成对。请在文字末尾补上同样的英文引号。",
        ),
    ),
    Broken(
        "an unknown check",
        """
| type | name | label | constraint | constraint_message |
| text | a | 甲 | valid('id_cart', .) | 再写一次。 |
""",
        (
            "survey 第 3 行「constraint」：valid() 不认识「id_cart」这种检查。能用的名称见表单说明。",
        ),
    ),
    Broken(
        "a date that does not exist",
        """
| type | name | label | constraint | constraint_message |
| date | a | 哪天 | . > date('2015-02-30') | 再写一次。 |
""",
        ("survey 第 3 行「constraint」：「2015-02-30」不是日期。请写成 2015-03-12 的样子。",),
    ),
    Broken(
        "a condition nothing can meet",
        """
| type | name | label | relevant |
| select_one yes_no | a | 有吗 | |
| text | b | 几个 | ${a} = 'yse' |
""",
        (
            "survey 第 4 行「relevant」：题目 a 没有叫「yse」的选项，这个条件永远不成立。请写选项的 name。是不是要写「yes」？",
        ),
        choices=CHOICES,
    ),
    Broken(
        "a selected() nothing can meet",
        """
| type | name | label | relevant |
| select_multiple yes_no | a | 有吗 | |
| text | b | 几个 | selected(${a}, 'maybe') |
""",
        (
            "survey 第 4 行「relevant」：题目 a 没有叫「maybe」的选项，这个条件永远不成立。请写选项的 name。是不是要写「yes」？",
        ),
        choices=CHOICES,
    ),
    Broken(
        "two questions that wait for each other",
        """
| type | name | label | relevant |
| text | a | 甲 | ${b} != '' |
| text | b | 乙 | ${a} != '' |
""",
        ("survey 第 3 行「relevant」：这些题互相等着对方：a → b → a。请去掉其中一个条件。",),
    ),
    Broken(
        "a calculation of itself",
        """
| type | name | label | calculation |
| calculate | a | | ${a} + 1 |
""",
        ("survey 第 3 行「calculation」：这些题互相等着对方：a → a。请去掉其中一个条件。",),
    ),
    Broken(
        "a check without a message",
        """
| type | name | label | constraint |
| text | a | 甲 | . != 'x' |
""",
        (
            "survey 第 3 行「constraint_message」：有检查却没有提示语。请在 constraint_message 里写清楚哪里不对、怎么改。",
        ),
        loads=True,
    ),
    Broken(
        "a message without a check",
        """
| type | name | label | constraint_message |
| text | a | 甲 | 再写一次。 |
""",
        (
            "survey 第 3 行「constraint_message」：有 constraint_message 就要有 constraint。请补上 constraint，或去掉 constraint_message。",
        ),
    ),
    Broken(
        "a calculation that is missing",
        """
| type | name | label |
| calculate | a | |
""",
        ("survey 第 3 行「calculation」：这一格不能空着，请填上。",),
    ),
    Broken(
        "a hint nobody sees",
        """
| type | name | label | hint | calculation |
| calculate | a | | 看这里 | 1 + 1 |
""",
        ("survey 第 3 行「hint」：calculate 用不上 hint。请清空这一格，或换题型。",),
    ),
    Broken(
        "a filter on a text",
        """
| type | name | label | choice_filter |
| text | a | 甲 | name = 'x' |
""",
        (
            "survey 第 3 行「choice_filter」：「name」是 XPath 路径，这里不用路径。请写成 ${题目名}。",
            "survey 第 3 行「choice_filter」：text 用不上 choice_filter。请清空这一格，或换题型。",
        ),
    ),
    Broken(
        "a count on a group",
        """
| type | name | label | repeat_count |
| begin group | g | 组 | 3 |
| text | a | 甲 | |
| end group | | | |
""",
        ("survey 第 3 行「repeat_count」：group 用不上 repeat_count。请清空这一格，或换题型。",),
    ),
    Broken(
        "required and read only",
        """
| type | name | label | required | read_only |
| text | a | 甲 | yes | yes |
""",
        ("survey 第 3 行「required」：required 和 read_only 不能一起用，请去掉一个。",),
    ),
    Broken(
        "later though it may be skipped",
        """
| type | name | label | chat::ask_later |
| text | a | 甲 | yes |
""",
        (
            "survey 第 3 行「chat::ask_later」：有 chat::ask_later 就要有 required。请补上 required，或去掉 chat::ask_later。",
        ),
    ),
    Broken(
        "insisting without a check",
        """
| type | name | label | chat::insist |
| text | a | 甲 | yes |
""",
        (
            "survey 第 3 行「chat::insist」：有 chat::insist 就要有 constraint。请补上 constraint，或去掉 chat::insist。",
        ),
    ),
    Broken(
        "an unknown register field",
        """
| type | name | label | save_to |
| text | a | 甲 | full_nam |
""",
        (
            "survey 第 3 行「save_to」：save_to 里没有「full_nam」这个名字。能写的名字见表单说明。是不是要写「full_name」？",
        ),
        settings=SETTINGS + ENTITIES,
    ),
    Broken(
        "a field saved twice",
        """
| type | name | label | save_to |
| text | a | 甲 | full_name |
| text | b | 乙 | full_name |
""",
        (
            "survey 第 4 行「save_to」：字段 full_name 在第 3 行已经存过。两题不会同时出现的话，请改用 chat::save_to。",
        ),
        settings=SETTINGS + ENTITIES,
    ),
    Broken(
        "a field without entities",
        """
| type | name | label | save_to |
| text | a | 甲 | full_name |
""",
        (
            "survey 第 3 行「save_to」：用了 save_to，就要有 entities 表。请加一张，list_name 写 student，label 写 ${full_name}。",
        ),
    ),
    Broken(
        "an unknown mask",
        """
| type | name | label | chat::mask |
| text | a | 甲 | idcard |
""",
        (
            "survey 第 3 行「chat::mask」：chat::mask 里没有「idcard」这个名字。能写的名字见表单说明。是不是要写「id_card」？",
        ),
    ),
    Broken(
        "an unknown role",
        """
| type | name | label | chat::role |
| text | a | 甲 | sign |
""",
        (
            "survey 第 3 行「chat::role」：chat::role 里没有「sign」这个名字。能写的名字见表单说明。是不是要写「signature」？",
        ),
    ),
    Broken(
        "an unknown fact",
        """
| type | name | label | chat::fact |
| hidden | a | | school_nam |
""",
        (
            "survey 第 3 行「chat::fact」：chat::fact 里没有「school_nam」这个名字。能写的名字见表单说明。是不是要写「school_name」？",
        ),
    ),
    Broken(
        "an unknown paper",
        """
| type | name | label | chat::evidence |
| image | a | 请拍 | household_registr |
""",
        (
            "survey 第 3 行「chat::evidence」：chat::evidence 里没有「household_registr」这个名字。能写的名字见表单说明。是不是要写「household_register」？",
        ),
    ),
    Broken(
        "a paper in words",
        """
| type | name | label | chat::evidence |
| text | a | 请拍 | household_register |
""",
        (
            "survey 第 3 行「chat::evidence」：text 用不上 chat::evidence。请清空这一格，或换题型。",
        ),
    ),
    Broken(
        "something sensitive before the statement",
        """
| type | name | label | chat::sensitive | chat::role |
| text | a | 号码 | yes | |
| acknowledge | told | 告知 | | statement |
""",
        (
            "survey 第 3 行「chat::sensitive」：这是敏感的一题，前面要先有告知书。请在它前面加一道 chat::role 为 statement 的题。",
        ),
    ),
    Broken(
        "a parameter without a value",
        """
| type | name | label | parameters |
| range | a | 几 | start 1 |
""",
        (
            "survey 第 3 行「parameters」：「start」写得不对。请写成 名字=值，多个之间用空格隔开。",
            "survey 第 3 行「parameters」：「1」写得不对。请写成 名字=值，多个之间用空格隔开。",
        ),
    ),
    Broken(
        "a choice twice",
        """
| type | name | label |
| select_one l | a | 哪个 |
""",
        ("choices 第 8 行「name」：选项名「x」和第 7 行重复。请改一个。",),
        choices="""
| choices |
| | list_name | name | label |
| | l | x | 甲 |
| | l | x | 乙 |
""",
    ),
    Broken(
        "a choice with a space",
        """
| type | name | label |
| select_one l | a | 哪个 |
""",
        ("choices 第 7 行「name」：选项名「x y」里有空格。请去掉空格，或改成下划线 _。",),
        choices="""
| choices |
| | list_name | name | label |
| | l | x y | 甲 |
""",
    ),
    Broken(
        "a choice without a label",
        """
| type | name | label |
| select_one l | a | 哪个 |
""",
        ("choices 第 7 行「label」：这一格不能空着，请填上。",),
        choices="""
| choices |
| | list_name | name | label |
| | l | x | |
""",
    ),
    Broken(
        "a list nobody uses",
        """
| type | name | label |
| text | a | 甲 |
""",
        ("choices 第 7 行「list_name」：选项表「yes_no」没有题目用到。",),
        choices=CHOICES,
        loads=True,
    ),
    Broken(
        "an unknown sheet",
        """
| type | name | label |
| text | a | 甲 |
""",
        (
            "chioces：不认识「chioces」这张表。能用的有 survey、choices、settings、entities。是不是要写「choices」？",
        ),
        choices="""
| chioces |
| | list_name | name | label |
| | l | x | 甲 |
""",
    ),
    Broken(
        "no settings",
        """
| type | name | label |
| text | a | 甲 |
""",
        ("settings：缺少 settings 这张表。请加上。",),
        settings="",
    ),
    Broken(
        "settings without a version",
        """
| type | name | label |
| text | a | 甲 |
""",
        ("settings 第 8 行「version」：这一格不能空着，请填上。",),
        settings="""
| settings |
| | form_title | form_id |
| | 试卷 | paper |
""",
    ),
    Broken(
        "two rows of settings",
        """
| type | name | label |
| text | a | 甲 |
""",
        ("settings 第 9 行：settings 表只能有一行内容。请删掉这一行。",),
        settings="""
| settings |
| | form_title | form_id | version |
| | 试卷 | paper | 1 |
| | 试卷 | paper | 2 |
""",
    ),
    Broken(
        "an unknown route",
        """
| type | name | label |
| text | a | 甲 |
""",
        (
            "settings 第 8 行「chat::route」：chat::route 里没有「new_studnt」这个名字。能写的名字见表单说明。是不是要写「new_student」？",
        ),
        settings="""
| settings |
| | form_title | form_id | version | chat::route | chat::effect |
| | 试卷 | paper | 1 | new_studnt | enrol |
""",
    ),
    Broken(
        "a route without an effect",
        """
| type | name | label |
| text | a | 甲 |
""",
        ("settings 第 8 行「chat::effect」：这一格不能空着，请填上。",),
        settings="""
| settings |
| | form_title | form_id | version | chat::route |
| | 试卷 | paper | 1 | new_student |
""",
    ),
    Broken(
        "a rule whose paper nobody asks for",
        """
| type | name | label |
| text | a | 甲 |
""",
        (
            "settings 第 8 行「chat::evidence」：规则要求这些材料，可是没有一题请家长拍：household_register。请加一道 image 题，在 chat::evidence 里写上。",
        ),
        settings="""
| settings |
| | form_title | form_id | version | chat::evidence |
| | 试卷 | paper | 1 | household_register |
""",
    ),
    Broken(
        "an encrypted form",
        """
| type | name | label |
| text | a | 甲 |
""",
        (
            "settings 第 7 行「public_key」：表单在这里不加密上传，答案由学校的电脑加密保存。请删掉这一列。",
        ),
        settings="""
| settings |
| | form_title | form_id | version | public_key |
| | 试卷 | paper | 1 | MIIB |
""",
    ),
    Broken(
        "a Chinese form id",
        """
| type | name | label |
| text | a | 甲 |
""",
        (
            "settings 第 8 行「form_id」：名字「采集表」只能用英文字母、数字和 _，并以字母开头；中文请写在 label 里。",
        ),
        settings="""
| settings |
| | form_title | form_id | version |
| | 试卷 | 采集表 | 1 |
""",
    ),
    Broken(
        "some texts untranslated",
        """
| type | name | label | label::English (en) |
| text | a | 甲 | A |
| text | b | 乙 | |
""",
        ("survey 第 4 行「label」：这一题缺少这些语言的说法：en。",),
        loads=True,
    ),
    Broken(
        "an appearance nobody knows",
        """
| type | name | label | appearance |
| text | a | 甲 | multilin |
""",
        (
            "survey 第 3 行「appearance」：不认识显示方式「multilin」，它不起作用。是不是要写「multiline」？",
        ),
        loads=True,
    ),
    Broken(
        "a parameter nobody knows",
        """
| type | name | label | parameters |
| range | a | 几 | start=1 stop=5 |
""",
        (
            "survey 第 3 行「parameters」：range 没有叫「stop」的参数。请删掉。是不是要写「step」？",
        ),
    ),
    Broken(
        "choices in a new order each time",
        """
| type | name | label | parameters |
| select_one yes_no | a | 有吗 | randomize=true |
""",
        ("survey 第 3 行「parameters」：select_one 没有叫「randomize」的参数。请删掉。",),
        choices=CHOICES,
    ),
    Broken(
        "a default that is no choice",
        """
| type | name | label | default |
| select_one yes_no | a | 有吗 | yess |
""",
        (
            "survey 第 3 行「default」：题目 a 没有叫「yess」的选项，不能作默认值。请写选项的 name。是不是要写「yes」？",
        ),
        choices=CHOICES,
    ),
    Broken(
        "a consent without yes",
        """
| type | name | label | chat::consent |
| select_one l | a | 可以吗 | help |
""",
        ("survey 第 3 行「chat::consent」：征求同意的题，选项里要有 yes。请在选项表里加上。",),
        choices="""
| choices |
| | list_name | name | label |
| | l | ok | 可以 |
""",
    ),
    Broken(
        "two signatures",
        """
| type | name | label | chat::role |
| text | a | 签字 | signature |
| text | b | 签字 | signature |
""",
        (
            "survey 第 4 行「chat::role」：signature 在第 3 行已经有了，一张表只能有一个。请去掉一个。",
        ),
    ),
    Broken(
        "a statement one types",
        """
| type | name | label | chat::role |
| text | a | 告知 | statement |
""",
        (
            "survey 第 3 行「chat::role」：statement 要用在这种题型上：acknowledge / select_one。请换题型。",
        ),
    ),
    Broken(
        "a condition that is always false",
        """
| type | name | label | relevant |
| text | a | 甲 | 1 = 2 |
""",
        (
            "survey 第 3 行「relevant」：a 的条件永远不成立，永远不会问到。请改条件，或删掉这一题。",
        ),
    ),
    Broken(
        "a multiple choice compared with one",
        """
| type | name | label | relevant |
| select_multiple yes_no | a | 有吗 | |
| text | b | 几个 | ${a} = 'yes' |
""",
        (
            "survey 第 4 行「relevant」：a 可以选几个，用 = 只在恰好选了这一个时成立。一般应写 selected(${a}, 'yes')。",
        ),
        choices=CHOICES,
        loads=True,
    ),
    Broken(
        "a column of choices nobody reads",
        """
| type | name | label |
| select_one l | a | 哪个 |
""",
        ("choices 第 7 行「labell」：没有题目用到选项的这一列。是不是要写「label」？",),
        choices="""
| choices |
| | list_name | name | label | labell |
| | l | x | 甲 | 乙 |
""",
        loads=True,
    ),
    Broken(
        "groups nine deep",
        """
| type | name | label |
| begin group | g0 | 组 |
| begin group | g1 | 组 |
| begin group | g2 | 组 |
| begin group | g3 | 组 |
| begin group | g4 | 组 |
| begin group | g5 | 组 |
| begin group | g6 | 组 |
| begin group | g7 | 组 |
| begin group | g8 | 组 |
| text | q | 名字 |
| end group | | |
| end group | | |
| end group | | |
| end group | | |
| end group | | |
| end group | | |
| end group | | |
| end group | | |
| end group | | |
""",
        ("survey 第 11 行「type」：组 g8 套得太深，最多 8 层。请把它移到外面。",),
    ),
    Broken(
        "a picture that was not handed in",
        """
| type | name | label | media::image |
| text | q | 名字 | a.png |
""",
        ("survey 第 3 行「media::image」：没有叫「a.png」的图片。请把它和表格一起上传，或改名。",),
    ),
    Broken(
        "a picture of another name",
        """
| type | name | label | media::image |
| text | q | 名字 | gaet.png |
""",
        (
            "survey 第 3 行「media::image」：没有叫「gaet.png」的图片。请把它和表格一起上传，或改名。是不是要写「gate.png」？",
            "gate.png：这个文件没有题目用到。",
        ),
        pictures={"gate.png": "0" * 64},
    ),
    Broken(
        "a picture that is none",
        """
| type | name | label | media::image::English (en) |
| text | q | 名字 | gate.gif |
""",
        (
            "survey 第 3 行「media::image」：「gate.gif」不是图片文件名。请写 .jpg、.png 或 .webp 结尾的文件名。",
        ),
    ),
    Broken(
        "a picture of what is not shown",
        """
| type | name | label | media::image | calculation |
| text | q | 名字 | | |
| calculate | c | | gate.png | 1 |
""",
        (
            "survey 第 4 行「media::image」：calculate 用不上 media::image。请清空这一格，或换题型。",
        ),
        pictures={"gate.png": "0" * 64},
    ),
    Broken(
        "a choice's picture that was not handed in",
        """
| type | name | label |
| select_one yes_no | q | 有吗 |
""",
        (
            "choices 第 7 行「media::image」：没有叫「a.png」的图片。请把它和表格一起上传，或改名。",
        ),
        choices="""
| choices |
| | list_name | name | label | media::image |
| | yes_no | yes | 是 | a.png |
""",
    ),
    Broken(
        "a trigger that is no question",
        """
| type | name | label | trigger |
| text | q | 名字 | phone |
""",
        ("survey 第 3 行「trigger」：trigger 只能写题目，比如 ${phone}，不能写「phone」。",),
    ),
    Broken(
        "a trigger that is not there",
        """
| type | name | label | trigger |
| text | phone | 电话 | |
| text | q | 名字 | ${phnoe} |
""",
        ("survey 第 4 行「trigger」：没有叫「phnoe」的题目。是不是要写 ${phone}？",),
    ),
    Broken(
        "a trigger inside a repeat",
        """
| type | name | label | trigger |
| begin repeat | r | 家人 | |
| text | who | 是谁 | |
| end repeat | | | |
| text | q | 名字 | ${who} |
""",
        (
            "survey 第 6 行「trigger」：「who」在另一个重复组里，不能作 trigger。请用同一组里的题目，或组外面的题目。",
        ),
    ),
    Broken(
        "the answer of the last time",
        """
| type | name | label | default |
| text | q | 名字 | ${last-saved#q} |
""",
        (
            "survey 第 3 行「default」：不能用 last-saved。要带出上次的答案，请在 save_to 写登记簿的字段：学校已经知道的，会先拿来让家长确认。",
        ),
    ),
    Broken(
        "a file that is no table",
        """
| type | name | label |
| select_one_from_file towns.xml | q | 哪个镇 |
""",
        ("survey 第 3 行「type」：没有叫「towns.xml」的选项文件。选项文件只能是 .csv。",),
    ),
    Broken(
        "a misspelt file",
        """
| type | name | label |
| select_one_from_file town.csv | q | 哪个镇 |
""",
        (
            "survey 第 3 行「type」：没有叫「town.csv」的选项文件。请把这个文件和表格一起上传，或改名。是不是要写「towns.csv」？",
            "towns.csv：这个文件没有题目用到。",
        ),
        files={"towns.csv": (("name", "label"), ("a", "东镇"))},
    ),
    Broken(
        "a file declared and not there",
        """
| type | name | label |
| csv-external | towns | |
| text | q | 名字 |
""",
        (
            "survey 第 3 行「name」：没有叫「towns.csv」的选项文件。请把这个文件和表格一起上传，或改名。",
        ),
    ),
    Broken(
        "a file without its columns",
        """
| type | name | label |
| select_one_from_file towns.csv | q | 哪个镇 |
""",
        (
            "towns.csv 第 1 行「label」：文件里没有「label」这一列。请加上，或在 parameters 里写明用哪一列，比如 value=code label=title。是不是要写「lable」？",
        ),
        files={"towns.csv": (("name", "lable"), ("a", "东镇"))},
    ),
    Broken(
        "rows of a file that are no choices",
        """
| type | name | label |
| select_one_from_file towns.csv | q | 哪个镇 |
""",
        (
            "towns.csv 第 2 行「label」：这一格不能空着，请填上。",
            "towns.csv 第 3 行「name」：这一格不能空着，请填上。",
            "towns.csv 第 4 行「name」：选项名「a b」里有空格。请去掉空格，或改成下划线 _。",
            "towns.csv 第 6 行「name」：选项名「c」和第 5 行重复。请改一个。",
        ),
        files={
            "towns.csv": (
                ("name", "label"),
                ("a", ""),
                ("", "东镇"),
                ("a b", "南镇"),
                ("c", "西镇"),
                ("c", "北镇"),
            )
        },
    ),
    Broken(
        "a file longer than any list",
        """
| type | name | label |
| select_one_from_file towns.csv | q | 哪个镇 |
""",
        ("towns.csv：文件太长，最多 20000 行。",),
        files={"towns.csv": (("name", "label"), *((str(i), "镇") for i in range(20_001)))},
    ),
    Broken(
        "a file nobody reads",
        """
| type | name | label |
| text | q | 名字 |
""",
        ("towns.csv：这个文件没有题目用到。",),
        files={"towns.csv": (("name", "label"), ("a", "东镇"))},
        loads=True,
    ),
    Broken(
        "a table that is not there",
        """
| type | name | label | calculation |
| text | q | 名字 | |
| calculate | c | | pulldata('town', 'name', 'label', ${q}) |
""",
        (
            "survey 第 4 行「calculation」：没有叫「town」的表。请用选项表的名字，或把 town.csv 和表格一起上传。是不是要写「towns」？",
            "towns.csv：这个文件没有题目用到。",
        ),
        files={"towns.csv": (("name", "label"), ("a", "东镇"))},
    ),
    Broken(
        "or_other beside a choice called other",
        """
| type | name | label |
| select_one way or_other | q | 怎么来 |
""",
        (
            "survey 第 3 行「type」：选项表「way」里已经有 other 这个选项。请去掉 or_other，或把那个选项改名。",
        ),
        choices="""
| choices |
| | list_name | name | label |
| | way | walk | 步行 |
| | way | other | 别的 |
""",
    ),
    Broken(
        "or_other after a file",
        """
| type | name | label |
| select_one_from_file sex.csv or_other | q | 男女 |
""",
        (
            "survey 第 3 行「type」：or_other 只能跟在 select_one、select_multiple 的选项表后面，不能用于选项文件，也不能和 choice_filter 一起用。请在选项表里加一个「其他」，再加一题。",
        ),
    ),
    Broken(
        "a scale that does not go",
        """
| type | name | label | parameters |
| range | q | 几分 | start=one end=5 step=0 |
| range | p | 几分 | start=5 end=5 |
""",
        (
            "survey 第 3 行「parameters」：参数「start」不能是「one」，请写数字；step 不能是 0，start 和 end 不能一样。",
            "survey 第 3 行「parameters」：参数「step」不能是「0」，请写数字；step 不能是 0，start 和 end 不能一样。",
            "survey 第 4 行「parameters」：参数「end」不能是「5」，请写数字；step 不能是 0，start 和 end 不能一样。",
        ),
    ),
    Broken(
        "a default no date",
        """
| type | name | label | default |
| date | q | 哪天 | 2026-02-30 |
| integer | p | 几个 | 五 |
""",
        (
            "survey 第 3 行「default」：date 的默认值不能是「2026-02-30」，它读不懂。请照答案的写法写，比如日期写 2026-09-01。",
            "survey 第 4 行「default」：integer 的默认值不能是「五」，它读不懂。请照答案的写法写，比如日期写 2026-09-01。",
        ),
    ),
    Broken(
        "a search in an appearance",
        """
| type | name | label | appearance |
| select_one yes_no | q | 有吗 | minimal search('towns') |
""",
        (
            "survey 第 3 行「appearance」：search() 用不了。请用 select_one_from_file，选项放在另一个 .csv 文件里。",
        ),
        choices=CHOICES,
    ),
    Broken(
        "appearances that would change the answer",
        """
| type | name | label | appearance |
| date | q | 哪年 | year |
| image | p | 签字 | signature |
""",
        (
            "survey 第 3 行「appearance」：「year」不起作用：对话里总是问完整的日期。只要年份的话，请用 integer。",
            "survey 第 4 行「appearance」：「signature」不起作用：对话里不能画图。要签字的话，请用 text，并在 chat::role 写 signature。",
        ),
        loads=True,
    ),
    Broken(
        "a condition by lot",
        """
| type | name | label | relevant |
| text | q | 名字 | random() > 0.5 |
""",
        (
            "survey 第 3 行「relevant」：这里不能用 random() 和 uuid()：每答一题都会变。请放进一个 calculate，再用 ${它的名字}。",
        ),
    ),
    Broken(
        "a thousand members",
        """
| type | name | label | repeat_count |
| begin repeat | r | 家人 | 1000 |
| text | q | 名字 | |
| end repeat | | | |
""",
        ("survey 第 3 行「repeat_count」：一组最多重复 50 次，这里写了 1000 次。",),
    ),
    Broken(
        "cells a group does not read",
        """
| type | name | label | hint | calculation | chat::sensitive | relevant |
| begin group | g | 组 | 提示 | 1 | yes | |
| text | q | 名字 | | | | |
| end group | | | | | | ${q} = '' |
""",
        (
            "survey 第 3 行「calculation」：group 用不上 calculation。请清空这一格，或换题型。",
            "survey 第 3 行「chat::sensitive」：group 用不上 chat::sensitive。请清空这一格，或换题型。",
            "survey 第 3 行「hint」：group 用不上 hint。请清空这一格，或换题型。",
            "survey 第 5 行「relevant」：end group 用不上 relevant。请清空这一格，或换题型。",
        ),
    ),
    Broken(
        "an answer both worked out and wanted",
        """
| type | name | label | calculation | required |
| text | q | 名字 | '甲' | yes |
""",
        ("survey 第 3 行「required」：required 和 calculation 不能一起用，请去掉一个。",),
    ),
)
