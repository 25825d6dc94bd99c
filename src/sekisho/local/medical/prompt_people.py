"""Of whom a sentence speaks: the writer, a relative, somebody with a placeholder for a name, or nobody can tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

UNCLEAR = "who.unclear"

_WHO = (
    ("who.mother", r"母親?(?!乳|体|子手帳|国)|お母さん|おかあさん|ママ"
     r"|(?<![a-z])(?:mother|mom|mum|mommy)(?!-in)(?![a-z])"),
    ("who.father", r"(?<![祖])父親?|お父さん|おとうさん|パパ|(?<![a-z])(?:father|dad|daddy)(?!-in)(?![a-z])"),
    ("who.wife", r"妻|家内|奥さん|嫁|女房|(?<![a-z])wife(?![a-z])"),
    ("who.husband", r"夫(?!婦)|旦那|主人(?!公)|(?<![a-z])husband(?![a-z])"),
    ("who.son", r"息子|長男|次男|三男|(?<![a-z])sons?(?![a-z-])"),
    ("who.daughter", r"(?<!孫)娘|長女|次女|三女|(?<![a-z])daughters?(?![a-z-])"),
    ("who.baby", r"赤ちゃん|赤ん坊|乳児|新生児|(?<![a-z])(?:baby|infant|newborn)(?![a-z])"),
    ("who.grandparent", r"祖父母|祖父|祖母|おじいちゃん|おばあちゃん|おじいさん|おばあさん|(?<![a-z])grand(?:mother"
r"|father|ma|pa|parents?)(?![a-z])"),
    ("who.grandchild", r"孫|(?<![a-z])grand(?:son|daughter|child|children|kids?)(?![a-z])"),
    ("who.sibling", r"兄弟|姉妹|お?[兄姉](?:さん|ちゃん)?|[弟妹](?:さん)?|(?<![a-z])(?:brother|sister|sibling"
r"|twin)s?(?!-in)(?![a-z])"),
    ("who.child", r"子供(?!の頃|のころ|のとき|時代)|子ども(?!の頃|のころ|のとき|時代)|こども|お子さん"
r"|うちの子|上の子|下の子|末っ子|双子|幼児|(?<![a-z])(?:child|children|kids?|toddler"
r"|teenager)(?![a-z])"),
    ("who.relative", r"叔父|叔母|伯父|伯母|おじさん|おばさん|いとこ|従兄弟|従姉妹|甥|姪|義[父母兄姉弟妹]"
r"|姑|舅|親戚|(?<![a-z])(?:uncle|aunt|cousin|nephew|niece|relative|\w+-in-law)(?![a-z])"),
    ("who.partner", r"彼氏|恋人|婚約者|パートナー|(?<![a-z])(?:partner|boyfriend|girlfriend|fianc[eé]e?"
r"|spouse)(?![a-z])"),
    ("who.other", r"彼女|(?<![a-z])彼(?![方岸])|友人|友達|友だち|親友|同僚|上司|部下|先輩|後輩|隣人|隣の人"
r"|知人|知り合い|クラスメート|同級生|生徒|患者さん?|利用者さん?|周りの人|家族|職場で"
r"|クラスで|(?<![a-z])(?:friend|colleague|coworker|co-worker|boss|neighbou?r|roommate"
r"|flatmate|classmate|student|patient|family|people|he|she|they)(?![a-z'])"),
)  # fmt: skip
_PLACEHOLDER = re.compile(r"〔氏名\d{1,4}〕|\[name \d{1,4}\]")
_SELF = re.compile(
    r"私|わたし|自分|僕|俺|本人|うち(?=は|も)|(?<![a-z])(?:i|i'm|i've|i'd|my|me|myself)(?![a-z'])(?! (?:\w+ )?(?:son"
    r"|daughter|wife|husband|mother|father|mom|mum|dad|child|kid|baby|brother|sister|friend"
    r"|partner|grand\w+|boyfriend|girlfriend|uncle|aunt|cousin|toddler|neighbou?r|colleague"
    r"|boss|teenager|infant|family|niece|nephew|roommate|spouse))"
)
#: Behind a person: told, asked, accompanied; not the one who is ill.
_TELLS = re.compile(
    r"^(?:さん|ちゃん|くん|様|先生)?(?:に(?!は|も?(?:熱|咳|発疹|湿疹|症状))|と(?!も|は)"
    r"|から(?!う)|へ|より|いわく|の(?:勧め|すすめ|話|運転|介護|看病|世話|付き添い|薬|看護"
    r"|送迎|紹介|家|実家|診察|病院|クリニック)|が(?:心配|言|勧|作|看病|付き添|撮|運転|気づ"
    r"|気付)|は(?:医師|看護師|薬剤師|元気|健康|無症状|心配)|医院|クリニック|病院|先生|医師"
    r"|看護師)"
    r"|^(?:'s (?:house|place|car|advice|recommendation|wedding|birthday)| (?:told|said|says"
    r"|thinks|thought|suggested|recommended|asked|noticed|drove|prescribed|advised|wants"
    r"|is worried|diagnosed|gave|referred))"
)
_BEFORE_TELLS = re.compile(
    r"(?:told|asked|saw|see|visited|visiting|with|called|by|from|to|for|like|at) (?:my "
    r"|our |dr\.? |the |a )?$"
)
_CLEFT = re.compile(r"(?:の|人)は$")


@dataclass(frozen=True, slots=True)
class People:
    """The persons of a sentence who may be the one who is ill: place and code; empty for the writer.

    `topic` is the last one of them that the sentence speaks of, or empty.
    """

    found: tuple[tuple[int, int, str], ...]
    text: str
    topic: str

    def of(self, start: int, end: int) -> str | None:
        """Whose a symptom at a place is: a code, a placeholder, empty for nobody named, None for unclear."""
        before = [who for _, stop, who in self.found if stop <= start]
        inside = [who for begin, stop, who in self.found if begin >= start and stop <= end]
        if before:
            return before[-1]
        if inside:
            return inside[0]
        after = [(begin, who) for begin, _, who in self.found if begin >= end and who]
        if not after:
            return ""
        begin, who = after[0]
        if _CLEFT.search(self.text, max(0, begin - 3), begin):
            return who
        return "" if any(mark in self.text[end:begin] for mark in ("、", ",", " and ", " but ", "が、", "し")) else None


def people_in(folded: str, cased: str, is_ordinary: Callable[[str], bool] = lambda _: True) -> People:
    """The persons of a folded sentence; `cased` is the same with its capitals.

    A subject that is no ordinary word may be somebody's name: of whom it speaks is unclear then.
    """
    found: list[tuple[int, int, str]] = []
    for code, pattern in _PATTERNS:
        for match in pattern.finditer(folded):
            if not _tells(folded, match.start(), match.end()):
                found.append((match.start(), match.end(), code))
    for match in _PLACEHOLDER.finditer(folded):
        if not _tells(folded, match.start(), match.end()) and not _is_introduction(folded, match):
            found.append((match.start(), match.end(), cased[match.start() : match.end()]))
    for match in _subjects(cased):
        if not is_ordinary(match[1]) and not _is_cut(cased, match, is_ordinary):
            found.append((*match.span(1), UNCLEAR))
    found += [(match.start(), match.end(), "") for match in _SELF.finditer(folded)]
    found.sort()
    found = [
        one
        for one in found
        if not any(o[0] <= one[0] and one[1] <= o[1] and o != one and o[1] - o[0] > one[1] - one[0] for o in found)
    ]
    named = [who for _, _, who in found if who]
    return People(tuple(found), folded, named[-1] if named else "")


#: What may be a subject: before は, が or も, or a word in capitals before a verb.
_SUBJECTS = (
    re.compile(r"(?:^|[、,。\s]|(?<=[のはとでに]))([^\s、,。はがも〔〕\[\]]{1,14}?)(?=は|が|も)"),
    re.compile(r"(?:^|[、,。\s]|(?<=[一-龠ァ-ヴ]の))([ぁ-ん]{2,8}?)(?=は|が|も)"),
    re.compile(
        r"(?:^|[.,;] )([A-Z][a-z]{1,14}) "
        r"(?=has|had|is|was|feels|felt|keeps|started|got|gets|began|also|complains|says)"
    ),
)


def _is_cut(text: str, match: re.Match[str], is_ordinary: Callable[[str], bool]) -> bool:
    """Whether the subject goes on: 「翌日から太も」 of 「翌日から太ももが」, all of it ordinary."""
    longer = _GOES_ON.match(text, match.end(1))
    return longer is not None and is_ordinary(text[match.start(1) : longer.end()])


#: A particle that is part of a word, and what follows it up to the next one.
_GOES_ON = re.compile(r"[はがも][^\s、,。はが〔〕\[\]]{1,8}(?=[はがも])")


def _subjects(text: str) -> Iterator[re.Match[str]]:
    """Everything that may be a subject, what begins within another one included (なこ, はなこ)."""
    for pattern in _SUBJECTS:
        yield from pattern.finditer(text)


_PATTERNS = tuple((code, re.compile(pattern)) for code, pattern in _WHO)


def _tells(text: str, start: int, end: int) -> bool:
    return bool(_TELLS.match(text[end : end + 24])) or bool(_BEFORE_TELLS.search(text[max(0, start - 24) : start]))


def _is_introduction(text: str, match: re.Match[str]) -> bool:
    """「〔氏名1〕です」「〔氏名1〕と申します」, "I am [Name 1]": the writer."""
    before, after = text[max(0, match.start() - 24) : match.start()], text[match.end() : match.end() + 12]
    if re.match(r"\s*(?:です|と申|といいます|と言います|と名乗|でございます|、?\d{1,3}歳|、?\s?(?:男|女))", after):
        return not re.search(r"(?:の|は)$", before) or bool(re.search(r"(?:私|名前|氏名|僕|俺|わたし)は$", before))
    return bool(re.search(r"(?:i am|i'm|name is|this is|call me|name's) $", before))
