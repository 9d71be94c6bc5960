"""The skeleton of a form: which rows are questions, groups and ends, and where each one stands.

Types, names and nesting are checked here; what the other columns say is read in `survey`.
Called by the reader.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from conversations.expressions.coercion import Ref
from conversations.xlsform.columns import NAME, QUESTION_TYPES, REFUSED_TYPES, WITH_LIST
from conversations.xlsform.problems import FormProblem, Params
from conversations.xlsform.rows import Row, nearest
from registry.frozen import frozen

GROUP = "group"
REPEAT = "repeat"
EXTERNAL = "csv-external"
MAX_DEPTH = 8

_BEGIN_END = re.compile(r"(begin|end)[ _](group|repeat)", re.IGNORECASE)
_OR_OTHER = re.compile(r"\s+or[_ ]other$|\s+or specify other$", re.IGNORECASE)
_SELECTS = re.compile(r"^select (one|multiple)", re.IGNORECASE)


@dataclass(slots=True)
class Node:
    """A question, or a group with children. Filled while the sheet is read, then left alone."""

    row: Row
    type: str
    name: str
    path: str
    repeat: str = ""  # path of the repeat it stands in
    list_name: str = ""
    from_file: bool = False
    or_other: bool = False
    children: list["Node"] = field(default_factory=list)

    @property
    def is_group(self) -> bool:
        """Whether it holds others."""
        return self.type in (GROUP, REPEAT)


@frozen
class Outline:
    """The tree, and every name as expressions know it."""

    children: tuple[Node, ...]
    refs: Mapping[str, Ref]
    externals: tuple[Row, ...] = ()  # `csv-external`: a file for expressions only


def read_outline(rows: Sequence[Row]) -> tuple[Outline, list[FormProblem]]:
    """Build the tree; whatever cannot stand is reported and left out."""
    reading = _Reading()
    for row in rows:
        reading.take(row)
    reading.finish()
    found = Outline(tuple(reading.root.children), reading.refs, tuple(reading.externals))
    return found, reading.problems


def walk(nodes: Sequence[Node]) -> Iterator[Node]:
    """Every node, parents first."""
    for node in nodes:
        yield node
        yield from walk(node.children)


class _Reading:
    """The open groups while the rows go by."""

    def __init__(self) -> None:
        self.root = Node(Row("survey", 0, {}), GROUP, "", "")
        self.open = [self.root]
        self.refs: dict[str, Ref] = {}
        self.rows: dict[str, int] = {}
        self.externals: list[Row] = []
        self.problems: list[FormProblem] = []

    def take(self, row: Row) -> None:
        written = row.get("type")
        bounds = _BEGIN_END.fullmatch(" ".join(written.split()))
        if not written:
            self.problems.append(row.problem("cell_empty", "type"))
        elif bounds is None:
            self._question(row, written)
        elif bounds.group(1).lower() == "begin":
            self._begin(row, bounds.group(2).lower())
        else:
            self._end(row, bounds.group(2).lower())

    def finish(self) -> None:
        for node in self.open[1:]:
            self.problems.append(node.row.problem("group_open", "type", {"name": node.name}))

    def _begin(self, row: Row, kind: str) -> None:
        node = self._node(row, kind)
        if kind == REPEAT and node.repeat:
            self.problems.append(row.problem("repeat_nested", "type", {"name": node.name}))
        if kind == REPEAT:
            node.repeat = node.path
        if len(self.open) <= MAX_DEPTH + 1:  # what stands deeper still is told with its parent
            self.open[-1].children.append(node)
        if len(self.open) == MAX_DEPTH + 1:
            found: Params = {"name": node.name, "limit": MAX_DEPTH}
            self.problems.append(row.problem("group_deep", "type", found))
        self.open.append(node)

    def _end(self, row: Row, kind: str) -> None:
        for column, _ in row.cells:
            if column not in ("label", "name", "type"):
                self.problems.append(
                    row.problem("column_useless", column, {"type": f"end {kind}"})
                )
        if len(self.open) == 1:
            self.problems.append(row.problem("group_unopened", "type"))
            return
        node = self.open.pop()
        if node.type != kind:
            found: Params = {"name": node.name, "first": node.row.number, "opened": node.type}
            self.problems.append(row.problem("group_crossed", "type", found))

    def _question(self, row: Row, written: str) -> None:
        type_name, list_name, or_other = _read_type(written)
        if type_name == EXTERNAL:
            self.externals.append(row)
            return
        if type_name in REFUSED_TYPES:
            code = f"type_{REFUSED_TYPES[type_name]}"
            self.problems.append(row.problem(code, "type", {"type": type_name}))
            return
        if type_name not in QUESTION_TYPES:
            advice = {"type": type_name, "nearest": nearest(type_name, QUESTION_TYPES)}
            self.problems.append(row.problem("type_unknown", "type", advice))
            return
        if (type_name in WITH_LIST) != bool(list_name):
            code = "list_missing" if type_name in WITH_LIST else "type_extra"
            self.problems.append(row.problem(code, "type", {"type": type_name, "list": list_name}))
            return
        node = self._node(row, QUESTION_TYPES[type_name])
        node.list_name, node.or_other = list_name, or_other
        node.from_file = type_name.endswith("_from_file")
        self.open[-1].children.append(node)
        if or_other:
            self.open[-1].children.append(self._named(row, "text", f"{node.name}_other"))

    def _node(self, row: Row, type_name: str) -> Node:
        name = row.get("name")
        if not NAME.fullmatch(name):
            code = "name_shape" if name else "cell_empty"
            self.problems.append(row.problem(code, "name", {"name": name}))
        return self._named(row, type_name, name)

    def _named(self, row: Row, type_name: str, name: str) -> Node:
        above = self.open[-1]
        path = f"{above.path}/{name}" if above.path else name
        repeat = above.repeat
        first = self.rows.setdefault(name, row.number)
        if name in self.refs:
            found: Params = {"name": name, "first": first}
            self.problems.append(row.problem("name_twice", "name", found))
        elif type_name != GROUP:
            inside = "" if type_name == REPEAT else repeat
            self.refs[name] = Ref(path, type_name, inside, bool(row.get("calculation")))
        return Node(row, type_name, name, path, repeat)


def _read_type(written: str) -> tuple[str, str, bool]:
    """`select_one yes_no or_other` → (select_one, yes_no, True)."""
    words = _SELECTS.sub(r"select_\1", " ".join(written.split()))
    or_other = _OR_OTHER.search(words) is not None
    name, _, rest = _OR_OTHER.sub("", words).partition(" ")
    return name.lower(), rest, or_other
