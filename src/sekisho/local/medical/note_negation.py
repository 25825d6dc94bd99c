"""How far a word that negates reaches: 「咳、発熱なし」, "denies chest pain or fever".

It reaches over a list and over small words, and over nothing else. Texts are folded, with other terms masked.
"""

from __future__ import annotations

import re

from sekisho.local.medical.cues import cue

#: What may stand between a term and the word that negates it, or a list of terms.
_FILLING = (
    r"[\s、,・/／(（)）:：「」]|および|及び|または|又は|ならびに|など|等|や|と|も|は|の|を|に|が|へ|で|な"
    r"|今のところ|現時点で|画像上|検査上|既往|所見|像|上(?=あ|は|、)|眼科|内科|外科|皮膚科|婦人科|泌尿器科|整形|歯科|耳鼻科|健診|検診|ドック|症状|歴|徴候|兆候|指摘|合併|診断|再発|アレルギー|現時点|現在|今|確認|貯留|検出|併発|出現|疑い|疑う|検査|画像|内服|使用|服用"
    r"|今のところ|昨年|前回|今回|当院|貴院|前医|特に|明らか|有意|新た|これまで|今まで|まで|とも|いずれ|全て|すべて|ウイルス|家系|体質|本人|自覚"
    r"|有無|にて|生検|病理|細胞診|培養|髄液|骨髄|脳波|超音波|負荷試験|負荷|迅速|家族|x線|xp|pcr|igra|t-spot|ct|mri|mrcp|mra|cag|ucg|us|抗原|抗体|採血|問診|胃カメラ|内視鏡|心電図|エコー|レントゲン"
    r"|導入前|スクリーニング|一度"
    r"|current|chronic|recent|ongoing|further|or|and|nor|any|of|known|history|signs?|symptoms?|evidence|significant|acute|active|clinical|previous|prior|past|other"
    r"|an(?![a-z])|a|the|new|family|treated|diagnosed|for|with|to|had|has|have|been|having|he|she|they|is|was|ever|either|-|overt|features?"
)
#: What makes a list of two terms; a space alone does not (「DM HT OMIなし」).
_AND = r"(?:[、,・/／+]|および|及び|または|又は|ならびに|や|と|も|or|and|nor)"

# These reach over a list word by word in a loop: one expression for it all would try every way of cutting a text.
_ITEM = re.compile(
    rf"(?:の?(?:既往|所見|疑い|合併|症状))?\s*{_AND}\s*(?:[a-z]{{4,12}}\s)?\x00+"
    r"|や[^、。\x00はがをもで・/\s]{2,10}(?=[はもを]|なし)|[・/][^、。\x00はがをもで・/\s]{1,8}"
)
#: A known illness that is quiet: 「喘息、現在症状なし」, 「乳癌(2012年)、再発なし」.
_QUIET = re.compile(
    r"(?:\([^)]*\))?\s?[、,(\s]\s?(?:現在|今|以後|以降|その後|術後|特に|自覚|他覚|は|に|、)*"
    r"(?:症状|再発|再燃|増悪|発作|転移)(?:は|も)?(?:特に)?(?:な[しくい]|認めず|\(-\))"
)
_GOES_ON = re.compile(r"[、,]\s?[^、。\x00なし無]{0,8}\x00+(?!\s?[はも]?(?:なし|無|\(-\)|認め|否定|[、・やと]))")
_COMMAS = re.compile(r"(?:[\s、,]|\x00)+")
_IN_BRACKETS = re.compile(r"\([^)\x00]{0,16}\)")
_FILLER = re.compile(_FILLING)
_FILLER_BEFORE = re.compile(
    rf"\x00+|{_FILLING}|(?!but|has|have|is|was|on|with|takes|however|except)[a-z]{{1,14}}(?=[,/])"
    r"|(?!but |has |is |was |with )[a-z'-]+ (?:[a-z'-]+ ){0,2}?(?:or|nor) "
)
#: Negates the term that it stands behind and none before: "focal epilepsy, seizure-free", 「AよりもB、Cではない」.
_OF_ONE_TERM = re.compile(r"[- ]free|では?な[いか]|×|\s?-")
#: 「高血圧、不安定狭心症はなく労作性狭心症として」.
_CONTRASTED = re.compile(r"はなく(?![、。,\s経])")
#: Signs and bare words, which often stand for the last of a list alone.
_BARE = re.compile(r"なし|無し?|\(-\)|陰性")
#: The next item is denied by a word of its own: then the items of this list are, one by one.
_EACH_ITS_OWN = re.compile(
    r"[、,\s]\s?(?:\x00+|[^、。,\x00\s()]{1,8})\s?(?:な[しく]|\(-\)|無し?(?![一-龠])|×)(?=[、。,\s]|$)"
)
#: What is seen on one side, or measured: 「左視神経乳頭陥凹、網膜出血なし」, 「脂肪肝軽度、腎嚢胞、胆石(-)」.
_SEEN_BEFORE = re.compile(
    r"(?:[左右両]側?|軽度の?|淡い|少量の?|[^a-z][rl] )$"
    r"|\x00(?:軽度|中等度|高度|\(\+\)|あり|\s?\d[\d.]*\s?(?:mm|cm)?)[、,]\s?$"
    r"|(?:エコー|眼底|鏡|カメラ|ct|mri|xp|us|ecg|心電図|病理|所見)[:：\s]\s?$"
)
_SEEN = re.compile(r"^(?:[左右両]|軽度|陳旧)|(?:あり|\(\+\)|陽性|\+)$")
#: A name that holds its result is not denied by the result of the next test: 「HBc抗体(+) HBV-DNA(-)」.
_POSITIVE = re.compile(r"(?:\(\+\)|陽性|[^+]\+)$")
#: 「HBs-  HCV-  HIV-」: a sign without a space, in a row of such.
_MINUS = re.compile(r"-(?=\s(?:\s|[a-z0-9]+[+-])|$)")
#: Items between slashes with spaces are said one by one: 「A / Bはなし / C」.
_SLASHED = re.compile(r"\s+/\s")
#: Begins a new item of a list in which "no" does not reach on: "no nodules, mild emphysema".
_NEW_ITEM = re.compile(r"[,、]\s*(?:previous|prior|past|old|known|mild|moderate|severe|small)\s*$")
_DEGREE = re.compile(r"(?:mild|moderate|severe|small) ")


def holds_its_result(name: str) -> bool:
    """Whether a name tells that a test was positive."""
    return _POSITIVE.search(name) is not None


def negated_after(name: str, before: str, after: str) -> bool:
    """Whether nothing but a list and small words stand between the term and a word behind it that negates it."""
    if _QUIET.match(after) or holds_its_result(name):
        return False
    if _MINUS.match(after):
        return True
    word, at = cue("negated", "after"), 0
    while found := _ITEM.match(after, at):
        at = found.end()
    behind = at
    if told := word.match(after, at):
        # 「二尖弁、高血圧、痛風なし、ヘルニア術後」 denies the last only; a list of denials goes on with denials.
        if at and _GOES_ON.match(after, told.end()) and _COMMAS.fullmatch(after, 0, at):
            return False
        return not at or _reaches_back(name, before, after, at, told)
    if bracket := _IN_BRACKETS.match(after, at):
        at = bracket.end()
    while not (told := word.match(after, at)):
        filler = _FILLER.match(after, at)
        if filler is None:
            return False
        at = filler.end()
    return not behind or _reaches_back(name, before, after, behind, told)


def _reaches_back(name: str, before: str, after: str, behind: int, told: re.Match[str]) -> bool:
    """Whether what denies the last item of a list denies this one. `behind`: where the last item ends."""
    if _OF_ONE_TERM.match(told[0]) or _SLASHED.match(after) or _CONTRASTED.match(after, told.start() - 1):
        return False
    if not after.startswith(("、", ",")) or told.start() != behind or not _BARE.match(told[0]):
        return True
    return not (_SEEN.search(name) or _SEEN_BEFORE.search(before[-16:]) or _EACH_ITS_OWN.match(after, told.end()))


def negated_before(name: str, before: str) -> bool:
    """Whether nothing but a list and small words stand behind the word that negates it: "denies A, B or "."""
    for word in cue("negated", "before").finditer(before):
        at = word.end()
        while at < len(before) and (filler := _FILLER_BEFORE.match(before, at)):
            at = filler.end()
        if at == len(before):
            listed = before[word.end() :]
            return not (_NEW_ITEM.search(listed) or ("," in listed and _DEGREE.match(name)))
    return False
