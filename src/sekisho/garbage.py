"""How often a process of ours looks for garbage that holds itself alive.

What a process loads at its start stays for good, and Python's default is to look through it again and again: a tenth
of the processor time of a short command.
"""

from __future__ import annotations

import gc

#: Objects made and not freed between two looks at the youngest; Python's default is 700 (2000 from 3.12 on).
_YOUNG = 50_000
#: Looks at the younger ones before one at those that have outlived them; Python's default is 10.
_OLDER = 20


def look_for_it_rarely() -> None:
    """Set it for this process. For those who start one; a library leaves it alone."""
    gc.set_threshold(_YOUNG, _OLDER, _OLDER)
