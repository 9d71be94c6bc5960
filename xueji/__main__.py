"""The command: `python -m xueji` and the installed `xueji` both begin here.

What is loaded lives as long as the program. Looking for garbage among it would take 25 ms of the
first 750, so Python does not look before `xueji.cli` has loaded what the command needs.
"""

import gc
import sys
from collections.abc import Callable
from importlib import import_module


def main() -> int:
    """The exit code."""
    gc.disable()
    command: Callable[[], int] = import_module("xueji.cli").main
    return command()


if __name__ == "__main__":
    sys.exit(main())
