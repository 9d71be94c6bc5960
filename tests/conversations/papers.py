"""Small forms for tests: only the lines that matter, the rest filled in."""

from conversations.draft import Answer, Draft
from conversations.form import Form
from conversations.xlsform.reader import read_form

SETTINGS = "| settings |\n| | form_title | form_id | version |\n| | 试卷 | paper | 1 |\n"
CHOICES = """
| choices |
| | list_name | name | label |
| | yes_no | yes | 是 |
| | yes_no | no | 否 |
"""


def paper_text(survey: str, choices: str = "", settings: str = SETTINGS) -> str:
    """A whole form around the lines of a survey sheet (header first, without the first cell)."""
    lines = "\n".join(f"| {line}" for line in survey.strip().splitlines())
    return f"| survey |\n{lines}\n\n{choices.strip()}\n{settings.strip()}\n"


def paper(survey: str, choices: str = "", settings: str = SETTINGS) -> Form:
    """The form, which must be sound."""
    return read_form(paper_text(survey, choices, settings))


def draft_of(form: Form, answers: dict[str, str], by: str = "mother") -> Draft:
    """A draft of a child with these answers."""
    own = {path for path, question in form.questions.items() if question.house.own}
    return Draft(
        id="draft",
        school_id="school",
        form_id=form.id,
        form_version=form.version,
        student_id="child",
        claim_id=None,
        occasion="2026",
        answers={path: Answer(text, by) for path, text in answers.items() if path not in own},
        own={path: {by: Answer(text, by)} for path, text in answers.items() if path in own},
    )
