"""Which papers a case must show: rules as data, "all of these, each by any one of those" (R16,
R36, R104).

Asked by the dialogue, checked again at submission, and shown to the reviewer as a checklist.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """Every group must be met by one of its kinds: A and (B or C)."""

    code: str
    groups: tuple[frozenset[str], ...]

    def missing(self, shown: Collection[str]) -> tuple[frozenset[str], ...]:
        """The groups nothing shown meets."""
        return tuple(group for group in self.groups if not group & set(shown))


EVIDENCE: Mapping[str, EvidenceRule] = {
    "household_register": EvidenceRule("household_register", (frozenset({"household_register"}),)),
}
