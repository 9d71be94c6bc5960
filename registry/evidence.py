"""Which papers a case must show: rules as data, "all of these, each by any one of those", where a
condition over the paper holds (R9, R16, R36, R90, R104, R235, R262, K10).

Asked by the dialogue, checked again at submission, and shown to the reviewer as a checklist.
"(A and B) or C" is written as the groups {A, C} and {B, C}.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from registry.conditions import ALWAYS, Condition, all_of, any_of, changes, is_in, not_
from registry.frozen import frozen
from registry.options import ID_TYPE
from registry.students import Student

_NOTHING: Mapping[str, str] = MappingProxyType({})

PAPERS = frozenset(
    {
        "birth_certificate",
        "diagnosis",  # of a hospital of the county or above (K10)
        "entrust_paper",
        "household_change_page",
        "household_first_page",
        "household_head_page",  # where the school types from pictures
        "household_register",  # the child's own page
        "id_card",
        "major_event_proof",
        "name_change_proof",  # of the police
        "other_paper",
        "property_paper",
        "recovery_proof",  # the doctor thinks school is possible (R42)
        "residence_permit",
        "transfer_proof",  # record sheet or transfer sheet of the old school (R146, R235)
        "treatment_voucher",
        "work_proof",  # of a parent's new place of work (R36)
    }
)
"""Every kind of paper a question may ask a picture of."""


@frozen
class Row:
    """Where this holds of the paper, every group must be met by one of its kinds."""

    when: Condition
    groups: tuple[frozenset[str], ...]


@frozen
class EvidenceRule:
    """All rows that hold count together."""

    code: str
    rows: tuple[Row, ...]

    def groups(self, values: Mapping[str, str] = _NOTHING) -> tuple[frozenset[str], ...]:
        """What a paper with these values must show, each group once, in the order of the table."""
        asked = (group for row in self.rows if row.when.holds(values) for group in row.groups)
        return tuple(dict.fromkeys(asked))

    def missing(
        self, shown: Collection[str], values: Mapping[str, str] = _NOTHING
    ) -> tuple[frozenset[str], ...]:
        """The groups nothing shown meets. `values`: register fields and codes of the paper."""
        return tuple(group for group in self.groups(values) if not group & set(shown))


def known_of(student: Student | None) -> Mapping[str, str]:
    """What conditions may read of the child beside the paper itself."""
    if student is None:
        return _NOTHING
    reason = student.fields.get("suspension_reason", "")
    return {"status": str(student.status), "suspended_for": reason}


def _any(*kinds: str) -> frozenset[str]:
    return frozenset(kinds)


_MIGRANT = any_of(  # R262
    is_in("child_category", "migrant"), is_in("migrant", "1"), is_in("reason", "migrant")
)


def _reason(*names: str) -> Condition:
    return any_of(is_in("suspension_reason", *names), is_in("reason", *names))


_OTHER_PAPERS = tuple(code for code in ID_TYPE if code not in "1Z")
"""Children with one of these are in no household register; `Z` is another paper, or none yet."""

_PICTURED = not_(is_in("papers_in_person", "yes"))
"""Where a guardian does not agree to pictures of health papers, the originals are shown (K22)."""

_HOUSEHOLD = _any("household_change_page", "household_register")

_RULES = (
    EvidenceRule(
        "household_register",
        (
            Row(not_(is_in("id_type", *_OTHER_PAPERS, "Z")), (_any("household_register"),)),  # R16
            Row(is_in("id_type", *_OTHER_PAPERS), (_any("other_paper"),)),
            Row(is_in("id_type", "Z"), (_any("birth_certificate", "other_paper"),)),
            Row(_MIGRANT, (_any("residence_permit"),)),  # R262
        ),
    ),
    EvidenceRule(
        "info_change",  # R9: by what is changed; a telephone or an address needs no paper
        (
            Row(changes("full_name"), (_any("household_change_page", "name_change_proof"),)),
            Row(changes("birth_date", "sex"), (_HOUSEHOLD | {"birth_certificate"},)),
            Row(changes("id_number", "id_type"), (_HOUSEHOLD | {"id_card"},)),
            Row(
                changes("ethnic_group", "household_kind", "household_place"),
                (_HOUSEHOLD | {"household_first_page"},),
            ),
            Row(
                changes("guardian1_name", "guardian2_name"),
                (_HOUSEHOLD | {"id_card", "other_paper"},),
            ),
        ),
    ),
    EvidenceRule(
        "resumption",  # R42: only who stayed away for his health
        (
            Row(
                all_of(not_(is_in("suspended_for", "abroad", "major_event")), _PICTURED),
                (_any("recovery_proof"),),
            ),
        ),
    ),
    EvidenceRule(
        "suspension",  # R88, R90, K10: diagnosis and treatment, or proof of a major event
        (
            Row(
                not_(_reason("abroad", "health", "major_event")),
                (
                    _any("diagnosis", "major_event_proof"),
                    _any("major_event_proof", "treatment_voucher"),
                ),
            ),
            Row(
                all_of(_reason("health"), _PICTURED),
                (_any("diagnosis"), _any("treatment_voucher")),
            ),
            Row(_reason("major_event"), (_any("major_event_proof"),)),
            Row(_reason("abroad"), (_any("other_paper"),)),
        ),
    ),
    EvidenceRule(
        "transfer_in",  # R36, R235, R238: lives in the catchment, and the old school's sheet
        (
            Row(not_(_MIGRANT), (_any("household_register", "property_paper"),)),
            Row(_MIGRANT, (_any("residence_permit"),)),  # R262
            Row(ALWAYS, (_any("transfer_proof"),)),
        ),
    ),
)
EVIDENCE: Mapping[str, EvidenceRule] = {rule.code: rule for rule in _RULES}
