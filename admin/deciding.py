"""What a reviewer presses on a case: approve, return, reject, undo, and the paper signature.

Every POST carries the revision seen. Whoever comes second is told who did what when, sees the
case as it is now and keeps what he typed. Rule: T24, R15–R23.
"""

from urllib.parse import parse_qsl

from aiohttp import web

from admin.case import case_page
from admin.pages import back_to
from admin.queue import Wanted, list_beside
from admin.typed import read_revision, read_typed, read_wanted
from registry import desk, originals
from registry.desk import Verdict
from registry.problems import Conflict, NotThere, Problem, RuleError
from registry.submissions import Act, Submission
from storage.unit import Unit
from web.visits import Visit

ACTS = {"approve": Act.approve, "return": Act.return_, "reject": Act.reject}
DONE = {Act.approve: "approved", Act.return_: "returned", Act.reject: "rejected"}
STAY = "stay"
"""Enter was pressed in a field: nothing is decided, what was typed stays."""


async def decide(visit: Visit) -> web.StreamResponse:
    """Decide, then on to the next case of the same queue."""
    case_id, wanted = visit.parameter("id"), read_wanted(visit)
    typed = read_typed(visit)
    if visit.fields.get("act") == STAY:
        return await case_page(visit, case_id, wanted, typed=typed)
    act = ACTS.get(visit.fields.get("act", ""))
    if act is None:
        raise NotThere
    if act is not Act.return_ and typed.flags:
        problem = Problem("review.flags_left", {"count": len(typed.flags)})
        return await case_page(visit, case_id, wanted, typed=typed, problem=problem, status=422)
    verdict = Verdict(
        case_id,
        read_revision(visit),
        act,
        flags=tuple(typed.flags.values()) if act is Act.return_ else (),
        reason=typed.reason if act is Act.reject else "",
        note=typed.note if act is Act.reject else "",
        class_id=visit.fields.get("class_id", "") if act is Act.approve else "",
    )
    try:
        decided, next_url = await visit.house.db.write(
            lambda unit: _decide(unit, visit, verdict, wanted)
        )
    except Conflict:
        return await case_page(visit, case_id, wanted, typed=typed, is_changed=True, status=409)
    except NotThere:
        raise
    except RuleError as refused:
        problem = Problem(refused.code, refused.params)
        return await case_page(visit, case_id, wanted, typed=typed, problem=problem, status=422)
    visit.house.news.tell(decided.submitted_by)
    path, _, query = next_url.partition("?")
    return back_to(path, **dict(parse_qsl(query)), done=DONE[act], was=case_id)


async def undo(visit: Visit) -> web.StreamResponse:
    """Take one's own decision back while nobody was told yet."""
    case_id, wanted, actor = visit.parameter("id"), read_wanted(visit), visit.person()
    try:
        undone = await visit.house.db.write(
            lambda unit: desk.undo(unit, actor, case_id, read_revision(visit), visit.now)
        )
    except Conflict:
        return await case_page(visit, case_id, wanted, is_changed=True, status=409)
    except NotThere:
        raise
    except RuleError as refused:
        problem = Problem(refused.code, refused.params)
        return await case_page(visit, case_id, wanted, problem=problem, status=422)
    visit.house.news.tell(undone.submitted_by)
    return back_to(f"/panel/case/{case_id}", **dict(parse_qsl(wanted.query())), done="undone")


async def tick_original(visit: Visit) -> web.StreamResponse:
    """「原件已核对」 for one picture, or taken back; what was typed meanwhile stays. Rule: R12."""
    case_id, wanted, actor = visit.parameter("id"), read_wanted(visit), visit.person()
    seen, unseen = visit.fields.get("seen", ""), visit.fields.get("unseen", "")

    def change(unit: Unit) -> None:
        case = unit.load_submission(actor.school_id, case_id)
        path = seen or unseen
        found = (paper.file_id for paper in case.content.evidence if paper.path == path)
        act = originals.tick_original if seen else originals.untick_original
        act(unit, actor, case_id, next(found, ""), visit.now)

    typed = read_typed(visit)
    try:
        await visit.house.db.write(change)
    except NotThere:
        raise
    except RuleError as refused:
        problem = Problem(refused.code, refused.params)
        return await case_page(visit, case_id, wanted, typed=typed, problem=problem, status=422)
    if typed.is_empty:
        done = "original_seen" if seen else "original_unseen"
        return back_to(f"/panel/case/{case_id}", **dict(parse_qsl(wanted.query())), done=done)
    return await case_page(visit, case_id, wanted, typed=typed)


async def tick_signature(visit: Visit) -> web.StreamResponse:
    """「监护人已在纸上签字」."""
    case_id, wanted, actor = visit.parameter("id"), read_wanted(visit), visit.person()

    await visit.house.db.write(lambda unit: desk.tick_signature(unit, actor, case_id, visit.now))
    return back_to(f"/panel/case/{case_id}", **dict(parse_qsl(wanted.query())), done="ticked")


def _decide(unit: Unit, visit: Visit, verdict: Verdict, wanted: Wanted) -> tuple[Submission, str]:
    """Also where to go next, read in the same transaction."""
    actor = visit.person()
    decided = desk.decide(unit, actor, verdict, visit.now)
    beside = list_beside(unit, visit, actor, wanted)
    others = [row for row in beside if row.id != verdict.submission_id and not row.holder]
    return decided, others[0].url if others else wanted.url()
