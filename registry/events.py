"""Every fact the house remembers, `area.subject.action`, past tense. An event carries ids, codes
and counts only (R231).
"""

from collections.abc import Mapping

EVENTS: Mapping[str, frozenset[str]] = {
    # name: the ids it carries
    "access.password.set": frozenset({"person"}),
    "access.person.stopped": frozenset({"person"}),
    "access.session.ended": frozenset({"person"}),
    "access.session.started": frozenset({"person", "channel"}),
    "access.staff.invited": frozenset({"person", "role"}),
    "claim.person.accepted": frozenset({"claim", "student", "person"}),
    "claim.person.expired": frozenset({"claim"}),
    "claim.person.made": frozenset({"claim", "class"}),
    "claim.person.refused": frozenset({"claim", "person"}),
    "draft.form.discarded": frozenset({"draft"}),
    "draft.form.opened": frozenset({"draft", "form"}),
    "family.help.asked": frozenset({"student", "path"}),
    "family.reminder.copied": frozenset({"student"}),
    "family.task.done": frozenset({"task"}),
    "notice.message.failed": frozenset({"notice"}),
    "notice.message.sent": frozenset({"notice", "channel"}),
    "register.effect.failed": frozenset({"submission", "reason"}),
    "register.student.added": frozenset({"student", "class"}),
    "register.student.searched": frozenset({"count"}),
    "register.value.revealed": frozenset({"student", "field", "purpose"}),
    "register.student.enrolled": frozenset({"student", "submission"}),
    "register.fields.changed": frozenset({"student", "submission", "count"}),
    "review.evidence.seen": frozenset({"submission", "file"}),
    "review.submission.approved": frozenset({"submission", "round", "step"}),
    "review.submission.opened": frozenset({"submission"}),
    "review.submission.rejected": frozenset({"submission", "round", "step"}),
    "review.submission.returned": frozenset({"submission", "round", "step", "count"}),
    "review.decision.undone": frozenset({"submission", "decision"}),
    "review.signature.ticked": frozenset({"submission"}),
    "school.classes.changed": frozenset({"count"}),
    "school.form.moved": frozenset({"draft", "form", "version"}),
    "school.form.published": frozenset({"form", "version"}),
    "school.form.uploaded": frozenset({"form", "version"}),
    "school.form.withdrawn": frozenset({"form", "version"}),
    "school.roster.added": frozenset({"count"}),
    "school.settings.changed": frozenset({"setting"}),
    "school.slips.printed": frozenset({"class", "count"}),
    "submission.form.recalled": frozenset({"submission", "round"}),
    "submission.form.sent": frozenset({"submission", "round", "form"}),
}
