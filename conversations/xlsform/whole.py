"""A form together with the rows it came from: what the rules of the linter look at."""

from collections.abc import Iterator, Sequence

from conversations.form import Form, Question
from conversations.xlsform.outline import Node, Outline, walk
from conversations.xlsform.problems import FormProblem, Params
from conversations.xlsform.rows import Row
from registry.frozen import frozen


@frozen
class Read:
    """A form with the rows it came from."""

    form: Form
    outline: Outline
    settings: Row
    choices: Sequence[Row]
    has_entities: bool

    def questions(self) -> Iterator[tuple[Node, Question]]:
        """Every question of the sheet with its row, in order."""
        for node in walk(self.outline.children):
            question = self.form.questions.get(node.path)
            if question is not None and node.name == node.row.get("name"):
                yield node, question

    def groups(self) -> Iterator[Node]:
        """Every group and repeat."""
        return (node for node in walk(self.outline.children) if node.is_group)


def warning(row: Row, code: str, column: str, params: Params | None = None) -> FormProblem:
    """Something odd that does not keep the form from loading."""
    return FormProblem(
        f"author.{code}", row.sheet, row.number, column, params or {}, is_warning=True
    )
