"""A loop that fails comes again; the program goes on."""

import asyncio
import logging

import pytest

from xueji.loops import Loop, keep_running


async def test_a_failing_loop_is_started_again_and_said_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    runs, is_third = 0, asyncio.Event()

    async def fail() -> None:
        nonlocal runs
        runs += 1
        if runs == 3:
            is_third.set()
            await asyncio.Event().wait()
        raise ValueError("something private")

    with caplog.at_level(logging.ERROR):
        task = asyncio.create_task(keep_running(Loop("x", fail), pause_seconds=0.0))
        await asyncio.wait_for(is_third.wait(), 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert runs == 3
