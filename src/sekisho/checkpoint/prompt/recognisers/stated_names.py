"""Japanese names that somebody gives as such: 「私は…と申します」, 「名前は…」, 「氏名:」, a name alone before です."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed, may_name

_ANY = r"[一-龠々〆ヶケノぁ-んァ-ヴーA-Za-z・][一-龠々〆ヶケノぁ-んァ-ヴーA-Za-z・\s　]{0,14}?"
_STATED = re.compile(
    rf"(?:名前|氏名|本名|お名前|フルネーム|旧姓|姓|名字|苗字|患者名|本人名|フリガナ|ふりがな"
    rf"|よみがな|あだ名|ニックネーム)(?:は|が|:|：|=|\s)\s*[「『]?({_ANY})(?=と申|と言|といい"
    rf"|です|で、|だ|[、。」』\n(（]|$)"
)
_CALLED = re.compile(
    rf"(?:^|[、。\s「]|(?:私|わたし|僕|俺|自分|こちら)は|は、)({_ANY})(?=と申します|と申しま"
    rf"|ともうします|といいます|と言います|っていいます)"
)
_ALONE = re.compile(
    r"(?:^|[。\s、]|(?:私|わたし|僕|俺)は)((?:[一-龠々ヶ]{2,6}|[一-龠々ヶ]{1,3}[\s　][一-龠々ぁ-ん]{1,4}"
    r"|[ァ-ヴー]{2,8}[\s　]?[ァ-ヴー]{2,8}|[ぁ-ん]{2,5}[\s　][ぁ-ん]{2,5}))(?=です[。、\s]"
    r"|です$|ですが|でございます)"
)
#: What somebody calls himself is a name whatever it is made of: 「ニックネームはねこまんまです」.
_CALLS_HIMSELF = re.compile(
    r"(?:あだ名|ニックネーム|ハンドルネーム|ペンネーム|ハンネ|HN|通称|芸名|源氏名|愛称|アカウント名|ユーザー名|ユーザ名|表示名)"
    r"(?:は|が|:|=|、|\s)?\s*(?:[「『\"](?P<quoted>[^」』\"\n]{1,20})|(?P<bare>[一-龠々ァ-ヴーぁ-んA-Za-z0-9_.・@]{1,16}?)"
    r"(?=です|と申|と言|といい|で、|だ(?:よ|けど|が|。|$)|[、。\n()（）]|$))"
)
#: Nothing is stated: 「ニックネームは秘密です」.
_NOT_STATED = re.compile(
    r"(?:何|なに|不明|秘密|ひみつ|匿名|なし|無し|ない|ありません|未定|忘れ|言え|まだ|特に|を|が|に|の).*"
)
_FAMILY = re.compile(r"^(?:私|わたし|僕|俺|妻|夫|娘|息子|子|母|父)(?:の|は)")


def find(typed: Typed) -> Iterator[Span]:
    """Spans of names."""
    if not typed.is_japanese:
        return
    text = typed.plain
    for pattern in (_STATED, _CALLED):
        for found in pattern.finditer(text):
            name, start = found[1], found.start(1)
            if front := _FAMILY.match(name):
                name, start = name[front.end() :], start + front.end()
            stripped = name.strip()
            if stripped and may_name(typed, stripped):
                yield Span(start, start + len(name.rstrip()), Kind.NAME)
    for found in _CALLS_HIMSELF.finditer(text):
        name = found.lastgroup or ""
        if not _NOT_STATED.fullmatch(found[name]):
            yield Span(found.start(name), found.end(name), Kind.NAME)
    for found in _ALONE.finditer(text):
        if not typed.is_ordinary(found[1].replace(" ", "")) and not typed.is_ordinary(found[1]):
            yield Span(found.start(1), found.end(1), Kind.NAME)
