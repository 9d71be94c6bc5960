"""The `xueji` command: reads the words after it and runs the module that does the work.

A module is imported only when its command is asked for, so `xueji form check` loads no server.
Every refusal ends here as one sentence in the language of the terminal.
"""

import gc
import logging
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn, Protocol

from registry.problems import RuleError
from storage.faults import StorageError
from storage.sealing import KeyFileError, SealingError
from xueji.console import Console, terminal_language
from xueji.form_commands import add_form_parsers
from xueji.logs import set_up
from xueji.settings import ProcessSettings, read_settings

FAILED = 1
MISUSED = 2

MODULES: Mapping[str, str] = {
    "demo": "xueji.demo",
    "doctor": "xueji.doctor",
    "form": "xueji.form_commands",
    "init": "xueji.init",
    "serve": "xueji.server",
    "upgrade": "xueji.upgrade",
}
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING}
TALKATIVE = frozenset({"serve"})
"""Commands whose log is read by somebody else than the person at the terminal."""


class Command(Protocol):
    """What a module of the table offers."""

    def run(self, arguments: Namespace, settings: ProcessSettings, console: Console) -> int:
        """Do it; the exit code."""
        ...


def main(words: Sequence[str] | None = None) -> int:
    """Called by `xueji.__main__`."""
    console = Console(terminal_language())
    try:
        settings = read_settings()
        console = Console(terminal_language(settings.language))
        arguments = _parser(console).parse_args(words)
        set_up(_level(settings, arguments.command))
        return _load(arguments.command).run(arguments, settings, console)
    except KeyFileError as error:
        console.complain(error.code)
        console.complain("cli.which_file", {"path": str(error.path)})
    except (RuleError, StorageError, SealingError) as error:
        console.complain(error.code, error.params if isinstance(error, RuleError) else {})
    except KeyboardInterrupt:
        console.show()
    except BrokenPipeError:
        # `xueji form explore … | head`: nobody reads on, and Python must not try at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED


def _load(name: str) -> Command:
    """What modules hold lives as long as the program: it is not searched for garbage, then or
    later.
    """
    gc.disable()
    try:
        command: Command = import_module(MODULES[name])
        return command
    finally:
        gc.freeze()
        gc.enable()


def _level(settings: ProcessSettings, command: str) -> int:
    return LEVELS[settings.log or ("info" if command in TALKATIVE else "warning")]


def _parser(console: Console) -> ArgumentParser:
    words = console.words
    parser = _Parser(prog="xueji", description=words("cli.about"))
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name in MODULES:
        commands.add_parser(name, help=words(f"cli.{name}"), description=words(f"cli.{name}"))
    _add_init(commands.choices["init"], console)
    add_form_parsers(commands.choices["form"], console)
    return parser


def _add_init(parser: ArgumentParser, console: Console) -> None:
    for name in ("name", "telephone", "registrar"):
        parser.add_argument(f"--{name}", default="", help=console.words(f"cli.init_{name}"))
    parser.add_argument("--answers", type=Path, help=console.words("cli.init_answers"))


class _Parser(ArgumentParser):
    """Shows the whole help where a word was wrong: it is short."""

    def error(self, message: str) -> NoReturn:
        self.print_help()
        self.exit(MISUSED, f"\n{message}\n")
