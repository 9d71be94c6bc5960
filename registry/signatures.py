"""Whether a guardian has signed: here, by a link, or on paper before the class teacher's eyes.

A name typed behind a link proves only that whoever held the link wrote it. It stands once the
person is tied to the child as a guardian, which the class teacher decides (his claim). Asked by
the desk and by the case's page. Rule: R81, K21.
"""

from typing import Protocol

from registry.actors import GUARDIANS, Actor
from registry.problems import NotThere
from registry.submissions import Signature, Submission


class People(Protocol):
    """What of the books is asked."""

    def load_actor(self, school_id: str, actor_id: str) -> Actor: ...


def stands(people: People, case: Submission) -> bool:
    """Whether the case may be released on its signature."""
    signature = case.content.signature
    if signature is None:
        return False
    if signature.on_paper_by is not None:
        return True
    if signature.relation not in GUARDIANS:
        return False
    return signature.through is None or not waits_for_teacher(people, case, signature)


def waits_for_teacher(people: People, case: Submission, signature: Signature) -> bool:
    """Whether nobody of the school has said yet that this person is a guardian of the child."""
    if signature.through is None or signature.on_paper_by is not None:
        return False
    try:
        signer = people.load_actor(case.school_id, signature.actor_id)
    except NotThere:
        return True
    link = signer.link_to(case.student_id)
    return link is None or not link.is_guardian
