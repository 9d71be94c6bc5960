"""The walk on small forms: what is asked, hidden, kept, promised and broken."""

from dataclasses import replace

import pytest

from conversations.draft import Answer, Draft
from conversations.form import Form
from conversations.turn import AskHelp, Chose, Command, MakeDoor, RemindAt, Said
from conversations.walk import Route
from conversations.xlsform.reader import read_form
from registry.actors import Relation
from registry.schools import Settings
from registry.submissions import Flag
from tests.conversations.papers import draft_of, paper
from tests.conversations.stage import SCHOOL, Stage, buttons_of, text_of

CITIES = """
| choices |
| | list_name | name | label | of |
| | province | he | 河南 | |
| | province | hb | 河北 | |
| | city | zz | 郑州 | he |
| | city | xx | 新乡 | he |
| | city | sjz | 石家庄 | hb |
| | yes_no | yes | 是 | |
| | yes_no | no | 不是 | |
| | relation | father | 爸爸 | |
| | relation | helper | 邻居 | |
"""


def form_of(survey: str, form_id: str = "small") -> Form:
    return read_form(
        f"| survey |\n{survey.strip()}\n{CITIES}\n| settings |\n"
        f"| | form_title | form_id | version |\n| | 小表 | {form_id} | 1 |\n"
    )


def stage_of(survey: str, form_id: str = "small") -> Stage:
    stage = Stage(form_of(survey, form_id))
    stage.begin()
    stage.look()
    return stage


CASCADE = """
| | type | name | label | required | choice_filter |
| | select_one province | province | 哪个省？ | yes | |
| | select_one city | city | 哪个市？ | yes | of = ${province} |
| | text | street | 哪条街？ | yes | |
"""


def test_only_the_cities_of_the_province_are_offered() -> None:
    stage = stage_of(CASCADE, "cascade")
    stage.press("河南")
    assert buttons_of(stage.shown())[:2] == ["郑州", "新乡"]


def test_city_of_another_province_is_asked_again_and_comes_back() -> None:
    stage = stage_of(CASCADE, "cascade")
    for label in ("河南", "新乡"):
        stage.press(label)
    stage.take(Said("和平路"))
    stage.take(Said("1"))
    stage.press("河北")
    assert "哪个市？" in text_of(stage.shown())
    stage.press("上一题")
    stage.press("河南")
    assert "都填完了" in text_of(stage.shown())
    assert "2 哪个市？：新乡" in text_of(stage.shown())


BRANCH = """
| | type | name | label | required | relevant | constraint | constraint_message |
| | select_one yes_no | moved | 搬过家吗？ | yes | | | |
| | text | old | 原来住哪里？ | yes | ${moved} = 'yes' | | |
| | integer | members | 家里几口人？ | yes | | . > 0 | 至少一个人。 |
| | integer | children | 几个孩子？ | yes | | . < ${members} | 孩子比全家人少。 |
"""


def test_answers_off_the_route_stay_in_the_draft_and_are_not_sent() -> None:
    stage = stage_of(BRANCH, "branch")
    for text in ("是", "老街", "5", "1"):
        stage.take(Said(text))
    stage.take(Said("1"))
    stage.press("不是")
    stage.press("都对，交给学校")
    draft = stage.draft("draft-child-1")
    assert draft is not None
    assert draft.answers["old"].text == "老街"
    assert "old" not in [value.path for value in stage.sent["draft-child-1"].values]


def test_final_check_leads_to_what_a_later_change_has_broken() -> None:
    stage = stage_of(BRANCH, "branch")
    for text in ("不是", "5", "4"):
        stage.take(Said(text))
    stage.take(Said("2"))
    stage.take(Said("3"))
    stage.press("都对，交给学校")
    shown = text_of(stage.shown())
    assert "交之前再看了一遍，这一题要请您改一下。" in shown
    assert "孩子比全家人少。\n您写的是：4\n几个孩子？" in shown
    assert not stage.sent


def test_failed_constraint_changes_nothing_and_shows_message_value_and_question() -> None:
    stage = stage_of(BRANCH, "branch")
    stage.take(Said("不是"))
    before = stage.draft()
    stage.take(Said("0"))
    assert "至少一个人。\n您写的是：0\n家里几口人？" in text_of(stage.shown())
    assert stage.draft() == before


OWN = """
| | type | name | label | required | chat::own |
| | text | number | 您的号码？ | yes | yes |
| | text | street | 哪条街？ | yes | |
"""


def test_own_answer_is_hidden_from_the_other_guardian() -> None:
    stage = stage_of(OWN, "own")
    stage.take(Said("13900000000"))
    stage.who = "father"
    stage.fill("", {})
    assert "哪条街？" in text_of(stage.shown())
    stage.press("看填好的")
    assert "1 您的号码？：另一位已经填好，这里不显示" in text_of(stage.shown())
    stage.take(Said("1"))
    assert "不用再填" in text_of(stage.shown())
    assert "13900000000" not in text_of(stage.shown())


def test_returned_own_answer_is_asked_of_the_other_without_showing_it() -> None:
    stage = stage_of(OWN, "own")
    stage.take(Said("13900000000"))
    stage.take(Said("和平路"))
    stage.who = "father"
    stage.fill("", {})
    stage.send_back(Flag("number", "incomplete"))
    stage.fill("", {})
    stage.look()
    assert "您的号码？" in text_of(stage.shown())
    assert "13900000000" not in text_of(stage.shown())


GATED = """
| | type | name | label | required | chat::role | chat::sensitive |
| | acknowledge | told | 【告知书】 | yes | statement | |
| | text | name | 名字？ | yes | | |
| | text | number | 号码？ | yes | | yes |
"""


def test_nothing_sensitive_is_asked_before_the_statement() -> None:  # K22
    form = form_of(GATED, "gated")
    told, name, number = form.children
    # The linter refuses such a form; the walk does not rely on it.
    stage = Stage(replace(form, children=(name, number, told)))
    stage.begin()
    stage.look()
    stage.take(Said("张子涵"))
    assert "【告知书】" in text_of(stage.shown())
    stage.press("看填好的")
    stage.press("号码？")
    assert "【告知书】" in text_of(stage.shown())
    stage.press("我知道了，在这里填")
    assert "号码？" in text_of(stage.shown())


WEB = """
| | type | name | label | required | chat::web_only |
| | text | number | 号码？ | yes | yes |
"""


def test_web_only_question_is_not_taken_elsewhere() -> None:
    stage = Stage(form_of(WEB, "web"), is_web=False)
    stage.begin()
    stage.look()
    assert "https://school.example/chat" in text_of(stage.shown())
    stage.take(Said("999999201803120022"))
    draft = stage.draft()
    assert draft is not None
    assert not draft.answers
    stage.press("到学校网页上填")
    assert isinstance(stage.outcomes[-1], MakeDoor)


PROPOSED = """
| | type | name | label | required | chat::proposal | chat::save_to |
| | text | name | 名字？ | yes | | full_name |
| | text | home | 现在住哪里？ | yes | '和平路8号' | |
| | text | last | 还有吗？ | yes | | |
"""


def test_declined_proposal_is_never_offered_again() -> None:
    stage = stage_of(PROPOSED, "proposed")
    stage.take(Said("张子涵"))
    assert "和平路8号，对吗？" in text_of(stage.shown())
    stage.press("不对")
    stage.take(Said("/leave"))
    stage.fill("", {})
    assert "现在住哪里？" in text_of(stage.shown())
    assert "对吗" not in text_of(stage.shown())


@pytest.mark.parametrize(
    ("relation", "is_offered"), [(Relation.father, True), (None, False)], ids=["linked", "claim"]
)
def test_register_value_is_proposed_to_the_family_only(
    relation: Relation | None, is_offered: bool
) -> None:
    stage = Stage(form_of(PROPOSED, "proposed"), relation=relation, known={"full_name": "张子涵"})
    stage.begin()
    stage.look()
    assert ("张子涵，对吗？" in text_of(stage.shown())) is is_offered


def test_proposal_is_never_taken_in_silence() -> None:
    stage = stage_of(PROPOSED, "proposed")
    stage.take(Said("张子涵"))
    draft = stage.draft()
    assert draft is not None
    assert "home" not in draft.answers


SIGNED = """
| | type | name | label | required | chat::role | chat::consent |
| | select_one relation | who | 您是？ | yes | relation | |
| | select_one yes_no | help | 同意帮忙吗？ | yes | | committee_help |
| | text | sign | 请签名 | yes | signature | |
"""


@pytest.mark.parametrize(
    ("link", "said", "asks"),
    [
        (None, "爸爸", True),
        (None, "邻居", False),
        (Relation.father, "爸爸", True),
        (Relation.helper, "爸爸", False),
        (Relation.grandparent, "爸爸", False),
    ],
)
def test_only_a_guardian_is_asked_to_consent_and_sign(  # K21
    link: Relation | None, said: str, asks: bool
) -> None:
    stage = Stage(form_of(SIGNED, "signed"), relation=link)
    stage.begin()
    stage.look()
    stage.press(said)
    assert ("同意帮忙吗？" in text_of(stage.shown())) is asks
    assert ("都对，交给学校" in buttons_of(stage.shown())) is not asks


def test_signature_must_be_a_name() -> None:
    stage = stage_of(SIGNED, "signed")
    for label in ("爸爸", "是", "都对，去签字确认"):
        stage.press(label)
    for typed in ("😀", "", "=1+1"):
        stage.take(Said(typed))
        assert not stage.sent
    stage.take(Said("张建国"))
    assert stage.sent["draft-child-1"].signature is not None


REPEAT = """
| | type | name | label | required |
| | begin repeat | sibling | 兄弟姐妹 | |
| | text | name | 叫什么名字？ | yes |
| | integer | age | 几岁？ | yes |
| | end repeat | | | |
| | text | last | 还有要说的吗？ | |
"""


def test_members_who_are_not_asked_are_not_counted() -> None:
    form = paper(
        """
        | type | name | label | relevant | calculation |
        | begin repeat | sibling | 兄弟姐妹 |
        | integer | age | 几岁？ |
        | text | school | 在哪里上学？ | ${age} > 5 |
        | end repeat |
        | calculate | pupils | | | count(${school}) |
        | calculate | schools | | | join('、', ${school}) |
        """
    )
    answers = {"sibling": "1 2 3", "sibling#1/age": "9", "sibling#1/school": "甲"}
    answers |= {"sibling#2/age": "3", "sibling#2/school": "乙", "sibling#3/age": "8"}
    values = Route(form, draft_of(form, answers), Stage().facts()).values
    assert (values["pupils"], values["schools"]) == ("2", "甲、")


def test_members_of_a_repeat_are_added_edited_and_dropped() -> None:
    stage = stage_of(REPEAT, "repeat")
    for typed in ("张一", "9", "张二", "8"):
        if typed in ("张一", "张二"):
            stage.press("再加一位")
        stage.take(Said(typed))
    stage.press("没有了")
    stage.press("跳过")
    assert "3 叫什么名字？：张二" in text_of(stage.shown())
    stage.take(Said("3"))
    stage.take(Said("张三"))
    stage.press("兄弟姐妹")
    stage.press("去掉第 1 位")
    stage.press("没有了")
    stage.press("都对，交给学校")
    sent = {value.path: value.text for value in stage.sent["draft-child-1"].values}
    assert sent == {"sibling#2/name": "张三", "sibling#2/age": "8"}


def test_new_member_inherits_nothing_of_a_dropped_one() -> None:
    stage = stage_of(REPEAT, "repeat")
    stage.press("再加一位")
    stage.take(Said("张一"))
    stage.take(Said("9"))
    stage.press("去掉第 1 位")
    stage.press("再加一位")
    assert "叫什么名字？" in text_of(stage.shown())
    assert "张一" not in text_of(stage.shown())


FORWARD = """
| | type | name | label | required | relevant | calculation |
| | text | first | 第一题？ | yes | ${twice} != '4' | |
| | integer | number | 几个？ | yes | | |
| | calculate | twice | | | | ${number} * 2 |
"""


def test_what_a_calculation_says_no_to_counts_as_empty() -> None:
    stage = stage_of(
        """
| | type | name | label | required | relevant | calculation |
| | integer | age | 几岁？ | yes | | |
| | calculate | is_old | | | | ${age} > 5 |
| | calculate | far | | | | ${age} * 12345678901.5 |
| | text | school | 在哪里上学？ | yes | ${is_old} != '' and ${far} > 2 | |
""",
        "said_no",
    )
    stage.take(Said("9"))
    assert "在哪里上学？" in text_of(stage.shown())
    stage.press("上一题")
    stage.take(Said("4"))
    assert "都填完了" in text_of(stage.shown())


def test_condition_that_looks_forward_settles() -> None:
    stage = stage_of(FORWARD, "forward")
    stage.take(Said("有"))
    stage.take(Said("2"))
    assert "第一题？" not in text_of(stage.shown())
    stage.take(Said("1"))
    stage.take(Said("3"))
    assert "1 第一题？：有" in text_of(stage.shown())


def test_displayed_values_stand_in_the_words_and_cannot_add_markup() -> None:
    stage = stage_of(
        """
| | type | name | label | required |
| | text | name | 名字？ | yes |
| | select_one province | province | ${name}在哪个省？ | yes |
| | text | city | ${province}哪个市？${last}呢？ | yes |
| | text | last | 完了 | |
""",
        "refs",
    )
    stage.take(Said("<b>{0}</b>%s"))
    assert "<b>{0}</b>%s在哪个省？" in text_of(stage.shown())
    stage.press("河南")
    assert "河南哪个市？……呢？" in text_of(stage.shown())


def test_answer_given_by_another_meanwhile_is_not_overwritten() -> None:
    stage = stage_of(BRANCH, "branch")
    before = dict(stage.places)
    stage.take(Said("不是"))
    stage.places = before
    stage.take(Said("是"))
    draft = stage.draft()
    assert draft is not None
    assert draft.answers["moved"].text == "no"
    assert "家里人刚才先填了这一题" in text_of(stage.shown())
    assert "现在填的是：不是" in text_of(stage.shown())
    stage.press("不改，接着填")
    assert "家里几口人？" in text_of(stage.shown())


def test_flag_off_the_route_asks_nothing() -> None:
    stage = stage_of(BRANCH, "branch")
    for text in ("不是", "5", "1"):
        stage.take(Said(text))
    stage.send_back(Flag("old", "incomplete"), Flag("members", "check_again"))
    stage.fill("", {})
    assert "家里几口人？" in text_of(stage.shown())
    stage.take(Said("6"))
    assert "都填完了" in text_of(stage.shown())


def test_mending_asks_what_became_relevant() -> None:
    stage = stage_of(BRANCH, "branch")
    for text in ("不是", "5", "1"):
        stage.take(Said(text))
    stage.send_back(Flag("moved", "differs"))
    stage.fill("", {})
    stage.press("是")
    assert "原来住哪里？" in text_of(stage.shown())


def test_help_names_the_question_and_reminder_the_evening() -> None:
    stage = stage_of(BRANCH, "branch")
    stage.press("请老师帮我")
    assert stage.outcomes[-1] == AskHelp("moved")
    stage.take(Chose(stage.place().turn, "remind"))
    assert stage.outcomes[-1] == RemindAt(stage.now.replace(hour=19, minute=30))
    stage.now = stage.now.replace(hour=21)
    stage.take(Chose(stage.place().turn, "remind"))
    assert stage.outcomes[-1] == RemindAt(stage.now.replace(day=26, hour=19, minute=30))


def test_a_paper_begun_and_left_offers_tomorrow_evening() -> None:
    stage = stage_of(BRANCH, "branch")
    stage.press("是")
    stage.take(Command("leave"))
    stage.press("明天再提醒我")
    assert stage.outcomes[-1] == RemindAt(stage.now.replace(day=26, hour=19, minute=30))
    stage.now = stage.now.replace(hour=22)
    stage.press("明天再提醒我")
    assert stage.outcomes[-1] == RemindAt(stage.now.replace(day=26, hour=19, minute=30))


def test_nothing_begun_offers_no_reminder() -> None:
    assert "明天再提醒我" not in text_of(Stage().look())


def test_committee_is_named_in_the_welcome_only_where_it_helps() -> None:
    stage = Stage()
    assert "家委会" not in text_of(stage.look())
    stage.school = replace(SCHOOL, settings=Settings(committee_helps=True))
    assert "家委会" in text_of(stage.look())


def test_progress_counts_the_questions_of_this_family() -> None:
    rows = "\n".join(f"| | text | q{i} | 第{i}题 | yes |" for i in range(30))
    form = form_of("| | type | name | label | required |\n" + rows, "long")
    stage = Stage(form)
    stage.begin()
    draft = Draft("d", "s", "long", "1", "child-1", None, "2026")
    route = Route(form, draft, stage.facts())
    assert (route.done, route.total) == (0, 30)
    answers = {f"q{i}": Answer("x", "mother") for i in range(10)}
    route = Route(form, replace(draft, answers=answers), stage.facts())
    assert (route.done, route.next_step()) == (10, route.steps[10])
