"""The reviewer's checklist: which papers the rule asks, which picture meets it, what is missing,
and what a machine can compare. Hints, never verdicts. Pure.

Called by the case page. Rule: R15, R16, R19, R90, R235, K10.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from admin.sheets import PaperLine
from registry.evidence import EVIDENCE, EvidenceRule
from registry.submissions import Content
from registry.values import KINDS, derive

GOOD, LOOK, MISSING = "good", "look", "missing"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One group of the rule: any of these kinds, and the pictures that meet it."""

    kinds: tuple[str, ...]
    labels: tuple[str, ...]  # of the pictures shown
    state: str  # good or missing


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing the machine compared. `key` of the catalogue says it."""

    key: str
    state: str  # good or look
    params: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Checklist:
    """Both halves. `hidden`: how many groups these eyes may only know to be met or not."""

    wanted: tuple[Wanted, ...]
    compared: tuple[Compared, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every group is met."""
        return all(one.state == GOOD for one in self.wanted)


def checklist(
    rule_code: str | None, content: Content, papers: tuple[PaperLine, ...], known: "Known"
) -> Checklist:
    """For one case. `papers` are the pictures as this reader may see them."""
    rule = EVIDENCE.get(rule_code or "")
    wanted = tuple(_wanted(rule, content, papers)) if rule is not None else ()
    return Checklist(wanted, tuple(_compared(known)))


@dataclass(frozen=True, slots=True)
class Known:
    """What is compared; nothing of it is shown but days."""

    fields: Mapping[str, str]  # as proposed, over what the register holds
    codes: Mapping[str, str]  # of the paper
    today: date
    months: int | None = None  # how long one suspension may last, where the school has said (U3)


def _wanted(
    rule: EvidenceRule, content: Content, papers: tuple[PaperLine, ...]
) -> Iterator[Wanted]:
    for group in rule.groups(content.codes()):
        met = tuple(dict.fromkeys(paper.label for paper in papers if paper.kind in group))
        shown = {paper.kind for paper in content.evidence}
        yield Wanted(tuple(sorted(group)), met, GOOD if group & shown else MISSING)


def _compared(known: Known) -> Iterator[Compared]:
    yield from _number(known)
    yield from _hospital(known)
    yield from _suspension(known)


def _number(known: Known) -> Iterator[Compared]:
    """Number ↔ its check digit ↔ birth date ↔ sex."""
    number = known.codes.get("id_number", "")
    if not number:
        return
    derived = derive(number)
    if derived is None:
        is_card = known.fields.get("id_type", "1") == "1"
        if is_card:
            yield Compared("check.number_odd", LOOK, {})
        return
    is_read = KINDS["id_card"].read(number).problem is None
    yield _said("number", is_good=is_read)
    birth, sex = known.fields.get("birth_date", ""), known.fields.get("sex", "")
    if birth:
        yield _said("birth", is_good=derived.birth_date.isoformat() == birth)
    if sex:
        yield _said("sex", is_good=derived.sex == sex)


def _hospital(known: Known) -> Iterator[Compared]:
    """A diagnosis is of a hospital of the county or above, as the family says (R88, R90, K10)."""
    level = known.codes.get("hospital_level", "")
    if level:
        yield _said("hospital", is_good=level != "other")


def _suspension(known: Known) -> Iterator[Compared]:
    """From ≤ until, not over already, not longer than the school has said (U3)."""
    until = _day(known.codes.get("suspended_until", ""))
    if until is None:
        return
    since = _day(known.fields.get("suspended_from", ""))
    if since is not None:
        yield _said("span", is_good=since < until)
    yield _said("until", is_good=until > known.today)
    if since is not None and known.months is not None:
        yield _said("months", is_good=_months(since, until) <= known.months, months=known.months)


def _said(what: str, *, is_good: bool, **params: str | int) -> Compared:
    state = GOOD if is_good else LOOK
    return Compared(f"check.{what}_{state}", state, params)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _months(since: date, until: date) -> int:
    """Begun months between two days."""
    whole = (until.year - since.year) * 12 + until.month - since.month
    return whole + (until.day > since.day)
