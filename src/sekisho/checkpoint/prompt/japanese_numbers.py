"""Numbers in a Japanese piece that may stay: measured values, strengths, degrees, small numbers that stand alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.checkpoint.prompt.words import Piece, PromptWords

#: A value whose name says what it is measured in: 血圧150/95, 脈拍は110.
_MEASURED = re.compile(
    r"(?:血圧|(?:血圧が|血圧は|血圧の|、)[上下]|上が|下が|上は|下は|脈拍数?|脈|心拍数?|体温|熱|spo2|酸素飽和度|酸素|サチュレーション"
    r"|hba1c|bmi|hr|bp|bt|測ったら|測ると|測って|計ったら|計ると|1分(?:間)?に|血糖値?|尿酸値?|(?:総)?コレステロール値?|中性脂肪|ヘモグロビン"
    r"|クレアチニン|ldl|hdl|ast|alt|got|gpt|crp|tsh|egfr|psa|bnp|γ-?gtp?|ガンマ(?:gtp)?|フェリチン|アルブミン|白血球|血小板|おねつ|お熱|骨密度)"
    r"(?:コレステロール|の?値)?(?:は|が|も|で|:|を測ったら|を測ると|を測って)?(?:さっき|今朝|今|昨日|きのう|前回|先月|だいたい|空腹時|朝だけ|夜だけ|朝|夜|昼)?(?:で|は|が)?"
    r"[ 、]?(?:約)?"
    r"(\d{1,3}(?:\.\d)?(?:[/\-~〜の]\d{2,3}(?:\.\d)?)?)(?![\d./]|\s?(?:分|時|日|週|年))"
)
#: How bad it is, out of ten: 「痛みは8/10」.
_OUT_OF_TEN = re.compile(
    r"(?:痛み|痛さ|つらさ|しんどさ|だるさ|かゆみ|ペイン|スケール|nrs|vas)[はが:も]?(?:だいたい|今)?[ 、]?"
    r"(\d{1,2}/10)(?!\d)"
)
#: Numbers that everybody calls: the ambulance, advice by telephone.
_EMERGENCY = re.compile(r"#(?:7119|8000)(?!\d)|(?<!\d)(?:119|110)(?:番)?(?![\d.])(?=番|に|へ|を|か|、|。|で)")

#: The year at school: 小3, 中2.
_GRADE = re.compile(r"(?<![一-龠0-9])(?:小[1-6一二三四五六]|[中高][1-3一二三])(?![\d.])(?=[ぁ-ん、。 !?)」]|$)")
#: A value with its English unit among Japanese words: "12 days".
_WITH_UNIT = re.compile(r"(?<![\d.,/a-z])(\d{1,3}(?:\.\d)?)[ -]([a-z]+)(?![a-z])")
#: The same in one word: 3am, 15w, 45-min.
_GLUED = re.compile(
    r"(?<![\d.,/a-z\-])\d{1,3}(?:\.\d)?-?(?:am|pm|w|wks?|d|h|hrs?|mins?|mg|g|kg|cm|mm|ml|yo|km|bpm)(?![a-z0-9\-])"
)
#: A number of one or two digits that stands alone: 「もう71になる」, 「視力が0.3に」. Nobody is found by it.
_SMALL = re.compile(
    r"(?:(?<![\d.,/~〜\-#+a-z一-龠々ァ-ヴー])|(?<=来月)|(?<=来年)|(?<=今年)|(?<=今度)|(?<=今))\d{1,2}(?:\.\d{1,2})?"
    r"(?=[のがはをにもだへや、。)」!?]|な[のん]|と(?!\d)|で(?!\d)|から|まで|か[、。?]|[くぐ]らい|ほど|だけ|しか|より|など|です|って"
    r"|[.]?(?: (?!\d)|$)|(?:cm|mm|kg|mg|ml)(?![a-z]))"
)
#: Before a number that somebody may be found by.
_NUMBER_OF = re.compile(
    r"(?:番|号|室|棟|組|班|部屋|丁目|番地|条|町|村|通り|コード|ナンバー|番号|口座|暗証|会員|社員|記号|桁|末尾|内線|便|席|ベッド|窓口|ロッカー"
    r"|昭和|平成|令和|大正|明治|(?<![a-z])(?:[shtr]|id|no\.?)|(?<!来)(?<!今)年|(?<!来)(?<!今)月)[はがもの:・ ]{0,2}$"
)
#: A strength behind the name of a medicine: 「チラーヂン100を」; a grade: 「潜血2+」.
_STRENGTH = re.compile(r"([ァ-ヴー]{3,}) ?(\d{1,3}(?:\.\d{1,2})?)(?=[をはがもにと、。 ]|$)")
#: A degree of something that everybody has: 「カテゴリー3」, 「ステージ3b」, 「D判定」.
_DEGREE = re.compile(
    r"(?:カテゴリー?|クラス|ステージ|区分|グレード|レベル|ランク|タイプ|フェーズ|スコア|判定|評価|段階|病期)[はが ]?"
    r"(\d{1,2}[a-c]?|[a-f]|i{1,3}|iv)(?![a-z0-9])"
)
#: An age in kanji, up to 89: 「八十五の叔母が」.
_IN_KANJI = re.compile(
    r"(?<![一-龠々\d])[二三四五六七八]?十[一二三四五六七八九]?(?=(?:[のにでだ、。]|です|なん)(?!.{0,3}[一二三四五六七八九十百\d]))"
)
#: How often: 「週6で」, 「月1の」.
_OFTEN = re.compile(r"(?<![\d一-龠])(?:週|月|年)\d{1,2}(?=[でのにはも、。]|くらい|ぐらい|ペース|$)")
_GRADED = re.compile(r"(?<![\d.\-+])[1-4](?:\+|プラス)")
_TO = "から"
_NEAR = 4
#: How far is looked for what a number is of.
_AROUND = 12
#: An age above it points at somebody (45 CFR 164.514(b)(2)(i)(C)).
_OLDEST = 89
_DIGIT = re.compile(r"\d")


def numbers_in(piece: str, words: PromptWords) -> Iterator[Piece]:
    """Where they are, each with the class of word that it stands for."""
    for pattern in (_MEASURED, _OUT_OF_TEN, _DEGREE):
        yield from ((value.start(1), value.end(1), "measured") for value in pattern.finditer(piece))
    yield from ((number.start(), number.end(), "measured") for number in _IN_KANJI.finditer(piece))
    for pattern in (_EMERGENCY, _GRADE, _GLUED, _OFTEN):
        yield from ((number.start(), number.end(), "noun") for number in pattern.finditer(piece))
    yield from ((mark.start(), mark.end(), "measured") for mark in _GRADED.finditer(piece))
    for number in _SMALL.finditer(piece):
        if _is_alone(piece, number):
            yield number.start(), number.end(), "measured"
    for named in _STRENGTH.finditer(piece):
        if named[1] in words.clinical_ja:
            yield named.start(2), named.end(), "measured"
    for value in _WITH_UNIT.finditer(piece):
        if value[2] in words.units:
            yield value.start(1), value.end(1), "measured"


def _is_alone(piece: str, number: re.Match[str]) -> bool:
    """Whether no other digit is near, but the other end of a change (1.0から0.3に), and it is no number of a room."""
    before, behind = (
        piece[max(0, number.start() - _AROUND) : number.start()],
        piece[number.end() : number.end() + _AROUND],
    )
    if int(float(number[0])) > _OLDEST or _NUMBER_OF.search(before) or "\ue000" <= before.rstrip()[-1:] <= "\ue0ff":
        return False
    return not (_DIGIT.search(before[-_NEAR:]) and not before.endswith(_TO)) and not (
        _DIGIT.search(behind[:_NEAR]) and not behind.startswith(_TO)
    )
