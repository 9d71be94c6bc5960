"""Forms nobody would write, for comparing engines: every question hangs on earlier ones."""

import random

HEADER = (
    "| | type | name | label | required | relevant | constraint | constraint_message "
    "| calculation | choice_filter | parameters |"
)
CHOICES = """
| choices |
| | list_name | name | label | group | size |
| | few | a | Red | warm | 1 |
| | few | b | Blue | cold | 2 |
| | few | c | Green | cold | 3 |
| | many | a1 | One | a | 1 |
| | many | a2 | Two | a | 2 |
| | many | b1 | Three | b | 3 |
| | many | b2 | Four | b | 4 |
| | many | c1 | Five | c | 5 |
"""
TYPES = (
    "text", "integer", "integer", "decimal", "date", "select_one few", "select_one few",
    "select_one many", "select_multiple few", "select_multiple many", "range", "calculate",
    "calculate",
)  # fmt: skip

# By type of the question read: conditions with its name in place of N and a drawn number.
CONDITIONS = {
    "text": ("${N} != ''", "string-length(${N}) > 2", "contains(${N}, 'a')", "${N} = '一'"),
    "integer": ("${N} > K", "${N} <= K", "${N} = K or ${N} = ''", "${N} mod 2 = 1"),
    "decimal": ("${N} >= K", "round(${N}) != K", "not(${N} < K)"),
    "date": ("${N} > date('2009-06-01')", "${N} != ''", "format-date(${N}, '%m') > 6"),
    "select_one few": ("${N} = 'a'", "${N} != 'b'", "selected(${N}, 'c')", "not(${N} = '')"),
    "select_one many": ("${N} = 'a1' or ${N} = 'b2'", "starts-with(${N}, 'b')", "${N} = ''"),
    "select_multiple few": ("selected(${N}, 'b')", "count-selected(${N}) > 1", "${N} = ''"),
    "select_multiple many": ("selected-at(${N}, 1) = 'a2'", "count-selected(${N}) < K"),
    "range": ("${N} >= 3", "${N} = K", "${N} * 2 > K + 1"),
    "calculate": (
        "${N} != ''",
        "${N} > K",
        "string-length(${N}) = 2",
        "${N} = ''",
        "${N} = '1'",
        "${N} = K",
        "${N}",
        "not(${N})",
        "boolean-from-string(${N})",
        "contains(${N}, '0')",
    ),
}
CONSTRAINTS = {
    "text": ("string-length(.) > 1", "regex(., '[0-9]+|[a-z ]+')", ". != ${T}"),
    "integer": (". > K", ". >= 0 and . < 50", ". != ${I}", ". <= ${I} + K"),
    "decimal": (". > 0", ". < 2 * K + 30", ". >= ${I}"),
    "date": (". <= date('2026-09-01')", ". > date('2000-01-01')", "int(. - ${D}) > 0"),
    "select_one few": (". != 'b'", ". != ${S} or . = 'a'"),
    "select_multiple few": (
        "count-selected(.) <= 2",
        "not(selected(., 'a') and selected(., 'c'))",
    ),
    "select_multiple many": ("count-selected(.) < K + 1",),
}
CALCULATIONS = (
    "${I} > K", "selected(${M}, 'a')", "${I} + K", "round(${I} div 3, 2)",
    "concat(${T}, '-', ${S})",
    "if(${I} > K, ${T}, 'none')",
    "coalesce(${T}, ${S})", "count-selected(${M})", "substr(${T}, 0, 2)", "${D} + K",
    "format-date(${D}, '%Y/%m/%d')", "int((date('2026-09-01') - ${D}) div 365.25)",
    "selected-at(${M}, 0)", "jr:choice-name(${S}, '${S}')", "if(selected(${M}, 'b'), 1, 0) * K",
    "translate(${T}, 'abc', 'xyz')", "${I} * ${I} - K", "string(${I} > K)", "number(${T}) + 1",
    "${I} * 12345678901", "${I} div 7000000000", "${I} div 70000", "${I} * 0.3 + 9000000",
    "${I} * 12345678901.5", "min(${I}, K)", "pow(${I}, 2)",
    "normalize-space(concat(' ', ${T}, ' '))",
    "-${I} mod 4", "${D}", "coalesce(${D}, '')", "if(${I} > K, ${D}, ${T})", "date(${D} + K)",
    "${C}", "${C} + K", "concat(${C}, '/')", "coalesce(${C}, ${I})", "if(${C}, ${C}, K)",
    "not(${C})", "${C} = ''", "string-length(${C})", "${C} = ${I}", "string(${C}) = ${T}",
    "${I} div 3 * 1000000007", "${I} div 0", "0.1 + 0.2 * ${I}", "number(${C}) * 1.1",
)  # fmt: skip
# Two mistakes of ODK's engine are left out. Its `max` of numbers below zero is above zero. What a
# new member changes only by being there (`count`, `join`) does not reach the conditions that were
# worked out before it in the same step; naming the repeat puts it before them.
OF_ALL_MEMBERS = (
    "sum(${N})", "count(${R})", "if(max(${N}) > 0, max(${N}), 0)",
    "if(count(${R}) > 0, join(',', ${S}), '')", "if(count(${R}) > 0, count(${S}), 0)",
    "count-non-empty(${S})",
    "indexed-repeat(${N}, ${R}, 1)", "indexed-repeat(${N}, ${R}, 2)", "min(${N})",
    "indexed-repeat(${S}, ${R}, 1)", "indexed-repeat(${S}, ${R}, count(${R}))", "concat(${S})",
    "sum(${S})", "if(max(${S}) > 0, max(${S}), 0)", "checklist(1, 2, ${S})",
    "if(count(${R}) > 1, 'many', count(${S}))",
)  # fmt: skip
FILTERS = ("group = ${S}", "size > K", "group = ${S} or size <= K", "selected(${M}, group)")
_WANTED = {
    "T": "text",
    "I": "integer",
    "D": "date",
    "S": "select_one few",
    "M": "select_multiple few",
    "C": "calculate",
}


def generate(source: random.Random, number: int) -> str:
    """The Markdown of one form."""
    made = _Form(source)
    for index in range(source.randint(8, 14)):
        made.question(f"q{index}")
        if index == 3:
            made.open("begin group", "section")
        if index == 5:
            made.close("end group")
        if index == 6:
            made.repeat()
    settings = f"| settings |\n| | form_title | form_id | version |\n| | x | made_{number} | 1 |\n"
    return "\n".join(("| survey |", HEADER, *made.lines)) + CHOICES + settings


class _Form:
    def __init__(self, source: random.Random) -> None:
        self.source = source
        self.lines: list[str] = []
        self.known: list[tuple[str, str]] = []  # (name, type) of earlier questions

    def question(
        self, name: str, types: tuple[str, ...] = TYPES, *, is_always: bool = False
    ) -> None:
        kind = self.source.choice(types)
        if kind == "calculate" and not self.known:
            kind = "integer"
        cells = {"type": kind, "name": name, "label": f"Question {name}"}
        if self.known and not is_always and self.source.random() < 0.45:
            cells["relevant"] = self.condition()
        if kind == "calculate":
            cells["calculation"] = self._fit(self.source.choice(CALCULATIONS)) or "1 + 1"
        else:
            cells |= self._checks(kind)
        if kind == "range":
            cells["parameters"] = "start=1 end=5 step=1"
        if kind.endswith("many") and self.source.random() < 0.6:
            cells["choice_filter"] = self._fit(self.source.choice(FILTERS))
        self._write(cells)
        self.known.append((name, kind))

    def _checks(self, kind: str) -> dict[str, str]:
        cells: dict[str, str] = {}
        draw = self.source.random()
        if draw < 0.3:
            cells["required"] = "yes"
        elif draw < 0.5 and self.known:
            cells["required"] = self.condition()
        if kind in CONSTRAINTS and self.source.random() < 0.5:
            cells["constraint"] = self._fit(self.source.choice(CONSTRAINTS[kind]))
            cells["constraint_message"] = "No." if cells["constraint"] else ""
        return cells

    def open(self, kind: str, name: str) -> None:
        relevant = self.condition() if self.source.random() < 0.6 else ""
        self._write({"type": kind, "name": name, "label": name, "relevant": relevant})

    def close(self, kind: str) -> None:
        self._write({"type": kind})

    def repeat(self) -> None:
        """Three questions a member; afterwards what all members say together."""
        before = list(self.known)
        self.open("begin repeat", "member")
        self.question("m_years", ("integer",), is_always=True)
        self.question("m_what", ("text", "select_one few", "date"))
        self.question("m_more", ("integer", "calculate", "calculate", "select_multiple few"))
        self._write(
            {
                "type": "calculate",
                "name": "m_place",
                "label": "Place",
                "calculation": "position(..)",
            }
        )
        self.close("end repeat")
        self.known = before
        for index in range(2):
            calculation = self.source.choice(OF_ALL_MEMBERS)
            some = self.source.choice(("m_what", "m_more"))
            for letter, name in (("N", "m_years"), ("S", some), ("R", "member")):
                calculation = calculation.replace(f"${{{letter}}}", f"${{{name}}}")
            name = f"all_{index}"
            self._write(
                {"type": "calculate", "name": name, "label": name, "calculation": calculation}
            )
            self.known.append((name, "calculate"))

    def condition(self) -> str:
        """One or two conditions on earlier questions."""
        parts = []
        for _ in range(self.source.choice((1, 1, 2))):
            name, kind = self.source.choice(self.known)
            part = self.source.choice(CONDITIONS[kind]).replace("${N}", f"${{{name}}}")
            parts.append(part.replace("K", str(self.source.randint(0, 9))))
        return self.source.choice((" and ", " or ")).join(parts)

    def _fit(self, template: str) -> str:
        """The template with earlier questions of the right types, "" where there is none."""
        for letter, kind in _WANTED.items():
            while f"${{{letter}}}" in template:
                names = [name for name, known in self.known if known == kind]
                if not names:
                    return ""
                chosen = f"${{{self.source.choice(names)}}}"
                if template.startswith("jr:choice-name"):
                    template = template.replace(f"${{{letter}}}", chosen)
                template = template.replace(f"${{{letter}}}", chosen, 1)
        return template.replace("K", str(self.source.randint(0, 9)))

    def _write(self, cells: dict[str, str]) -> None:
        names = [name.strip() for name in HEADER.strip("| ").split("|")]
        self.lines.append(
            "| | " + " | ".join(cells.get(name, "").replace("|", r"\|") for name in names) + " |"
        )
