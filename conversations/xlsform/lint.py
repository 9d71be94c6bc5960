"""What a form says that cannot be meant: rules over the whole form, one row of a table each.

The reader has understood every cell; here cells are compared with each other, so that nothing a
form says is silently without effect. Called by the reader.
"""

from collections.abc import Callable, Collection, Iterator

from conversations.xlsform.columns import SILENT
from conversations.xlsform.lint_answers import (
    appearances,
    consents,
    defaults,
    never_asked,
    parameters,
    roles,
    unused_columns,
)
from conversations.xlsform.lint_columns import (
    appearances_instead,
    chances,
    defaults_read,
    others,
    ranges,
    repeat_counts,
    without_effect,
)
from conversations.xlsform.lint_logic import circles, compared, multiple_equals
from conversations.xlsform.outline import walk
from conversations.xlsform.problems import FormProblem, Params
from conversations.xlsform.whole import Read, warning
from registry.conditions import Condition
from registry.evidence import EVIDENCE


def lint(read: Read) -> tuple[FormProblem, ...]:
    """Everything the rules find."""
    return tuple(problem for rule in RULES for problem in rule(read))


# ---- one question


def _unlabelled(read: Read) -> Iterator[FormProblem]:
    for node, question in read.questions():
        if question.type not in SILENT and not question.label.by_language:
            yield node.row.problem("cell_empty", "label")


def _without_calculation(read: Read) -> Iterator[FormProblem]:
    for node, question in read.questions():
        if question.type == "calculate" and not node.row.get("calculation"):
            yield node.row.problem("cell_empty", "calculation")


def _message_missing(read: Read) -> Iterator[FormProblem]:
    for node, question in read.questions():
        if node.row.get("constraint") and not question.constraint_message.by_language:
            yield warning(node.row, "message_missing", "constraint_message")


def _pairs(read: Read) -> Iterator[FormProblem]:
    """Columns that need another one to mean anything, or exclude it."""
    for node, question in read.questions():
        row = node.row
        if row.get("constraint_message") and not row.get("constraint"):
            yield row.problem("column_needs", "constraint_message", {"other": "constraint"})
        if question.house.insist and not row.get("constraint"):
            yield row.problem("column_needs", "chat::insist", {"other": "constraint"})
        if question.house.ask_later and not row.get("required"):
            yield row.problem("column_needs", "chat::ask_later", {"other": "required"})
        if question.read_only is True and row.get("required"):
            other = "read_only" if row.get("read_only") else "calculation"
            yield row.problem("column_excludes", "required", {"other": other})
        if row.get("save_to") and row.get("chat::save_to"):
            yield row.problem("column_excludes", "chat::save_to", {"other": "save_to"})


def _filled_twice(read: Read) -> Iterator[FormProblem]:
    """ODK takes each field once; `chat::save_to` is for questions never asked together."""
    first: dict[str, int] = {}
    for node, _ in read.questions():
        name = node.row.get("save_to")
        if name and first.setdefault(name, node.row.number) != node.row.number:
            params: Params = {"name": name, "first": first[name]}
            yield node.row.problem("saved_twice", "save_to", params)


# ---- the form as a whole


def _empty_groups(read: Read) -> Iterator[FormProblem]:
    for node in read.groups():
        if not node.children:
            yield node.row.problem("group_empty", "type", {"name": node.name})


def _unused_lists(read: Read) -> Iterator[FormProblem]:
    used = {node.list_name for node in walk(read.outline.children)}
    seen: set[str] = set()
    for row in read.choices:
        name = row.get("list_name")
        if name and name not in used and name not in seen:
            seen.add(name)
            yield warning(row, "list_unused", "list_name", {"list": name})


def _statement(read: Read) -> Iterator[FormProblem]:
    """Rule: K22. The statement comes before the first sensitive question."""
    is_told = False
    for node, question in read.questions():
        is_told = is_told or question.house.role == "statement"
        if question.house.sensitive and not is_told:
            yield node.row.problem("statement_first", "chat::sensitive")
            return


def _evidence(read: Read) -> Iterator[FormProblem]:
    """A paper the rule wants and no question asks for would block a submission. Rule: R16.

    Rows about values that this form never sends cannot hold of it.
    """
    rule = EVIDENCE.get(read.form.evidence_rule or "")
    asked = {question.house.evidence for _, question in read.questions()}
    sent: set[str | None] = {"status", "suspended_for"}
    for _, question in read.questions():
        sent |= {question.save_to, question.house.reads}
    rows = [row for row in rule.rows if _may_hold(row.when, sent)] if rule else []
    groups = dict.fromkeys(group for row in rows for group in row.groups)
    for group in (group for group in groups if not group & asked):
        params: Params = {"kinds": " / ".join(sorted(group))}
        yield read.settings.problem("evidence_unasked", "chat::evidence", params)


def _may_hold(when: Condition, sent: Collection[str | None]) -> bool:
    """Of a paper that sends these; what is asked with "not" holds where nothing is sent."""
    return when.reads() <= set(sent) or when.holds({})


def _entities(read: Read) -> Iterator[FormProblem]:
    """ODK accepts `save_to` only beside an entities sheet."""
    first = next((node for node, _ in read.questions() if node.row.get("save_to")), None)
    if first is not None and not read.has_entities:
        yield first.row.problem("entities_missing", "save_to")


def _ends(read: Read) -> Iterator[FormProblem]:
    if bool(read.form.route) != bool(read.form.effect):
        column = "chat::effect" if read.form.route else "chat::route"
        yield read.settings.problem("cell_empty", column)


def _translations(read: Read) -> Iterator[FormProblem]:
    """A wording some texts have in a language and others have not."""
    languages: set[str] = set()
    for _, question in read.questions():
        languages |= set(question.label.by_language)
    for node, question in read.questions():
        missing = sorted(languages - set(question.label.by_language))
        if missing and question.label.by_language:
            yield warning(node.row, "untranslated", "label", {"languages": ", ".join(missing)})


RULES: tuple[Callable[[Read], Iterator[FormProblem]], ...] = (
    appearances,
    appearances_instead,
    chances,
    circles,
    compared,
    consents,
    defaults,
    defaults_read,
    multiple_equals,
    never_asked,
    others,
    parameters,
    ranges,
    repeat_counts,
    roles,
    unused_columns,
    without_effect,
    _empty_groups,
    _ends,
    _entities,
    _evidence,
    _filled_twice,
    _message_missing,
    _pairs,
    _statement,
    _translations,
    _unlabelled,
    _unused_lists,
    _without_calculation,
)
