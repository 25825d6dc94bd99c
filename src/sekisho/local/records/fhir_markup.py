"""XHTML and HTML -> what a reader sees as text. Nothing is fetched, no entity is declared, and time grows as the text.

Well-formed markup, as FHIR demands it, goes through the XML parser. What is none loses its tags in one pass.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from html.entities import html5
from xml.parsers import expat

#: Where a reader sees a new line.
_LINES = frozenset(
    {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "dt", "dd", "table", "thead",
     "tbody", "section", "pre", "hr"}
)  # fmt: skip
_CELLS = frozenset({"td", "th"})
#: What no reader sees.
_UNSEEN = frozenset({"script", "style", "head", "title"})
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
_OF_XML = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*+)[^<>]*>|<[!?][^<>]*>")
#: Whether the markup says itself where its lines end; else the line breaks of the source are all there is.
_SAYS_LINES = re.compile(r"<(?:[\w.-]{1,20}:)?(?:br|p|li|tr|dt|dd|h[1-6])[\s/>]", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n]+")


def plain_text(markup: str) -> str:
    """The text of markup, a line a line; empty where there is none."""
    flows = _SAYS_LINES.search(markup) is not None
    try:
        text = _parsed(markup, flows)
    except (expat.ExpatError, UnicodeEncodeError):  # half a character, as a text that was cut off ends in one
        text = _without_tags(_SPACE.sub(" ", markup) if flows else markup)
    return "\n".join(line for part in text.replace("\u00a0", " ").splitlines() if (line := part.strip()))


def _parsed(markup: str, flows: bool) -> str:
    """Read as XML.

    Raises:
        expat.ExpatError: It is not well-formed, or declares a document type: entities of its own could stand there.
    """
    found: list[str] = []
    inside: Counter[str] = Counter()

    def start(name: str, _: dict[str, str]) -> None:
        tag = name.rpartition(":")[2].lower()
        inside[tag] += tag in _UNSEEN or tag == "pre"
        found.append(_edge(tag))

    def end(name: str) -> None:
        tag = name.rpartition(":")[2].lower()
        inside[tag] -= tag in _UNSEEN or tag == "pre"
        found.append(_edge(tag))

    def data(text: str) -> None:
        if not any(inside[tag] for tag in _UNSEEN):
            found.append(_SPACE.sub(" ", text) if flows and not inside["pre"] else text)

    def refuse(*_: object) -> None:
        raise expat.ExpatError

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = data, refuse
    parser.Parse(f"<div>{_ENTITY.sub(_character, markup)}</div>", True)  # one root, whatever there is
    return "".join(found)


def _character(entity: re.Match[str]) -> str:
    """The character for an entity of HTML, which XML does not know (`&nbsp;`)."""
    known = html5.get(entity[1]) if entity[1] not in _OF_XML else None
    return html.escape(known) if known else entity[0]


def _edge(tag: str) -> str:
    return "\n" if tag in _LINES else " " if tag in _CELLS else ""


def _without_tags(markup: str) -> str:
    plain = markup
    for first, last in (("<!--", "-->"), *((f"<{name}", f"</{name}>") for name in sorted(_UNSEEN))):
        plain = _without(plain, first, last)
    return html.unescape(_TAG.sub(lambda tag: _edge((tag[1] or "").lower()), plain))


def _without(text: str, first: str, last: str) -> str:
    """The text without all that stands between two marks; a mark without its end stays."""
    low, kept, at = text.lower(), [], 0
    if len(low) != len(text):
        return text
    while (begin := low.find(first, at)) >= 0 and (end := low.find(last, begin)) >= 0:
        kept.append(text[at:begin])
        at = end + len(last)
    return "".join([*kept, text[at:]])
