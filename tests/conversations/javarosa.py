"""The reference engine for tests: JavaRosa from pyxform's wheel, asked in one batch per start.

Answers and expressions go in as lines, kinds and values come back. Needs `java` and `javac`;
`find_reason_missing` says what is not there.
"""

import base64
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyxform

from conversations.expressions.coercion import write_number

JAR = Path(pyxform.__file__).parent / "validators/odk_validate/bin/ODK_Validate.jar"
SOURCE = Path(__file__).with_name("Reference.java")
ZONE = "Asia/Shanghai"

_MANY_DIGITS = re.compile(r"-?[0-9]+\.[0-9]{14,}(?:E-?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Given:
    """What the reference says of an expression: kind text, number, boolean, date or error."""

    kind: str
    text: str


def shortest(text: str) -> str:
    """The text with each long number in the fewest digits that mean the same number to the last
    bit: before version 19 Java wrote one too many, or a wrong last one (JDK-4511638).
    """
    return _MANY_DIGITS.sub(lambda found: write_number(float(found[0])), text)


def find_reason_missing() -> str:
    for program in ("java", "javac"):
        if shutil.which(program) is None:
            return f"NOT COMPARED WITH THE REFERENCE ENGINE: {program} is not installed"
    return "" if JAR.exists() else "NOT COMPARED WITH THE REFERENCE ENGINE: pyxform has no jar"


def compile_reference(folder: Path) -> Path:
    """The class of the reference, compiled into a folder."""
    command = ["javac", "-nowarn", "-cp", str(JAR), "-d", str(folder), str(SOURCE)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def ask(
    classes: Path,
    answers: Mapping[str, tuple[str, str]],
    expressions: Sequence[str],
    place: str = "-",
) -> tuple[Given, ...]:
    """`answers`: name -> (type, canonical text); names and the place as in Reference.java."""
    lines = [f"= {name} {kind} {_encode(text)}" for name, (kind, text) in answers.items()]
    lines += [f"? {place} {_encode(expression)}" for expression in expressions]
    said = _run(classes, lines)
    if len(said) != len(expressions):
        raise AssertionError(f"asked {len(expressions)}, answered {len(said)}")
    return said


def _run(classes: Path, lines: Iterable[str]) -> tuple[Given, ...]:
    command = ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", f"-Duser.timezone={ZONE}"]
    command += ["-Duser.language=en", "-cp", f"{JAR}:{classes}", "Reference"]
    text = "\n".join(lines) + "\n"
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    pairs = (line.split(" ", 1) for line in done.stdout.splitlines() if " " in line)
    return tuple(
        Given(kind, base64.b64decode(value).decode("utf-8", "replace"))
        for kind, value in pairs
        if kind in {"text", "number", "boolean", "date", "error"}
    )


def _encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
