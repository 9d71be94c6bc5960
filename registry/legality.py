"""What may not be done, or not now, as a table: said first, before twenty questions are asked.

A rule looks at the child's circumstances and at the paper or wish; where it holds, the family
reads its sentence and what can be done instead. Those that stop are checked once more when a paper
is sent. Called by the lobby and by `sending`. No official value is invented: None is not checked.
Rule: R44, R85, R233, R234, R240, R242, R243, K4, K11, K19.
"""

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date, timedelta

from registry.frozen import frozen
from registry.occasions import school_year
from registry.schools import COMPULSORY, Grade, Settings, Stage
from registry.students import Status, Student

TRANSFER_OUT = "transfer_out"
"""The wish to leave for another school: no paper of ours, the receiving school files it (K2)."""
WITHDRAWAL = "withdrawal"
TRANSFERS = frozenset({"transfer_in", TRANSFER_OUT})
LEAVING_GRADES = frozenset({6, 9})
"""The last grades of primary and junior school, whose children move on rather than transfer."""

ON_ROLL = frozenset({Status.enrolled, Status.suspended})


@frozen
class Circumstances:
    """What the rules know of a child and his school on that day."""

    today: date
    stage: Stage = Stage.primary
    grade_number: int = 1
    is_entry_grade: bool = False
    status: Status = Status.expected
    class_count: int | None = None  # children of his class on the roll; None: not counted
    class_limit: int | None = None  # of entry grades (R242)
    class_warn: int | None = None  # a class of so many is a big one (R243)
    plan_full: bool = False  # the grade's plan of admission is used up (R234)
    freeze: tuple[date, date] | None = None  # no transfers, both days included
    suspended_until: date | None = None
    return_days_before: int | None = None  # U3
    suspension_months: int | None = None  # U3


@frozen
class Sizes:
    """Children who have a place in the class and in the grade, the child himself not counted."""

    school_class: int | None = None
    grade: int | None = None


def circumstances(
    today: date, settings: Settings, grade: Grade, student: Student | None, sizes: Sizes
) -> Circumstances:
    """Those of one child, or of somebody who only claims to belong to one."""
    plan = settings.grade_plans.get(grade.id)
    first, last = settings.freeze_from, settings.freeze_until
    fields = student.fields if student is not None else {}
    return Circumstances(
        today=today,
        stage=grade.stage,
        grade_number=grade.number,
        is_entry_grade=is_entry(grade, today),
        status=student.status if student is not None else Status.expected,
        class_count=sizes.school_class,
        class_limit=settings.class_limit_entry,
        class_warn=settings.class_warn,
        plan_full=plan is not None and sizes.grade is not None and sizes.grade >= plan,
        freeze=(first, last) if first is not None and last is not None else None,
        suspended_until=day_of(fields, "suspended_until"),
        return_days_before=settings.return_days_before,
        suspension_months=settings.suspension_months,
    )


def is_entry(grade: Grade, today: date) -> bool:
    """起始年级: the cohort is in the grade it began in, in the year it came or before (R242)."""
    return grade.number == grade.entry_number and grade.entry_year >= school_year(today)


@frozen
class Objection:
    """One sentence the family reads, `legality.<code>`, and what it can do instead.

    `offers`: wishes of the lobby, and "ask", "remind", "tell". `opens`: the day from which it can
    be done. `field`: the answer that is meant, of a sent paper.
    """

    code: str
    stops: bool = True
    offers: tuple[str, ...] = ("ask",)
    opens: date | None = None
    params: Mapping[str, str | int] = field(default_factory=dict)
    field: str = ""


@frozen
class Rule:
    """One row: of which papers, when it holds, what it comes to."""

    code: str
    papers: frozenset[str]
    holds: Callable[[Circumstances], bool]
    stops: bool = True
    offers: tuple[str, ...] = ("ask",)
    opens: Callable[[Circumstances], date | None] = lambda _: None


def _is_frozen(c: Circumstances) -> bool:
    return c.freeze is not None and c.freeze[0] <= c.today <= c.freeze[1]


def transfers_open(c: Circumstances) -> date | None:
    """The first day after the freeze."""
    return c.freeze[1] + timedelta(days=1) if c.freeze else None


def return_opens(c: Circumstances) -> date | None:
    """The first day on which a return may be asked for (K11, U3)."""
    if c.suspended_until is None or c.return_days_before is None:
        return None
    return c.suspended_until - timedelta(days=c.return_days_before)


def _is_too_early(c: Circumstances) -> bool:
    opens = return_opens(c)
    return c.status is Status.suspended and opens is not None and c.today < opens


def _is_late(c: Circumstances) -> bool:
    is_over = c.suspended_until is not None and c.today > c.suspended_until
    return c.status is Status.suspended and is_over


def is_full(c: Circumstances) -> bool:
    """Whether an entry grade's class takes nobody more (R242)."""
    counted = c.class_count is not None and c.class_limit is not None
    return c.is_entry_grade and counted and (c.class_count or 0) >= (c.class_limit or 0)


def becomes_big(c: Circumstances) -> bool:
    """One more would make it a big class, where no hard limit stands."""
    counted = c.class_count is not None and c.class_warn is not None
    return not c.is_entry_grade and counted and (c.class_count or 0) + 1 >= (c.class_warn or 0)


def _leaves_this_summer(c: Circumstances) -> bool:
    return c.grade_number in LEAVING_GRADES and c.status is Status.enrolled


_NEW = frozenset({"new_student"})
_IN = frozenset({"transfer_in"})
_OUT = frozenset({TRANSFER_OUT})
_SUSPENSION = frozenset({"suspension"})
_RESUMPTION = frozenset({"resumption"})
_WITHDRAWAL = frozenset({WITHDRAWAL})

RULES: tuple[Rule, ...] = (
    # withdrawal. Law: 义务教育 knows none (K4, R44); of senior schools it is done in person
    Rule(
        "withdrawal_compulsory",
        _WITHDRAWAL,
        lambda c: c.stage in COMPULSORY,
        offers=("transfer", "suspension", "ask"),
    ),
    Rule(
        "withdrawal_in_person",
        _WITHDRAWAL,
        lambda c: c.stage not in COMPULSORY,
        offers=("tell", "ask"),
    ),
    # transfers
    Rule(
        "transfer_suspended",  # school practice of the provinces: first the return (domain §1)
        TRANSFERS,
        lambda c: c.status is Status.suspended,
        offers=("resumption", "ask"),
    ),
    Rule("transfer_leaver", _OUT, _leaves_this_summer, stops=False),
    Rule(
        "transfer_frozen",
        TRANSFERS,
        _is_frozen,
        offers=("remind", "ask"),
        opens=transfers_open,
    ),
    Rule(
        "transfer_receiving_school",  # K2, R86, R240: the record follows the child
        _OUT,
        lambda c: c.status is Status.enrolled and not _is_frozen(c),
        offers=("tell", "ask"),
    ),
    Rule("transfer_not_on_roll", _OUT, lambda c: c.status is Status.expected),
    Rule("class_full", _IN, is_full),  # R242, R243, K19
    Rule("class_big", _IN, becomes_big, stops=False),  # R233, R243, K19
    Rule("plan_full", _IN, lambda c: c.plan_full, stops=False),  # R234: 「原则上」
    # whom a paper is for
    Rule(
        "on_roll",
        _NEW | _IN,
        lambda c: c.status in ON_ROLL,
        offers=("change", "ask"),
    ),
    Rule(
        "not_on_roll",
        _SUSPENSION | frozenset({"info_change", "start_of_term_check"}),
        lambda c: c.status is Status.expected,
    ),
    Rule(
        "not_suspended",
        _RESUMPTION,
        lambda c: c.status is not Status.suspended,
        offers=("suspension", "ask"),
    ),
    # the return from a suspension (K11)
    Rule("return_early", _RESUMPTION, _is_too_early, offers=("remind", "ask"), opens=return_opens),
    Rule("return_late", _RESUMPTION, _is_late, stops=False, offers=("suspension", "ask")),
)


def objections(paper: str, c: Circumstances) -> tuple[Objection, ...]:
    """What stands in the way of this paper or wish today; what stops comes first."""
    found = [
        Objection(rule.code, rule.stops, rule.offers, rule.opens(c))
        for rule in RULES
        if paper in rule.papers and rule.holds(c)
    ]
    return tuple(sorted(found, key=lambda one: not one.stops))


def is_stopped(paper: str, c: Circumstances) -> bool:
    """Whether the paper cannot be begun."""
    return any(one.stops for one in objections(paper, c))


def day_of(values: Mapping[str, str], code: str) -> date | None:
    """That field as a day; None where it is empty or no date."""
    try:
        return date.fromisoformat(values.get(code, "")[:10])
    except ValueError:
        return None
