"""The words after `xueji form`: which there are, what each takes, which module does it.

Light on purpose: it is read for every command. Called by `cli`.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Protocol

from registry.frozen import frozen
from xueji.console import Console
from xueji.settings import ProcessSettings


@frozen
class Option:
    """One word or switch; `key` is its help."""

    name: str
    key: str
    is_path: bool = False
    is_switch: bool = False


FILE = Option("file", "authoring.file", is_path=True)
LANGUAGE = Option("--language", "authoring.language")

ACTS: Mapping[str, tuple[str, tuple[Option, ...]]] = {
    "check": ("xueji.papers", (FILE,)),
    "diagram": ("xueji.form_acts", (FILE, LANGUAGE)),
    "diff": (
        "xueji.form_acts",
        (
            Option("old", "authoring.old", is_path=True),
            Option("new", "authoring.new", is_path=True),
        ),
    ),
    "explore": (
        "xueji.form_acts",
        (FILE, LANGUAGE, Option("--show", "authoring.show", is_switch=True)),
    ),
    "export": ("xueji.form_acts", (FILE, Option("--to", "authoring.to", is_path=True))),
    "list": ("xueji.papers", ()),
    "try": (
        "xueji.form_acts",
        (FILE, LANGUAGE, Option("--answers", "authoring.answers", is_path=True)),
    ),
}
"""Act → (module, what it takes)."""


class Acts(Protocol):
    """What a module of the table offers."""

    def run(self, arguments: Namespace, settings: ProcessSettings, console: Console) -> int:
        """Do it; the exit code."""
        ...


def add_form_parsers(parser: ArgumentParser, console: Console) -> None:
    """Every act under `xueji form`."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="|".join(ACTS))
    for name, (_, options) in ACTS.items():
        act = acts.add_parser(name, help=console.words(f"authoring.{name}"))
        for option in options:
            words = console.words(option.key)
            if option.is_switch:
                act.add_argument(option.name, action="store_true", help=words)
            elif option.is_path:
                act.add_argument(option.name, type=Path, help=words)
            else:
                act.add_argument(option.name, default="", help=words)


def run(arguments: Namespace, settings: ProcessSettings, console: Console) -> int:
    """Hand over to the module that does it."""
    module, _ = ACTS[arguments.act]
    acts: Acts = import_module(module)
    return acts.run(arguments, settings, console)
