"""How often a process of ours looks for garbage that holds itself alive, and when it does not.

What a process loads at its start stays for good, and Python's default is to look through it again and again: a tenth
of the processor time of a short command.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: Objects made and not freed between two looks at the youngest; Python's default is 700 (2000 from 3.12 on).
_YOUNG = 50_000
#: Looks at the younger ones before one at those that have outlived them; Python's default is 10.
_OLDER = 20


def look_for_it_rarely() -> None:
    """Set it for this process. For those who start one; a library leaves it alone."""
    gc.set_threshold(_YOUNG, _OLDER, _OLDER)


@contextmanager
def not_looking_for_it() -> Iterator[None]:
    """While a hundred thousand objects that all stay are made: looking for dead ones takes a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
