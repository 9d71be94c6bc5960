"""What a command says to the person at the terminal: by key, in his language, short.

Not a log: nothing said here is kept. Given to every command by `cli`.
"""

import os
import sys
from collections.abc import Mapping

from locales import language_of, say
from registry.frozen import frozen

Params = Mapping[str, str | int]
NONE: Params = {}


@frozen
class Console:
    """The terminal, in one language."""

    language: str

    def words(self, key: str, params: Params = NONE) -> str:
        """The sentence behind a key."""
        return say(key, self.language, params)

    def say(self, key: str, params: Params = NONE) -> None:
        """One line on standard output, seen at once even through a pipe."""
        print(self.words(key, params), flush=True)

    def show(self, line: str = "") -> None:
        """A line that is no sentence: an address, a file's place, a gap."""
        print(line, flush=True)

    def complain(self, key: str, params: Params = NONE) -> None:
        """One line on standard error."""
        print(self.words(key, params), file=sys.stderr, flush=True)

    def ask(self, key: str) -> str:
        """What the person types after the question; "" at the end of the input."""
        try:
            return input(f"{self.words(key)} ").strip()
        except EOFError:
            return ""


def terminal_language(chosen: str = "") -> str:
    """XUEJI_LANGUAGE, else Chinese where the terminal speaks it, else English."""
    if chosen:
        return chosen
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    spoken = next((name for name in names if name), "")
    return language_of(spoken) or "en"
