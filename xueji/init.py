"""`xueji init`: founds a real school: three answers, a key file, an empty database, an invitation.

Run once. Everything else of the school is set up in the panel, by the registrar it invites.
"""

import shlex
import sys
import tomllib
from argparse import Namespace
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from registry.frozen import frozen
from registry.problems import RuleError
from registry.setup import found_school
from registry.values import KINDS
from storage.database import Database
from storage.links import EntryKind, NewEntry, make_entry
from storage.migration import migrate
from storage.school_books import schools
from storage.sealing import create_key_file, sync_directory
from storage.unit import Unit
from xueji.calendar import seed_calendar
from xueji.console import Console
from xueji.opening import open_database, school_clock
from xueji.settings import ProcessSettings

INVITATION = timedelta(days=7)
MAX_NAME = 60
TRIES = 3
MAX_ANSWERS_BYTES = 16 * 1024


@frozen
class Answers:
    """What must be known to found a school."""

    name: str
    telephone: str
    registrar: str


def run(arguments: Namespace, settings: ProcessSettings, console: Console) -> int:
    """Raises: RuleError `init.…` with nothing changed."""
    require_empty(settings)
    given = _read_answers(arguments.answers) if arguments.answers else _given(arguments)
    answers = _checked(_complete(given, console))
    prepare(settings)
    with open_database(settings) as db:
        token = _found(db, answers)
    _tell(settings, answers, token, console)
    return 0


def require_empty(settings: ProcessSettings) -> None:
    """A home of an installation that was never finished counts as empty.

    Raises: RuleError `init.not_empty`, `init.foreign_files`.
    """
    home = settings.home
    params = {"home": str(home)}
    ours = {
        settings.key_path.name, "lock", "files", "xueji.sqlite", "xueji.sqlite-wal",
        "xueji.sqlite-shm",
    }  # fmt: skip
    if home.exists() and any(path.name not in ours for path in home.iterdir()):
        raise RuleError("init.foreign_files", params)
    if settings.key_path.exists() and _has_school(settings):
        raise RuleError("init.not_empty", params)


def prepare(settings: ProcessSettings) -> None:
    """The home (mode 700), the key file (mode 600) and the empty database."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.home.chmod(0o700)
    if not settings.key_path.exists():
        settings.key_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        create_key_file(settings.key_path)
    migrate(settings.database_url, settings.home)
    sync_directory(settings.home)


def _has_school(settings: ProcessSettings) -> bool:
    migrate(settings.database_url, settings.home)
    with open_database(settings) as db:
        return bool(db.read_now(schools))


def _given(arguments: Namespace) -> Answers:
    return Answers(arguments.name, arguments.telephone, arguments.registrar)


def _read_answers(path: Path) -> Answers:
    try:
        with path.open("rb") as file:
            found = tomllib.loads(file.read(MAX_ANSWERS_BYTES).decode("utf-8"))
        return Answers(*(str(found[name]) for name in ("name", "telephone", "registrar")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError):
        raise RuleError("init.answers_wrong", {"path": str(path)}) from None


def _complete(given: Answers, console: Console) -> Answers:
    """Raises: RuleError `init.…`."""
    if not (given.name and given.telephone and given.registrar):
        console.say("init.hello")
    return Answers(
        given.name or _asked(console, "init.ask_name", _name),
        given.telephone or _asked(console, "init.ask_telephone", _telephone),
        given.registrar or _asked(console, "init.ask_registrar", _registrar),
    )


def _asked(console: Console, question: str, check: Callable[[str], str]) -> str:
    """A slip of the finger is asked again, not the whole list."""
    for _ in range(TRIES - 1):
        answer = console.ask(question)
        try:
            return check(answer)
        except RuleError as wrong:
            if not answer:
                raise
            console.complain(wrong.code, wrong.params)
    return check(console.ask(question))


def _checked(answers: Answers) -> Answers:
    """Raises: RuleError `init.…`."""
    return Answers(
        _name(answers.name), _telephone(answers.telephone), _registrar(answers.registrar)
    )


def _name(text: str) -> str:
    name = text.strip()
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise RuleError("init.name_missing")
    return name


def _telephone(text: str) -> str:
    read = KINDS["phone"].read(text)
    if not read.is_accepted:
        raise RuleError("init.telephone_wrong")
    return read.text


def _registrar(text: str) -> str:
    read = KINDS["name"].read(text)
    if not read.is_accepted:
        raise RuleError("init.registrar_wrong")
    return read.text


def _found(db: Database, answers: Answers) -> str:
    """The invitation's token."""
    now = school_clock()

    def found(unit: Unit) -> str:
        school, registrar = found_school(
            unit, answers.name, answers.telephone, answers.registrar, now
        )
        seed_calendar(unit, unit.load_actor(school.id, registrar.id), now)
        invitation = NewEntry(
            EntryKind.invite, school.id, actor_id=registrar.id, expires_at=now + INVITATION
        )
        return make_entry(unit, invitation, now)

    return db.write_now(found)


def _serve(settings: ProcessSettings) -> str:
    """The command that opens this school, as this one was called."""
    usual = ProcessSettings.model_fields
    named = {
        f"XUEJI_{name.upper()}": str(getattr(settings, name))
        for name in ("home", "key_file", "bind")
        if getattr(settings, name) != usual[name].default
    }
    program = sys.argv[0] if Path(sys.argv[0]).name == "xueji" else "xueji"
    said = [f"{name}={shlex.quote(value)}" for name, value in named.items()]
    return " ".join([*said, shlex.quote(program), "serve"])


def _tell(settings: ProcessSettings, answers: Answers, token: str, console: Console) -> None:
    console.say("init.done", {"name": answers.name})
    console.show()
    console.say("init.invitation", {"days": INVITATION.days})
    console.show(f"  {settings.address_at(settings.port)}/l/{token}")
    console.show()
    console.say("init.key", {"path": str(settings.key_path.absolute())})
    console.say("init.next")
    console.show(f"  {_serve(settings)}")
