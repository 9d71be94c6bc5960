"""kill -9 in the middle of the talk: nothing confirmed is lost and nothing is sent twice (F1).

The same run against an intake that acknowledges before it stores must lose answers, which shows
that the run could see it.
"""

from collections import Counter
from itertools import count
from pathlib import Path

from conversations.draft import Draft
from storage.dialogue import draft_from
from storage.unit import Unit
from tests.bot.killing import FIRST_CHAT, Tally, kill_and_restart
from tests.support.telegram_child import found, open_books

POOL = 400


async def test_killed_at_any_moment_nothing_is_lost_or_doubled(tmp_path: Path, scale: int) -> None:
    kills = 10 if scale == 1 else 50
    tally = await _run("real", tmp_path, kills, silence_seconds=15)
    drafts, sent = _what_is_stored(tmp_path)
    doubled = [draft for draft, times in sent.items() if times > 1]
    print(
        f"{tally.kills} kills, {tally.broken} broke a turn ({tally.turns_cut} turns cut off), "
        f"{tally.turns} turns, {len(tally.finished)} papers sent, {tally.lost} answers lost, "
        f"{len(doubled)} sent twice"
    )
    assert (tally.lost, doubled) == (0, [])
    assert tally.broken >= kills * 6 // 10
    assert len(sent) == len(tally.finished) > 0
    assert _unlike_answers(drafts) == set()


async def test_an_intake_that_acknowledges_first_is_found_out(tmp_path: Path) -> None:
    tally = await _run("hasty", tmp_path, kills=30, silence_seconds=1.5)  # ends at the first loss
    print(f"{tally.kills} kills, {tally.lost} answers lost by an intake that acknowledges first")
    assert tally.lost > 0


async def _run(kind: str, home: Path, kills: int, silence_seconds: float) -> Tally:
    found(home, range(FIRST_CHAT, FIRST_CHAT + POOL))
    chats = count(FIRST_CHAT)
    return await kill_and_restart(kind, home, chats, kills=kills, silence_seconds=silence_seconds)


def _what_is_stored(home: Path) -> tuple[list[Draft], Counter[str]]:
    """Drafts that were sent, and how often each was."""

    def read(unit: Unit) -> tuple[list[Draft], Counter[str]]:
        run = unit.connection.exec_driver_sql
        rows = run("SELECT * FROM draft WHERE submission_id IS NOT NULL").fetchall()
        sent = Counter(row[0] for row in run("SELECT draft_id FROM submission"))
        return [draft_from(unit, row) for row in rows], sent

    db = open_books(home)
    try:
        return db.read_now(read)
    finally:
        db.close()


def _unlike_answers(drafts: list[Draft]) -> set[str]:
    """Places where two families' answers differ, although all said the same but their names."""
    first = drafts[0]
    paths = set(first.answers).union(*(draft.answers for draft in drafts))
    return {
        path
        for path in paths
        for draft in drafts
        if path != "child/full_name" and _text(draft, path) != _text(first, path)
    }


def _text(draft: Draft, path: str) -> str | None:
    answer = draft.answers.get(path)
    return answer.text if answer else None
