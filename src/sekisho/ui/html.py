"""Small pieces of HTML. Every text is escaped here: nothing of a record or of the cloud is ever read as markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import streamlit as st

from sekisho.console.marked import Piece
from sekisho.console.steps import ShownStep


def put(body: str, language: str) -> None:
    """Show a piece in the sheet's dress."""
    st.html(sendable(f'<div class="sk" lang="{language}">{body}</div>'))


def sendable(text: str) -> str:
    """A text that can be sent to a browser: with a question mark for each half of a character. A text that was cut off
    ends in one, and the name of a file in another encoding is full of them."""
    return text.encode("utf-8", "replace").decode()


def tag(text: str, mood: str = "") -> str:
    """A short word in a frame."""
    return f'<span class="tag {mood}">{escape(text)}</span>'


def quiet(text: str) -> str:
    """A line that stays back."""
    return f'<div class="quiet">{escape(text)}</div>'


def pairs(rows: Iterable[tuple[str, str]]) -> str:
    """Names and values."""
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows) + "</dl>"


def steps_list(steps: Sequence[ShownStep], own: str, label: str, began: float) -> str:
    """The timeline; `own` is the word for the private zone, `began` the seconds since the epoch at which it began.

    The newest step is marked to be said aloud (`ui.style`). `began` is there to be measured with (`bench/ui.py`).
    """
    lines = []
    for number, step in enumerate(steps, 1):
        say = " data-say" if number == len(steps) else ""
        kind = "own" if step.zone == own else "sky"
        lines.append(
            f'<li class="{"" if step.is_over else "now"}"><span class="at">{step.at:.2f} s</span>'
            f'<span class="zone {kind}">{escape(step.zone)}</span><span class="text"{say}>{escape(step.text)}</span>'
            f'<span class="took">{_took(step.seconds)}</span></li>'
        )
    return f'<ol class="steps" aria-label="{escape(label)}" data-began="{began:.3f}">{"".join(lines)}</ol>'


def _took(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def record(pieces: Iterable[Piece], left: frozenset[str], kinds: Mapping[str, str], words: Mapping[str, str]) -> str:
    """The record with its marks. Each mark is told in text too, for a screen reader and on pointing at it."""
    parts = []
    for piece in pieces:
        text = escape(piece.text)
        if piece.identifier:
            title = escape(f"{words['identifier']}: {kinds[piece.identifier]}")
            parts.append(f'<mark class="who" title="{title}" aria-label="{title}: {text}">{text}</mark>')
        elif piece.facts:
            numbers = ", ".join(piece.facts)
            kind = "left" if left.intersection(piece.facts) else "kept"
            title = escape(f"{numbers}: {words[kind]}")
            told = f'title="{title}" {data(piece.facts)}'
            parts.append(f'<mark class="{kind}" {told}>{text}<sup>{escape(numbers)}</sup></mark>')
        else:
            parts.append(text)
    return f'<pre tabindex="0" aria-label="{escape(words["record"])}">{"".join(parts)}</pre>'


def data(facts: Iterable[str]) -> str:
    """The mark by which a line is drawn between what belongs to the same fact (`page.js`)."""
    return f'data-facts="{escape(" ".join(facts))}"'


def text(said: str) -> str:
    """A plain text."""
    return escape(said)


def table(rows: Sequence[Mapping[str, object]], label: str, facts: str = "") -> str:
    """Rows with the same names. A real table: it can be read aloud, searched and copied.

    `facts`: the name of the column with a fact's number, where each row is one.
    """
    names = list(rows[0]) if rows else []
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "".join(
        f"<tr {data([str(row[facts])]) if facts else ''}>{''.join(map(_cell, row.values()))}</tr>" for row in rows
    )
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(label)}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(value: object) -> str:
    if isinstance(value, int | float):
        return f'<td class="number">{value:,}</td>'
    said = str(value)
    if len(said) > _LONG:
        return f'<td><div class="long" tabindex="0">{escape(said)}</div></td>'
    return f'<td class="short">{escape(said)}</td>' if len(said) <= _SHORT else f"<td>{escape(said)}</td>"


#: Characters of a cell that is not broken, and of one that has its own scroll bar.
_SHORT, _LONG = 24, 160
