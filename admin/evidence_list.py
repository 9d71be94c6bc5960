"""The reviewer's checklist: which papers the rule asks, which picture meets it, what is missing,
and what a machine can compare. Hints, never verdicts. Pure.

Called by the case page. Rule: R15, R16, R19, R90, R235, K10.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date

from admin.sheets import Eyes, PaperLine
from registry.evidence import EVIDENCE, EvidenceRule
from registry.fields import FieldClass
from registry.frozen import frozen
from registry.policy import Sight
from registry.submissions import Content
from registry.values import KINDS, derive

GIVEN, GOOD, LOOK, MISSING = "given", "good", "look", "missing"
NUMBER_FIELDS = frozenset({"birth_date", "id_number", "id_type", "sex"})
"""Only a paper that brings one of these is compared with the number."""
COUNTY_OR_ABOVE = "county"
"""What the family answers of the hospital that wrote the diagnosis."""


@frozen
class Wanted:
    """One group of the rule: any of these kinds, and the pictures that meet it."""

    kinds: tuple[str, ...]
    labels: tuple[str, ...]  # of the pictures shown
    state: str  # given or missing: whether it matches, only a person can say


@frozen
class Compared:
    """One thing the machine compared. `key` of the catalogue says it."""

    key: str
    state: str  # good or look
    field_class: FieldClass  # of what was compared
    params: Mapping[str, str | int] = field(default_factory=dict)


@frozen
class Checklist:
    """Both halves. `has_more`: there are papers that only the registrar looks at (R40)."""

    wanted: tuple[Wanted, ...]
    compared: tuple[Compared, ...]
    has_more: bool = False


def checklist(
    rule_code: str | None, content: Content, papers: tuple[PaperLine, ...], known: "Compare"
) -> Checklist:
    """For one case. `papers` are the pictures as this reader may see them."""
    rule = EVIDENCE.get(rule_code or "")
    wanted = tuple(_wanted(rule, content, papers)) if rule is not None else ()
    seen = tuple(_called(one, known.eyes) for one in wanted if _may_know(one, known.eyes))
    compared = (one for one in _compared(known, content) if _may_compare(one, known.eyes))
    is_hidden = any(known.eyes.sees_paper(it.kind) is Sight.none for it in content.evidence)
    return Checklist(seen, tuple(compared), is_hidden or len(seen) < len(wanted))


@frozen
class Compare:
    """What is compared; nothing of it is shown but days."""

    fields: Mapping[str, str]  # as proposed, over what the register holds
    codes: Mapping[str, str]  # of the paper
    today: date
    eyes: Eyes
    months: int | None = None  # how long one suspension may last, where the school has said (U3)


def _wanted(
    rule: EvidenceRule, content: Content, papers: tuple[PaperLine, ...]
) -> Iterator[Wanted]:
    for group in rule.groups(content.codes()):
        met = tuple(dict.fromkeys(paper.label for paper in papers if paper.kind in group))
        shown = {paper.kind for paper in content.evidence}
        yield Wanted(tuple(sorted(group)), met, GIVEN if group & shown else MISSING)


def _may_know(one: Wanted, eyes: Eyes) -> bool:
    """Not even that a paper about health is wanted is for every eye."""
    return all(eyes.sees_paper(kind) is not Sight.none for kind in one.kinds)


def _called(one: Wanted, eyes: Eyes) -> Wanted:
    return replace(one, kinds=tuple(dict.fromkeys(eyes.calls(kind) for kind in one.kinds)))


def _may_compare(one: Compared, eyes: Eyes) -> bool:
    return eyes.sees(one.field_class) is not Sight.none


def _compared(known: Compare, content: Content) -> Iterator[Compared]:
    if NUMBER_FIELDS & content.fields().keys():
        yield from _number(known)
    yield from _hospital(known, content)
    yield from _suspension(known)


def _number(known: Compare) -> Iterator[Compared]:
    """Number ↔ its check digit ↔ birth date ↔ sex, as the child will stand in the register."""
    number = known.fields.get("id_number", "")
    derived = derive(number) if number else None
    if derived is None:
        return
    is_whole = KINDS["id_card"].read(number).problem is None
    yield _said("number", FieldClass.identity, is_good=is_whole)
    birth, sex = known.fields.get("birth_date", ""), known.fields.get("sex", "")
    if birth:
        is_same = derived.birth_date.isoformat() == birth
        yield _said("birth", FieldClass.identity, is_good=is_same)
    if sex:
        yield _said("sex", FieldClass.identity, is_good=derived.sex == sex)


def _hospital(known: Compare, content: Content) -> Iterator[Compared]:
    """A diagnosis is of a hospital of the county or above, as the family says (R88, R90, K10)."""
    if any(paper.kind == "diagnosis" for paper in content.evidence):
        is_good = known.codes.get("hospital_level", "") == COUNTY_OR_ABOVE
        said = _said("hospital", FieldClass.health, is_good=is_good)
        yield replace(said, state=LOOK)  # the stamp itself only a person can read


def _suspension(known: Compare) -> Iterator[Compared]:
    """From before until, not over already, not longer than the school has said (U3)."""
    until = _day(known.codes.get("suspended_until", ""))
    if until is None:
        return
    since = _day(known.fields.get("suspended_from", ""))
    if since is not None:
        yield _said("span", FieldClass.standing, is_good=since < until)
    yield _said("until", FieldClass.standing, is_good=until > known.today)
    if since is not None and known.months is not None:
        is_short = _months(since, until) <= known.months
        yield _said("months", FieldClass.plain, is_good=is_short, months=known.months)


def _said(what: str, field_class: FieldClass, *, is_good: bool, **params: str | int) -> Compared:
    state = GOOD if is_good else LOOK
    return Compared(f"check.{what}_{state}", state, field_class, params)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _months(since: date, until: date) -> int:
    """Begun months between two days."""
    whole = (until.year - since.year) * 12 + until.month - since.month
    return whole + (until.day > since.day)
