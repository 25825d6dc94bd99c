"""Names of accounts in social networks and messengers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed

_AT = re.compile(r"(?<![a-z0-9._])@[a-z0-9_.]{2,30}")
_NAMED = re.compile(
    r"(?:(?<![a-z])line|ライン|instagram|insta(?![a-z])|インスタ(?:グラム)?|twitter|ツイッター"
    r"|(?<![a-z])x(?=のアカウント|のid| account)|tiktok"
    r"|facebook|フェイスブック|skype|discord|snapchat|whatsapp|telegram|mixi|github|reddit"
    r"|アカウント名?|account name|username|user name|handle)"
    r"(?:の|\s)*(?:id|アカウント名?|account|handle|username|name|ユーザー名)?\s*(?:は|:|=|is|→|で|が|,)?\s*[「'\"]?"
    r"([a-z0-9][a-z0-9_.\-#]{2,30})"
)


def find(typed: Typed) -> Iterator[Span]:
    """Spans of account names."""
    for found in _AT.finditer(typed.lower):
        yield Span(found.start(), found.end(), Kind.LINK)
    for found in _NAMED.finditer(typed.lower):
        name = found[1].rstrip(".-")
        if typed.is_japanese or any(sign in name for sign in "_.#0123456789") or name not in typed.words.english:
            yield Span(found.start(1), found.start(1) + len(name), Kind.LINK)
