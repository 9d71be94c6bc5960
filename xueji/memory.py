"""When Python looks for garbage: seldom, and never among what lives as long as the program.

A turn makes thousands of small objects that die with it by themselves; looking through the house
for cycles after every few of them costs a tenth of an answer. Called when the server is ready.
"""

import gc

YOUNG, MIDDLE, OLD = 50_000, 20, 50
"""Objects born before a look at the young, looks before one at the middle, and at the old."""


def settle() -> None:
    """What is open now stays: it is not looked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
