"""What passes through a library of ours is private or sealed: it writes none of it down, at no log level."""

from __future__ import annotations

import logging


def silence(*loggers: str) -> None:
    """Detach these loggers, and those below them, from every handler.

    A level alone would not do: a handler of the root logger set to DEBUG still gets the lines of the loggers below.
    """
    for name in loggers:
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
        logger.setLevel(logging.CRITICAL + 1)
