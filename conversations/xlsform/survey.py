"""The questions of a form from its rows: words, expressions, choices and house columns.

Every name a row uses is looked up in its table (register fields, masks, facts, roles); what is not
there is a problem of that cell. Called by the reader.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field

from conversations.expressions import Expression, ExpressionError, compile_expression
from conversations.expressions.coercion import Ref
from conversations.facts import FACTS
from conversations.form import NO_TEXT, Change, Choice, Group, House, Question, Text
from conversations.xlsform.columns import ROLES, SILENT
from conversations.xlsform.list_files import ENDING, Columns, ListFiles, nearest_file
from conversations.xlsform.lists import ChoiceList, register_list
from conversations.xlsform.outline import REPEAT, Node, Outline
from conversations.xlsform.pictures import PictureFiles
from conversations.xlsform.problems import FormProblem, Params
from conversations.xlsform.rows import Row, is_yes, is_yes_no, nearest
from conversations.xlsform.texts import REFERENCE, Wordbook
from locales import say
from registry.evidence import PAPERS
from registry.fields import FIELDS
from registry.frozen import frozen
from registry.masks import MASKS
from registry.options import OPTIONS
from registry.values import KINDS, VALIDATORS

OTHER = "other"
"""The choice `or_other` adds, and the end of the name of its question."""

_TRIGGER = re.compile(r"\$\{[^{}]*\}(?:\s*,\s*\$\{[^{}]*\})*")
_LAST_SAVED = "last-saved#"
_CLOCKS = frozenset({"end", "start"})
_KEPT = frozenset({"once", "random", "uuid"})
"""What uses these is worked out once and kept; else it would differ on every turn."""


@frozen
class Survey:
    """Builds questions; gathers problems on the way."""

    outline: Outline
    book: Wordbook
    lists: Mapping[str, ChoiceList]
    files: ListFiles
    pictures: PictureFiles
    problems: list[FormProblem] = field(default_factory=list)
    tables: dict[str, tuple[Row, str]] = field(default_factory=dict)  # used, and where first

    def read(self) -> tuple[Question | Group, ...]:
        """Every question and group of the outline."""
        return tuple(self._read(node) for node in self.outline.children)

    def path_of(self, name: str) -> str | None:
        """Where the question of that name stands."""
        ref = self.outline.refs.get(name)
        return ref.path if ref else None

    def compile(
        self, row: Row, column: str, columns: Collection[str] = frozenset()
    ) -> Expression | None:
        """The expression in that cell, or None where it is empty or wrong."""
        source = row.get(column)
        if not source:
            return None
        try:
            expression = compile_expression(
                source,
                self._resolve,
                columns=frozenset(columns),
                validators=VALIDATORS,
                is_strict=True,
            )
        except ExpressionError as error:
            self._refuse(row, column, error)
            return None
        for table in expression.tables:
            self.tables.setdefault(table, (row, column))
        return expression

    def _refuse(self, row: Row, column: str, error: ExpressionError) -> None:
        found = {f"p{place}": text for place, text in enumerate(error.params)}
        params: Params = {**found, "position": error.position + 1, "source": row.get(column)}
        self.problems.append(FormProblem(error.code, row.sheet, row.number, column, params))

    def _resolve(self, name: str) -> Ref:
        if name.startswith(_LAST_SAVED):
            raise ExpressionError("expression.last_saved", (name.removeprefix(_LAST_SAVED),))
        ref = self.outline.refs.get(name)
        if ref is None:
            near = nearest(name, self.outline.refs)
            code = "misspelt_question" if near else "unknown_question"
            raise ExpressionError(f"expression.{code}", (name, near))
        return ref

    def _read(self, node: Node) -> Question | Group:
        return self._group(node) if node.is_group else self._question(node)

    def _group(self, node: Node) -> Group:
        row = node.row
        return Group(
            path=node.path,
            name=node.name,
            label=self._text(node, "label"),
            children=tuple(self._read(child) for child in node.children),
            relevant=self.compile(row, "relevant"),
            repeats=node.type == REPEAT,
            repeat_count=self.compile(row, "repeat_count"),
            appearance=frozenset(row.get("appearance").split()),
        )

    def _question(self, node: Node) -> Question:
        row = node.row
        if node.name == f"{row.get('name')}_{OTHER}":
            return self._specify_other(node)
        choices = self._choices(node)
        calculation, default, change = self._worked_out(node)
        return Question(
            path=node.path,
            name=node.name,
            type=node.type,
            label=self._text(node, "label"),
            hint=self._text(node, "hint"),
            brief=self._text(node, "chat::brief", "brief"),
            guidance=self._text(node, "guidance_hint"),
            appearance=frozenset(row.get("appearance").split()),
            parameters=self._parameters(row),
            choices=choices.choices,
            choice_filter=self.compile(row, "choice_filter", choices.columns),
            required=self._yes_no_or(row, "required"),
            required_message=self._text(node, "required_message"),
            relevant=self.compile(row, "relevant"),
            constraint=self.compile(row, "constraint"),
            constraint_message=self._text(node, "constraint_message"),
            calculation=calculation,
            default=default,
            read_only=self._yes_no_or(row, "read_only")
            or (calculation is not None and node.type not in SILENT),
            change=change,
            save_to=self._named(row, "save_to", FIELDS)
            or self._named(row, "chat::save_to", FIELDS),
            house=self._house(row),
            picture=self.pictures.read(row),
        )

    def _specify_other(self, node: Node) -> Question:
        source = f"selected(${{{node.row.get('name')}}}, '{OTHER}')"
        words = {code: say("form.specify_other", code) for code in self._languages()}
        relevant = compile_expression(source, self._resolve)
        return Question(node.path, node.name, "text", Text(words), relevant=relevant)

    def _languages(self) -> Sequence[str]:
        return tuple(dict.fromkeys((self.book.default, *self.book.languages)))

    def _text(self, node: Node, column: str, part: str = "") -> Text:
        words = node.row.words(column, self.book.default)
        if not words:
            return NO_TEXT
        for code, text in words.items():
            for found in REFERENCE.finditer(text):
                if self.path_of(found.group(1)) is None:
                    name = found.group(1)
                    params = {
                        "name": name,
                        "nearest": nearest(name, self.outline.refs),
                        "language": code,
                    }
                    self.problems.append(node.row.problem("text_reference", column, params))
        return self.book.text(words, f"{node.path}:{part or column}", self.path_of)

    def _choices(self, node: Node) -> ChoiceList:
        if not node.list_name:
            return ChoiceList((), frozenset())
        if node.from_file:
            return self._file(node)
        found = self.lists.get(node.list_name)
        if found is None:
            params = {"list": node.list_name, "nearest": nearest(node.list_name, self.lists)}
            self.problems.append(node.row.problem("list_unknown", "type", params))
            return ChoiceList((), frozenset())
        if not node.or_other:
            return found
        words = {code: say("form.other", code) for code in self._languages()}
        return ChoiceList((*found.choices, Choice(OTHER, Text(words))), found.columns)

    def _file(self, node: Node) -> ChoiceList:
        """A list handed in beside the form, else one of the register."""
        name, asked = node.list_name, self._parameters(node.row, tell=False)
        columns = Columns(asked.get("value", "name"), asked.get("label", "label"))
        found = self.files.choices(name, columns)
        if found is None and name.endswith(ENDING) and columns == Columns():
            found = register_list(name.removesuffix(ENDING), self.book)
        if found is not None:
            return found
        code = "file_unknown" if name.endswith(ENDING) else "file_ending"
        params = {"list": name, "nearest": nearest_file(name, (*self.files.files, *OPTIONS))}
        self.problems.append(node.row.problem(code, "type", params))
        return ChoiceList((), frozenset({"name", "label"}))

    def _worked_out(
        self, node: Node
    ) -> tuple[Expression | None, Expression | str | None, Change | None]:
        """What is always worked out, the default, and what is worked out and then kept.

        A question with a trigger is asked again when it fires, with the new value proposed.
        """
        row, is_silent = node.row, node.type in SILENT
        calculation, default = self.compile(row, "calculation"), self._default(row)
        if node.type in _CLOCKS:
            calculation = compile_expression("now()", self._resolve)
        if row.get("trigger"):
            kept = calculation if is_silent else None
            proposed = default if calculation is None else calculation
            return None, proposed, Change(self._triggers(node), kept)
        if node.type == "start":
            return None, None, Change((), calculation, from_start=True)
        if is_silent and calculation is not None and calculation.functions & _KEPT:
            paths = tuple(sorted(calculation.refs - {node.path}))
            return None, default, Change(paths, calculation, from_start=True, keeps_kind=True)
        if is_silent and isinstance(default, Expression) and calculation is None:
            return None, None, Change((), default, from_start=True)
        return calculation, default, None

    def _triggers(self, node: Node) -> tuple[str, ...]:
        """The questions whose change fires this one: `${a}` or `${a}, ${b}`."""
        source = node.row.get("trigger")
        if not _TRIGGER.fullmatch(source):
            self.problems.append(node.row.problem("trigger_shape", "trigger", {"text": source}))
            return ()
        paths: list[str] = []
        for found in REFERENCE.finditer(source):
            try:
                ref = self._resolve(found.group(1))
            except ExpressionError as error:
                self._refuse(node.row, "trigger", error)
                continue
            if ref.repeat not in ("", node.repeat) or ref.type == REPEAT:
                params = {"name": found.group(1)}
                self.problems.append(node.row.problem("trigger_repeat", "trigger", params))
            paths.append(ref.path)
        return tuple(paths)

    def _yes_no_or(self, row: Row, column: str) -> bool | Expression:
        """A cell that holds yes, no or a condition."""
        source = row.get(column)
        if is_yes_no(source):
            return is_yes(source)
        return self.compile(row, column) or False

    def _default(self, row: Row) -> Expression | str | None:
        """`today()` and what reads an answer are worked out; all else is the answer itself."""
        source = row.get("default")
        is_dynamic = "${" in source or (source.endswith(")") and "(" in source)
        return self.compile(row, "default") if is_dynamic else source or None

    def _parameters(self, row: Row, *, tell: bool = True) -> Mapping[str, str]:
        words = row.get("parameters").replace(",", " ").replace(";", " ").split()
        for word in words:
            if "=" not in word and tell:
                self.problems.append(row.problem("parameter_shape", "parameters", {"text": word}))
        return dict(word.split("=", 1) for word in words if "=" in word)

    def _named(self, row: Row, column: str, known: Collection[str]) -> str | None:
        """A cell that names a row of a table."""
        name = row.get(column)
        if name and name not in known:
            advice = {"name": name, "nearest": nearest(name, known)}
            self.problems.append(row.problem("name_unknown", column, advice))
            return None
        return name or None

    def _house(self, row: Row) -> House:
        return House(
            ask_later=row.is_yes("chat::ask_later"),
            consent=row.get("chat::consent") or None,
            evidence=self._named(row, "chat::evidence", PAPERS),
            fact=self._named(row, "chat::fact", FACTS),
            insist=row.is_yes("chat::insist"),
            mask=self._named(row, "chat::mask", (*MASKS, *KINDS)),
            own=row.is_yes("chat::own"),
            proposal=self.compile(row, "chat::proposal"),
            reads=row.get("chat::reads") or None,
            role=self._named(row, "chat::role", ROLES),
            sensitive=row.is_yes("chat::sensitive"),
            web_only=row.is_yes("chat::web_only"),
        )
