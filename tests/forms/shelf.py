"""The forms of this folder, and the invented person who fills them."""

from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from conversations.authoring.exploring import Exploration, explore
from conversations.form import Form
from conversations.turn import Facts
from conversations.xlsform.reader import read_form
from registry.actors import Actor
from registry.schools import School

FOLDER = Path(__file__).parent
PAPERS = FOLDER.parent.parent / "conversations/forms"
NOW = datetime(2026, 9, 1, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SOURCES = {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.md"))}
OWN = {path.stem: path.read_text("utf-8") for path in sorted(PAPERS.glob("*.md"))}


def family() -> Facts:
    """A person nobody knows yet, in an invented school."""
    school = School("school", "向阳小学", "010-00000000")
    return Facts(NOW, "zh_Hans", Actor("family", "school"), school, is_web=True)


@cache
def form_named(name: str) -> Form:
    return read_form({**SOURCES, **OWN}[name])


@cache
def explored(name: str) -> Exploration:
    return explore(form_named(name), family())
