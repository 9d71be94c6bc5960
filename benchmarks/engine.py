"""The dialogue alone: one step of a form with conditions, its growth with the form, compiling one.

A step is an answer in, the next question in words out; every question of the form is answered in
turn, so early and late ones count alike. Told in stock echoes (see echo.py).
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from benchmarks.echo import echo_ms
from benchmarks.rows import Row, measures
from conversations.dialogue import converse
from conversations.draft import Draft, Place
from conversations.form import Form
from conversations.turn import Facts, Input, Look, Said
from conversations.wording import render
from conversations.xlsform.reader import read_form
from registry.actors import Actor
from registry.schools import School

ZONE = timezone(timedelta(hours=8))
SHORT, LONG = 40, 400
PEER = "stock echo, keeps nothing"
ROUNDS = {SHORT: 12, LONG: 3}
HEADER = "| type | name | label | hint | required | relevant | constraint | constraint_message"

# One block of ten questions: each names those before it, as papers do.
BLOCK = """
| | begin group | part_{b} | 第 {b} 部分 |
| | select_one yes_no | has_{b} | 第 {b} 部分有吗？ | 有就选有。 | yes |
| | text | name_{b} | 叫什么名字？ | 和户口本上一样。 | yes | ${{has_{b}}} = 'yes' | valid('name', .) | 名字里有不能用的符号。 |
| | integer | age_{b} | ${{name_{b}}}多大了？ | | yes | | . >= 0 and . < 120 | 在 0 到 119 之间。 |
| | select_one kind | kind_{b} | 哪一种？ | | yes | ${{age_{b}}} > 3 |
| | text | number_{b} | 号码是多少？ | 照着证件写。 | yes | ${{kind_{b}}} = 'a' and ${{has_{b}}} = 'yes' | regex(., '[0-9]{{4,18}}') | 只写数字。 |
| | date | day_{b} | 哪一天？ | | yes | | . <= today() | 还没有到这一天。 |
| | select_multiple kind | kinds_{b} | 还有哪些？ | | | | count-selected(.) <= 3 | 最多三项。 |
| | text | place_{b} | 在哪里？ | | yes | selected(${{kinds_{b}}}, 'b') or ${{age_{b}}} > 60 |
| | decimal | size_{b} | 多少米？ | | | | . > 0 and . < 100 | 在 0 到 100 之间。 |
| | text | remark_{b} | 还有什么要说的？ | | | ${{size_{b}}} > 2 or ${{has_{b}}} = 'no' |
| | end group |
"""  # noqa: E501
CHOICES = """
| choices |
| | list_name | name | label |
| | yes_no | yes | 有 |
| | yes_no | no | 没有 |
| | kind | a | 甲 |
| | kind | b | 乙 |
| | kind | c | 丙 |
| settings |
| | form_title | form_id | version |
| | 量一量 | measured | 1 |
"""
ANSWERS = {
    "has": "有", "name": "张子涵", "age": "8", "kind": "甲", "number": "12345678",
    "day": "2018-03-12", "kinds": "1 2", "place": "向阳镇", "size": "3.5", "remark": "没有别的了",
}  # fmt: skip


def paper(questions: int) -> str:
    """A form of so many questions."""
    blocks = "".join(BLOCK.format(b=b) for b in range(questions // 10))
    return f"| survey |\n| {HEADER} |{blocks}{CHOICES}"


def steps(form: Form) -> list[float]:
    """Milliseconds of each step from the first question to the summary."""
    now = datetime(2026, 9, 1, 8, tzinfo=ZONE)
    school = School("school", "向阳小学", "010-00000000")
    draft = Draft("draft", "school", form.id, form.version, "child", None, "2026")
    facts = Facts(now, "zh_Hans", Actor("parent", "school"), school, True, form=form, draft=draft)
    place = Place("parent", 0, "form", "draft")
    place, facts, _, asking = _step(place, Look(), facts)
    times: list[float] = []
    while asking:
        answer = ANSWERS[asking.rpartition("/")[2].partition("_")[0]]
        place, facts, taken, asking = _step(place, Said(answer), facts)
        times.append(taken)
    if len(facts.draft.answers if facts.draft else ()) != len(form.questions):
        raise ValueError("a question was left out: the figures would flatter")
    return times


def _step(place: Place, given: Input, facts: Facts) -> tuple[Place, Facts, float, str]:
    begin = time.perf_counter()
    turn = converse(place, given, facts)
    render(turn, "zh_Hans")
    taken = (time.perf_counter() - begin) * 1000
    return turn.place, replace(facts, draft=turn.draft), taken, turn.asking


def step_ms(questions: int) -> float:
    """Mean over a whole form, the median of several."""
    form = read_form(paper(questions))
    steps(form)
    return statistics.median(statistics.fmean(steps(form)) for _ in range(ROUNDS[questions]))


def compile_ms(times: int = 9) -> float:
    """Reading and checking the text of the short form."""
    text = paper(SHORT)
    read_form(text)
    gc.collect()
    return statistics.median(_timed(lambda: read_form(text)) for _ in range(times))


def _timed(act: Callable[[], object]) -> float:
    """In processor time: the goal has no peer that would suffer from a busy machine alike."""
    begin = time.process_time()
    act()
    return (time.process_time() - begin) * 1000


@measures("engine")
def engine() -> Iterator[Row]:
    echo, short, long = echo_ms(), step_ms(SHORT), step_ms(LONG)

    def told(name: str, ours: float, goal: float) -> Row:
        return Row(name=name, ours=ours, unit="ms", peer=PEER, peer_value=echo, goal=goal)

    yield told("engine.step.40", short, 0.10)
    yield told("engine.step.400", long, 1.0)
    yield Row(name="engine.growth.40-400", ours=long / short, unit="times", goal=11.0)
    yield Row(name="engine.compile.40", ours=compile_ms(), unit="ms", goal=30.0)
