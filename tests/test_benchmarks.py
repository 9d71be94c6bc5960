"""How a figure is judged against its peer and its goal."""

import pytest

from benchmarks.__main__ import HEADINGS, result
from benchmarks.rows import Row

SLOW_DISK, FAST_DISK = 5.0, 0.1


@pytest.mark.parametrize(
    ("row", "sync", "ratio", "met"),
    [
        pytest.param(
            Row(name="a", ours=1.5, unit="ms", peer="p", peer_value=2.0, goal=1.0),
            SLOW_DISK, 0.75, True, id="ratio within its goal",
        ),
        pytest.param(
            Row(name="a", ours=3.0, unit="ms", peer="p", peer_value=2.0, goal=1.0),
            SLOW_DISK, 1.5, False, id="ratio above its goal",
        ),
        pytest.param(
            Row(name="a", ours=3.0, unit="ms", goal=4.0),
            SLOW_DISK, None, True, id="goal without a peer",
        ),
        pytest.param(
            Row(name="a", ours=3.0, unit="ms", peer="p", peer_value=2.0),
            FAST_DISK, 1.5, None, id="no goal",
        ),
        pytest.param(
            Row(name="a", ours=3.0, unit="ms", peer="p", peer_value=2.0, goal=1.0, durable=True),
            SLOW_DISK, 1.5, None, id="durable on a slow disk",
        ),
        pytest.param(
            Row(name="a", ours=3.0, unit="ms", peer="p", peer_value=2.0, goal=1.0, durable=True),
            FAST_DISK, 1.5, False, id="durable on a fast disk",
        ),
    ],
)  # fmt: skip
def test_a_figure_is_judged(row: Row, sync: float, ratio: float | None, met: bool | None) -> None:
    judged = result(row, sync)
    assert (judged["ratio"], judged["met"]) == (ratio, met)
    assert tuple(judged) == HEADINGS
