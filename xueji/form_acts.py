"""`xueji form try`, `explore`, `diagram`, `export` and `diff`: a form's author at the terminal.

Opens no data and runs beside the program. A form is .md, .xlsx or .csv. Called by `form_commands`.
"""

from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.terminal import Terminal
from conversations.authoring.diagram import diagram
from conversations.authoring.exploring import Exploration, explore, transcript
from conversations.authoring.exporting import export, register_lists
from conversations.authoring.forms_check import worded
from conversations.authoring.moving import Change, compare, move
from conversations.form import Form
from conversations.turn import Facts, FormWords
from conversations.wording import words
from conversations.xlsform.reader import inspect
from conversations.xlsform.sheets import Workbook, write_markdown
from documents.xlsx import write_xlsx
from locales import LANGUAGES, say
from registry.actors import Actor
from registry.problems import RuleError
from registry.schools import School
from xueji.console import Console
from xueji.form_files import picture_paths, read_workbook
from xueji.settings import ProcessSettings

ZONE = ZoneInfo("Asia/Shanghai")
CHANGE = "authoring.change_"


def run(arguments: Namespace, _: ProcessSettings, console: Console) -> int:
    """0 = done and nothing wrong."""
    return _ACTS[arguments.act](arguments, console)


def _read(path: Path, console: Console) -> Form | None:
    """The form, or None after every problem has been told."""
    form, problems = inspect(read_workbook(path))
    for problem in problems:
        if not problem.is_warning:
            console.show(f"{console.words('cli.form_fault')} {worded(problem, console.language)}")
    return form


def _try(arguments: Namespace, console: Console) -> int:
    form = _read(arguments.file, console)
    if form is None:
        return 1
    lines = _script(arguments.answers) if arguments.answers else None
    language = _language(arguments, console)
    asked = _typed if lines is None else _replayed(lines, console)
    sent = Terminal(form, _facts(language), asked, console.show, language).run()
    return 1 if sent is None and lines is not None else 0


def _explore(arguments: Namespace, console: Console) -> int:
    form = _read(arguments.file, console)
    if form is None:
        return 1
    language = _language(arguments, console)
    found = explore(form, _facts(language))
    if arguments.show:
        for number, walk in enumerate(found.walks, start=1):
            console.say("authoring.walk", {"number": number})
            console.show(transcript(walk, language))
    _tell(found, language, console)
    return 0 if found.is_sound else 1


def _tell(found: Exploration, language: str, console: Console) -> None:
    counts = {"walks": found.walk_count, "steps": found.steps, "refused": found.refused}
    console.say("authoring.explored", counts)
    for path in found.unreached:
        console.say("authoring.unreached", {"path": path})
    for end in found.dead_ends:
        said = "; ".join(f"{path} = {text}" for path, text in end.said.items())
        params = {"path": end.path, "label": words(end.label, language), "said": said}
        console.say("authoring.endless" if end.is_endless else "authoring.dead_end", params)
    for path in found.always:
        console.say("authoring.always", {"path": path})
    if found.is_sound:
        console.say("authoring.sound")


def _diagram(arguments: Namespace, console: Console) -> int:
    form = _read(arguments.file, console)
    if form is None:
        return 1
    console.show(diagram(form, _language(arguments, console)).rstrip("\n"))
    return 0


def _export(arguments: Namespace, console: Console) -> int:
    if _read(arguments.file, console) is None:
        return 1
    source = read_workbook(arguments.file)
    workbook = export(source)
    if arguments.to is None:
        console.show(write_markdown(workbook).rstrip("\n"))
        return 0
    write = _WRITERS.get(arguments.to.suffix.lower())
    if write is None:
        raise RuleError("sheets.unknown_kind")
    files = {arguments.to: write(workbook)}
    for name, rows in register_lists(source).items():
        text = "".join(f"{','.join(row)}\n" for row in rows)
        files[arguments.to.with_name(name)] = text.encode()
    for name, picture in picture_paths(arguments.file, source).items():
        files[arguments.to.with_name(name)] = picture.read_bytes()
    for path, content in files.items():
        path.write_bytes(content)
        console.say("authoring.written", {"path": str(path)})
    return 0


def _diff(arguments: Namespace, console: Console) -> int:
    old, new = _read(arguments.old, console), _read(arguments.new, console)
    if old is None or new is None:
        return 1
    changes = compare(old, new)
    for change in changes:
        console.say(f"{CHANGE}{change.kind}", _change(change, console.language))
    if not changes:
        console.say("authoring.no_change")
    _tell_drafts(old, new, console)
    return 0


def _tell_drafts(old: Form, new: Form, console: Console) -> None:
    """What families in the middle of the old version would be asked: told from trial walks."""
    asked: dict[str, None] = {}
    dropped: dict[str, None] = {}
    for walk in explore(old, _facts(console.language)).walks:
        moved = move(walk.draft, old, new, walk.facts)
        asked |= dict.fromkeys(map(_question, moved.asked))
        dropped |= dict.fromkeys(map(_question, moved.dropped))
    for key, paths in (("authoring.drafts_asked", asked), ("authoring.drafts_dropped", dropped)):
        if paths:
            console.say(key, {"paths": ", ".join(paths)})
    if not asked and not dropped:
        console.say("authoring.drafts_same")


def _question(path: str) -> str:
    """A member's question, named once for all members."""
    repeat, sign, rest = path.partition("#")
    return f"{repeat}/{rest.partition('/')[2]}" if sign else path


def _change(change: Change, language: str) -> Mapping[str, str]:
    return {
        "name": change.name,
        "label": words(FormWords(change.label), language).partition("\n")[0],
        "before": change.before,
        "after": change.after,
    }


def _language(arguments: Namespace, console: Console) -> str:
    chosen: str = arguments.language or console.language
    if chosen not in LANGUAGES:
        raise RuleError("authoring.language_unknown", {"known": ", ".join(LANGUAGES)})
    return chosen


def _facts(language: str) -> Facts:
    """An invented person in an invented school, now."""
    school = School("school", say("authoring.school", language), "010-00000000")
    return Facts(datetime.now(ZONE), language, Actor("family", "school"), school, is_web=True)


# ---- lines


def _typed() -> str | None:
    try:
        return input("› ")
    except EOFError:
        return None


def _script(path: Path) -> Iterator[str]:
    try:
        return iter(path.read_text("utf-8-sig").splitlines())
    except OSError:
        raise RuleError("cli.file_unreadable", {"path": str(path)}) from None
    except UnicodeDecodeError:
        raise RuleError("cli.file_not_text", {"path": str(path)}) from None


def _replayed(lines: Iterator[str], console: Console) -> Callable[[], str | None]:
    """The lines of a script, each shown as if it were typed."""

    def read() -> str | None:
        line = next(lines, None)
        if line is not None:
            console.show(f"› {line}")
        return line

    return read


# ---- files


def _xlsx(workbook: Workbook) -> bytes:
    return write_xlsx(
        {name: [line.cells for line in lines] for name, lines in workbook.sheets.items()}
    )


def _markdown(workbook: Workbook) -> bytes:
    return write_markdown(workbook).encode()


_WRITERS: Mapping[str, Callable[[Workbook], bytes]] = {".md": _markdown, ".xlsx": _xlsx}

_ACTS: Mapping[str, Callable[[Namespace, Console], int]] = {
    "diagram": _diagram,
    "diff": _diff,
    "explore": _explore,
    "export": _export,
    "try": _try,
}
