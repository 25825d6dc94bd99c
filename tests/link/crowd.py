"""Many agents at once on one gateway: each asks question after question, and knows its own answers.

Every question is a text of its own, and the worker answers with that text. So an answer that went to another caller,
or to another question of the same caller, is seen.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field

from tests.link.asking import TOOL, agent, answer_text


@dataclass
class Crowd:
    """How it went. Whatever was asked is an answer of its own, a closed error code, or lost."""

    asked: int = 0
    answered: int = 0
    #: Answers to somebody else's question.
    crossed: int = 0
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def lost(self) -> int:
        """What ended neither in an answer nor in a code."""
        return self.asked - self.answered - self.crossed - sum(self.errors.values())


async def crowd(url: str, token: str, callers: int, calls: int) -> Crowd:
    """`callers` agents with connections of their own, each with so many calls one after the other."""
    counts = Crowd()

    async def one(caller: int) -> None:
        async with agent(url, token) as client:
            for number in range(calls):
                question = f"caller {caller} question {number}"
                counts.asked += 1
                text = answer_text(await client.call_tool(TOOL, {"symptoms": question}))
                if text == question:
                    counts.answered += 1
                elif text.startswith('{"error":'):
                    counts.errors[json.loads(text)["error"]] += 1
                else:
                    counts.crossed += 1

    await asyncio.gather(*(one(caller) for caller in range(callers)))
    return counts
