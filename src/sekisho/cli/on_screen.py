"""What comes from the cloud is shown as text. Some characters a terminal obeys: they move, hide or copy things."""

from __future__ import annotations

import re

#: Control characters but tab and line feed, and the marks that turn the direction of writing.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def shown(text: str) -> str:
    """The text without what a terminal would obey. It goes by single characters, so a stream may be cut anywhere."""
    return _OBEYED.sub("", text)
