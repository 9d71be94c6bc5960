"""How far a sent paper is, in the family's words: what happened, what comes next, who decides.

Pure. The lobby's status screen and its lists show it; a case is said only as far as the family may
know of it. Rule: R19, R191.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from conversations.turn import Day, FormWords, Line, Paper, Param, Phrase
from registry.actors import Role
from registry.routes import ROUTES, Route, step_role
from registry.submissions import State

NUMBERS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def status_words(paper: Paper, known: Mapping[str, Param]) -> tuple[Phrase, ...]:
    """What the status screen says above the timeline; `known` is what every phrase may name."""
    params = {**known, **_params(paper)}
    by = "_by" if paper.due is not None and paper.state is State.returned else ""
    words = [Phrase(f"status.{paper.state}{by}", params)]
    words.extend(_flagged_lines(paper))
    words.extend(_why_rejected(paper, params))
    route = ROUTES.get(paper.route)
    if paper.state is State.in_review and route is not None:
        words.append(Phrase(f"status.way_{route.paper}_{_first_role(route, paper)}"))
        words.append(Phrase("status.answer_comes", params))
    return tuple(words)


def timeline(paper: Paper) -> tuple[Line, ...]:
    """Only the steps of this paper, with dates and who it waits for (R19)."""
    route = ROUTES.get(paper.route)
    if route is None:
        return ()
    lines = [_stop("submitted", "done", paper.passed.get("submitted"))]
    is_past = paper.state in (State.approved, State.effective)
    is_at = paper.state in (State.in_review, State.awaiting_outside)
    for step in route.steps:
        role = step_role(step, paper.committee_helps)
        code = f"{step.code}_{role}"
        day = paper.passed.get(step.code)
        if is_at and step.code == paper.step:
            waits = Phrase("status.waits", {"who": Phrase(f"status.who_{role}")})
            lines.append(Line(Phrase(f"status.step_{code}"), waits, state="missing"))
        else:
            state = "done" if is_past or day is not None else "ahead"
            lines.append(_stop(code, state, day))
    lines.append(_stop("end", "done" if paper.state is State.effective else "ahead", None))
    return tuple(lines)


def paper_line(paper: Paper, op: str | None) -> Line:
    """One paper in a list: its name and, in a few words, how far it is."""
    if paper.state is not None:
        value = Phrase(f"status.short_{paper.state}", _params(paper))
    elif paper.done:
        value = Phrase("lobby.filled", {"done": paper.done, "total": paper.total})
    else:
        value = Phrase("lobby.not_started")
    return Line(FormWords(paper.title), value, op)


def _stop(code: str, state: str, day: date | None) -> Line:
    value: Param = Phrase(f"status.{state}") if day is None else Day(day.isoformat())
    shown = "ok" if state == "done" else "locked"
    return Line(Phrase(f"status.step_{code}"), value, state=shown)


def _first_role(route: Route, paper: Paper) -> Role:
    return step_role(route.steps[0], paper.committee_helps)


def _params(paper: Paper) -> Mapping[str, Param]:
    return {
        "number": f"{paper.number or 0:04d}",
        "due": Day(paper.due.isoformat()) if paper.due else "",
        "flags": len(paper.flagged),
        "title": FormWords(paper.title),
    }


def _flagged_lines(paper: Paper) -> Iterator[Phrase]:
    """① what: why, one a line, while the family is asked to mend."""
    if paper.state is State.returned:
        for number, flagged in enumerate(paper.flagged):
            label, reason = FormWords(flagged.label), Phrase(f"reason.{flagged.reason}")
            sign = NUMBERS[number] if number < len(NUMBERS) else "·"
            yield Phrase("status.flag", {"number": sign, "field": label, "reason": reason})


def _why_rejected(paper: Paper, params: Mapping[str, Param]) -> Iterator[Phrase]:
    """Every decision says why (R191)."""
    if paper.state is not State.rejected:
        return
    if paper.reason:
        yield Phrase("status.because", {"reason": Phrase(f"reject.{paper.reason}")})
    if paper.note:
        yield Phrase("walk.flag_note", {"note": paper.note})
    yield Phrase("status.ask_teacher", params)
