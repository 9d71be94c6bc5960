"""A form as a flowchart: whole, readable for Mermaid, and harmless whatever a label says."""

import re

import pytest

from conversations.authoring.diagram import diagram
from tests.conversations.papers import CHOICES, paper
from tests.forms.shelf import OWN, SOURCES, form_named

BOX = re.compile(r"^ +([qc]\d+|start|finish)[\[({>]")
ARROW = re.compile(r"^  (\w+) -->(?:\|[^|]+\|)? (\w+)$")


@pytest.mark.parametrize("name", [*SOURCES, *OWN])
def test_every_box_is_reached_and_leads_to_the_end(name: str) -> None:
    lines = diagram(form_named(name), "zh_Hans").splitlines()
    boxes = {found[1] for line in lines if (found := BOX.match(line))}
    arrows = [found.groups() for line in lines if (found := ARROW.match(line))]
    assert {box for box, _ in arrows} == boxes - {"finish"}
    assert {box for _, box in arrows} == boxes - {"start"}


@pytest.mark.parametrize("name", [*SOURCES, *OWN])
def test_every_section_ends(name: str) -> None:
    lines = [line.strip() for line in diagram(form_named(name), "en").splitlines()]
    assert sum(line.startswith("subgraph ") for line in lines) == lines.count("end")


def test_a_condition_stands_before_what_it_guards() -> None:
    form = paper(
        """
        | type | name | label | relevant |
        | select_one yes_no | has_id | 有吗？ | |
        | text | number | 号码 | ${has_id} = 'yes' |
        | note | done | 好了 | |
        """,
        CHOICES,
    )
    assert diagram(form, "zh_Hans").splitlines() == [
        "flowchart TD",
        '  start(["试卷"])',
        '  q1{{"有吗？"}}',
        "  c2{\"${has_id} = 'yes'\"}",
        '  q3["号码"]',
        '  q4>"好了"]',
        "  finish([✓])",
        "  start --> q1",
        "  q1 --> c2",
        "  c2 -->|✓| q3",
        "  q3 --> q4",
        "  c2 -->|✗| q4",
        "  q4 --> finish",
    ]


def test_a_label_cannot_leave_its_box() -> None:
    form = paper('| type | name | label |\n| text | a | "] --> x; <script>#quot; &amp; |')
    box = next(line for line in diagram(form, "zh_Hans").splitlines() if "q1" in line)
    assert box == '  q1["#quot;] --#gt; x; #lt;script#gt;#35;quot; #amp;amp;"]'
