"""How far a sent paper is, in the family's words: what happened, what comes next, who decides, by
when.

Pure. The lobby's status screen and its lists show it, and the panel shows it to a registrar
before the family reads it; a case is said only as far as the family may know of it.
Rule: R19, R158, R191.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from conversations.turn import Day, FormWords, Line, Paper, Param, Phrase
from registry.routes import ROUTES, Route, Step, roles_at, step_role
from registry.submissions import State

NUMBERS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

MEANWHILE = frozenset({"key_change", "resumption", "suspension", "transfer_in"})
"""Papers of which is said what holds until they are through, and what holds if they are not."""

_UNDER_WAY = (State.in_review, State.awaiting_outside)
_STOPPED = (State.recalled, State.refused, State.rejected, State.returned)


def status_words(paper: Paper, known: Mapping[str, Param]) -> tuple[Phrase, ...]:
    """What the status screen says above the timeline; `known` is what every phrase may name."""
    params = {**known, **_params(paper)}
    route = ROUTES.get(paper.route)
    if route is not None:
        params["past"] = _past(paper, route)
    words = [Phrase(_happened(paper, route), params)]
    words.extend(_flagged_lines(paper))
    words.extend(_why_not(paper, params))
    if route is not None and paper.state in _UNDER_WAY:
        words.extend(_next(paper, route, params))
        words.append(Phrase("status.answer_comes", params))
        if not paper.may_recall:
            where = "outside" if paper.handed is not None else "school"
            words.append(Phrase(f"status.change_of_mind_{where}", params))
    return tuple(words)


def timeline(paper: Paper) -> tuple[Line, ...]:
    """Only the steps of this paper, with dates and who it waits for (R19, R158)."""
    route = ROUTES.get(paper.route)
    if route is None:
        return ()
    lines = [_stop("submitted", "done", paper.passed.get("submitted"))]
    if paper.state in (State.refused, State.rejected):  # nothing lies ahead of it
        return (
            *lines,
            *(_step_line(paper, step) for step in route.steps[: _at(route, paper) + 1]),
        )
    lines.extend(_step_line(paper, step) for step in route.steps)
    is_over = paper.state is State.effective
    lines.append(_stop("end", "done" if is_over else "ahead", paper.passed.get("end")))
    return tuple(lines)


def paper_line(paper: Paper, op: str | None) -> Line:
    """One paper in a list: its name and, in a few words, how far it is."""
    if paper.state is not None:
        value = Phrase(f"status.short_{paper.state}", _params(paper))
    elif paper.is_handed:
        value = Phrase("lobby.handed")
    elif paper.done:
        value = Phrase("lobby.filled", {"done": paper.done, "total": paper.total})
    else:
        value = Phrase("lobby.not_started")
    return Line(FormWords(paper.title), value, op)


def way(route: Route, at: int, committee_helps: bool) -> Phrase:
    """Who takes the steps from this one on: 「先由班主任核对，再由学籍老师审核」."""
    ahead = route.steps[at:]
    taken = {
        name: Phrase(f"status.does_{step_word(step, committee_helps)}")
        for name, step in zip("abcd", ahead, strict=False)
    }
    return Phrase(f"status.way_{len(ahead)}", taken)


def paper_word(route: Route, effect: str) -> str:
    """By which short name people speak of such a paper."""
    return "extension" if effect == "extend" else route.paper


def step_word(step: Step, committee_helps: bool) -> str:
    """By which word a step is spoken of: what is done, and by whom."""
    word = f"{step.code}_{step_role(step, committee_helps)}"
    return word if step.also is None else f"{word}_joint"


def _happened(paper: Paper, route: Route | None) -> str:
    """The first sentence: what happened last."""
    by = "_by" if paper.due is not None and paper.state is State.returned else ""
    match paper.state:
        case State.effective:
            return f"status.effective_{_done(paper, route)}"
        case State.refused:
            is_named = route is not None and route.paper in MEANWHILE
            return f"status.refused_{route.paper}" if route and is_named else "status.refused"
        case State.returned if not paper.flagged:
            return "status.returned_paper"
        case State.returned if paper.is_outside:
            return f"status.returned_outside{by}"
        case State.awaiting_outside if paper.handed is None:
            return "status.to_hand"
        case State.in_review if route is not None and _at(route, paper) > 0:
            return "status.passed_on"
        case _:
            return f"status.{paper.state}{by}"


def _done(paper: Paper, route: Route | None) -> str:
    """What came of it: the effect, where a correction of key fields is more than a change."""
    return "key_change" if route is not None and route.paper == "key_change" else paper.effect


def _next(paper: Paper, route: Route, params: Mapping[str, Param]) -> Iterator[Phrase]:
    """Who has it now, who after him, by when where the school set days, what holds till then."""
    if paper.joined is not None:
        yield Phrase("status.joined", {"who": Phrase(f"status.who_{paper.joined}")})
    if paper.state is State.in_review:
        yield way(route, _at(route, paper), paper.committee_helps)
    if paper.due is not None:
        about = "" if paper.is_due_certain else "_about"
        yield Phrase(f"status.by_when_{paper.due_of}{about}", params)
    if route.paper in MEANWHILE:
        yield Phrase(f"status.meanwhile_{route.paper}", params)


def _past(paper: Paper, route: Route) -> Param:
    """What the step before this one was."""
    at = _at(route, paper)
    if at == 0:
        return ""
    return Phrase(f"status.past_{step_word(route.steps[at - 1], paper.committee_helps)}")


def _at(route: Route, paper: Paper) -> int:
    """The index of the step it waits at."""
    return next((i for i, step in enumerate(route.steps) if step.code == paper.step), 0)


def _step_line(paper: Paper, step: Step) -> Line:
    word = step_word(step, paper.committee_helps)
    day = paper.passed.get(step.code)
    is_here = step.code == paper.step
    if is_here and paper.state in _UNDER_WAY:
        return Line(Phrase(f"status.step_{word}"), _waiting(paper, step), state="missing")
    if is_here and paper.state in _STOPPED:
        stopped = Phrase(f"status.at_{paper.state}")
        return Line(Phrase(f"status.step_{word}"), stopped, state="flagged")
    is_past = paper.state in (State.approved, State.effective)
    return _stop(word, "done" if is_past or day is not None else "ahead", day)


def _waiting(paper: Paper, step: Step) -> Phrase:
    """Who has it in hand now."""
    if not step.is_inside and paper.handed is not None:
        return Phrase("status.handed", {"day": Day(paper.handed.isoformat())})
    left = [role for role in roles_at(step, paper.committee_helps) if role is not paper.joined]
    return Phrase("status.waits", {"who": Phrase(f"status.who_{left[0]}")})


def _stop(code: str, state: str, day: date | None) -> Line:
    value: Param = Phrase(f"status.{state}") if day is None else Day(day.isoformat())
    shown = "ok" if state == "done" else "locked"
    return Line(Phrase(f"status.step_{code}"), value, state=shown)


def _params(paper: Paper) -> Mapping[str, Param]:
    return {
        "number": f"{paper.number or 0:04d}",
        "due": Day(paper.due.isoformat()) if paper.due else "",
        "flags": len(paper.flagged),
        "handed": Day(paper.handed.isoformat()) if paper.handed else "",
        "paper_number": paper.paper_number,
        "title": FormWords(paper.title),
        "words": paper.words,
    }


def _flagged_lines(paper: Paper) -> Iterator[Phrase]:
    """① what: why, one a line, while the family is asked to mend."""
    if paper.state is State.returned:
        for number, flagged in enumerate(paper.flagged):
            label, reason = FormWords(flagged.label), Phrase(f"reason.{flagged.reason}")
            sign = NUMBERS[number] if number < len(NUMBERS) else "·"
            yield Phrase("status.flag", {"number": sign, "field": label, "reason": reason})


def _why_not(paper: Paper, params: Mapping[str, Param]) -> Iterator[Phrase]:
    """Every decision says why, and what can be done (R191)."""
    if paper.state not in (State.rejected, State.refused, State.returned):
        return
    if paper.words:
        yield Phrase("status.outside_words", params)
    if paper.paper_number:
        yield Phrase("status.outside_number", params)
    if paper.state is not State.returned and paper.reason:
        yield Phrase("status.because", {"reason": Phrase(f"reject.{paper.reason}")})
    if paper.note:
        yield Phrase("walk.flag_note", {"note": paper.note})
    route = ROUTES.get(paper.route)
    if paper.state is State.refused:
        if route is not None and route.paper in MEANWHILE:
            yield Phrase(f"status.unchanged_{route.paper}", params)
        yield Phrase("status.reapply", params)
    if paper.state is not State.returned:
        yield Phrase("status.ask_teacher", params)
