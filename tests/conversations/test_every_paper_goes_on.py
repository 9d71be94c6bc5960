"""The machine of `test_walk_always_goes_on` over every paper, with all the house may know:
register values, a sibling, what was agreed before, several guardians.
"""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from conversations.form import Form
from conversations.xlsform.shelf import load_shelf
from registry.actors import Relation
from registry.students import Status, Student
from registry.submissions import Flag
from tests.conversations.stage import Stage
from tests.conversations.test_lobby import BLOCK
from tests.conversations.test_walk_always_goes_on import RELATIONS, SCALE, AnyFamily
from tests.conversations.wished import wished

PAPERS = tuple({it.id: it for it in (*wished(), *load_shelf().newest.values())}.values())
STATUSES = st.sampled_from((Status.expected, Status.enrolled, Status.suspended))
SIBLING = Student("child-2", "school", "grade", "class", Status.enrolled, BLOCK)


class AnyPaper(AnyFamily):
    """Whoever of a family, at whatever paper, whatever is known."""

    @initialize(
        form=st.sampled_from(PAPERS),
        relation=RELATIONS,
        status=STATUSES,
        known=st.sampled_from(({}, BLOCK, {**BLOCK, "suspended_until": "2026-12-01"})),
        sibling=st.sampled_from((None, SIBLING)),
    )
    def begin(
        self,
        form: Form,
        relation: Relation | None,
        status: Status,
        known: dict[str, str],
        sibling: Student | None,
    ) -> None:
        self.stage = Stage(
            form=form,
            relation=relation,
            status=status,
            known=known,
            sibling=sibling,
            others=tuple(it for it in PAPERS if it.id != form.id),
        )
        self.stage.begin()
        self.seen(self.stage.look())

    @rule(number=st.integers(0, 60), reason=st.sampled_from(("incomplete", "check_again")))
    def returned(self, number: int, reason: str) -> None:
        draft = self.stage.draft("draft-child-1")
        if draft is None or draft.id not in self.stage.states or not draft.answers:
            return
        paths = sorted(draft.answers)
        self.stage.send_back(Flag(paths[number % len(paths)], reason))
        self.seen(self.stage.look())

    @rule(words=st.sampled_from(("户籍证明上的字看不清", "不符合规定")))
    def refused(self, words: str) -> None:
        if "draft-child-1" in self.stage.states:
            self.stage.refuse(words)
            self.seen(self.stage.say("/status"))


TestAnyPaper = AnyPaper.TestCase
TestAnyPaper.settings = settings(max_examples=60 * SCALE, stateful_step_count=30, deadline=None)
