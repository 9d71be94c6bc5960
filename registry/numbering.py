"""学号, the school's own number: segments in an order the school sets, allotted once, then opaque.

The default is the twelve digits of the school's rules: year 4, stage or branch 2, grade or track
2, class 2, personal number 2 (R196–R202, K17). Nothing here reads a number back: after a change of
class or a suspension it no longer says where the child is (R206, K12). Called by who allots.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from registry.frozen import frozen
from registry.problems import RuleError


class Part(StrEnum):
    """What a segment stands for."""

    year = "year"  # year of entry, R197
    branch = "branch"  # stage or branch, R198
    track = "track"  # grade at entry, or track, R199
    school_class = "school_class"  # R200
    sequence = "sequence"  # within all that stands before it, from 1, R201


class SegmentOverflow(RuleError):
    """A segment cannot hold its value: a class beyond 99, a hundredth child. Staff must decide."""

    def __init__(self, part: Part, value: int, highest: int) -> None:
        """`highest` is the largest number the segment holds."""
        super().__init__(_OVERFLOWS[part], {"value": value, "highest": highest})
        self.part = part


@frozen
class Segment:
    """Some digits of the number."""

    part: Part
    digits: int

    @property
    def highest(self) -> int:
        """The largest number that fits."""
        return int(10**self.digits) - 1


@frozen
class Scheme:
    """The order of segments; the sequence stands last, each part at most once."""

    segments: tuple[Segment, ...]

    def __post_init__(self) -> None:
        """Refuse a scheme that could give two children one number."""
        parts = [segment.part for segment in self.segments]
        in_order = parts[-1:] == [Part.sequence] and len(set(parts)) == len(parts)
        if not in_order or any(not 1 <= segment.digits <= 6 for segment in self.segments):
            raise RuleError("number.scheme")


@frozen
class Placing:
    """Where a child stands when the number is allotted."""

    entry_year: int
    branch: int
    track: int
    school_class: int


SCHOOL_SCHEME = Scheme(
    (
        Segment(Part.year, 4),
        Segment(Part.branch, 2),
        Segment(Part.track, 2),
        Segment(Part.school_class, 2),
        Segment(Part.sequence, 2),
    )
)

_OVERFLOWS: Mapping[Part, str] = MappingProxyType(
    {part: f"number.{part}_overflow" for part in Part}
)
_LOWEST: Mapping[Part, int] = MappingProxyType(
    {Part.year: 0, Part.branch: 0, Part.track: 0, Part.school_class: 1, Part.sequence: 1}
)


def prefix(scheme: Scheme, placing: Placing) -> str:
    """Everything before the personal number: what the numbers already taken are asked by.

    Raises: SegmentOverflow, `number.…_overflow`.
    """
    values = {
        Part.year: placing.entry_year,
        Part.branch: placing.branch,
        Part.track: placing.track,
        Part.school_class: placing.school_class,
    }
    return "".join(_digits(segment, values[segment.part]) for segment in scheme.segments[:-1])


def allot(scheme: Scheme, placing: Placing, taken: Collection[str]) -> str:
    """The lowest free number. `taken` holds every number ever allotted, retired ones too (R207).

    Raises: SegmentOverflow, `number.sequence_overflow` when the class has used up its numbers.
    """
    head, last = prefix(scheme, placing), scheme.segments[-1]
    for sequence in range(1, last.highest + 1):
        number = head + _digits(last, sequence)
        if number not in taken:
            return number
    raise SegmentOverflow(last.part, last.highest + 1, last.highest)


def allot_all(
    scheme: Scheme, placings: Sequence[Placing], taken: Collection[str]
) -> tuple[str, ...]:
    """One number each, in the order given, which is the school's to choose (U11)."""
    used = set(taken)
    numbers = []
    for placing in placings:
        numbers.append(allot(scheme, placing, used))
        used.add(numbers[-1])
    return tuple(numbers)


def _digits(segment: Segment, value: int) -> str:
    if not _LOWEST[segment.part] <= value <= segment.highest:
        raise SegmentOverflow(segment.part, value, segment.highest)
    return f"{value:0{segment.digits}d}"
