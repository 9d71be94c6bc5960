"""What a rule says when it refuses: a code and parameters, never a sentence. Callers word it."""

from collections.abc import Mapping
from dataclasses import field

from registry.frozen import frozen


@frozen
class Problem:
    """Something to tell the person; a value, not an exception."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


class RuleError(Exception):
    """A use case refuses. `code` names the phrase that tells the person why and what to do."""

    def __init__(self, code: str, params: Mapping[str, str | int] | None = None) -> None:
        """Keep the code and parameters; the message holds the code only, never data."""
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, str | int] = params or {}


class Conflict(RuleError):
    """Somebody was faster: reload, and say who did what when."""


class NotThere(RuleError):
    """Missing or foreign: both answer alike (T1)."""

    def __init__(self) -> None:
        """No detail on purpose."""
        super().__init__("not_there")
