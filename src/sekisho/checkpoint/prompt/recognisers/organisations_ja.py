"""Employers, schools and facilities in Japanese: a name with a word for such a place, unless the name is ordinary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from sekisho.checkpoint.prompt.kinds import Kind
from sekisho.checkpoint.prompt.spans import Span, Typed, near

_NAME = (
    r"(?:[一-龠々ヶケノ]{1,12}|[ァ-ヴー・]{2,14}|[A-Za-z][A-Za-z0-9&.\-]{1,19}|(?<![ぁ-ん一-龠ァ-ヴ])[ぁ-ん]{2,8}(?<![はがをにでとのもへや])"
    r"|(?<=[のはがを、])[ぁ-ん]{2,8}(?<![はがをにでとのもへや]))"
)
_KIND = (
    "総合病院|赤十字病院|医療センター|病院|クリニック|医院|診療所|歯科|内科|皮膚科|眼科"
    "|小児科|整形外科|大学院|大学|高等学校|高校|中学校|中学|小学校|幼稚園|保育園|こども園"
    "|学園|学院|専門学校"
    "|株式会社|有限会社|合同会社|銀行|信用金庫|薬局|製作所|製薬|商事|工業|建設|電機|電気"
    "|自動車|食品|運輸|運送|不動産|証券|生命|工務店|法律事務所|事務所|市役所|区役所|町役場"
    "|役場|消防署|警察署|郵便局|老人ホーム|ホーム|デイサービス|教会|寺|神社|スーパー|商店"
    "|ホテル|旅館|工場|出版|新聞社|テレビ|ホールディングス|グループ|支店|支社|営業所|本店"
    "|児童館|公民館|スイミング|塾|予備校|整骨院|接骨院|整体院|鍼灸院|治療院|助産院|美容院|薬品|ドラッグ"
    "|精機|精工|製鋼|重工|電工|化成|興業|興産|物産|商会|通商|製紙|製糖|製菓|紡績|機工|工機|鉄工所|鉄工|造船所|造船|酒造|乳業|製粉|ケミカル"
    "|ファーマ|フーズ|テック"
)
_BEHIND = re.compile(
    rf"{_NAME}(?:[一-龠々ヶ]{{1,6}}|[ァ-ヴー・]{{2,10}})?(?:{_KIND})(?:[一-龠ァ-ヴ]{{1,8}}(?:支店"
    rf"|支社|営業所|校|店|院|キャンパス|工場))?"
)
#: A class of a school: 「3年1組」.
_CLASS = re.compile(r"(?:\d|[一二三四五六])年\s?(?:\d{1,2}|[A-Za-z一二三四五六七八九])組")
#: How many characters of a name the pattern allows in front of such a word.
_BEFORE_KIND = 32
_ANY_KIND = re.compile(_KIND)
#: Kana in front of any such word name it (ひまわり歯科), unless they end as a verb, an adjective or a particle does.
_KANA_NAME = re.compile(r"[ぁ-ん]{2,8}(?<![たるいのなてでしくうにもとんずば])|[ァ-ヴー]{2,14}")
#: Katakana that say what kind of place it is, not which one.
_KANA_GENERAL = re.compile(
    r"(?:ペット|レディース|メンズ|スポーツ|リハビリ|メンタル|ストレス|アレルギー|アトピー|インプラント|デンタル|キッズ|ファミリー|ネット"
    r"|オンライン|ドライブスルー|チェーン|ドラッグ|ビジネス|カプセル|ラブ|シティ|リゾート|デイ|ショート|グループ|ケア|サービス|シェア|マイ"
    r"|アット|インターナショナル|フリー|ホスピス|バス|タクシー|トラック|ガラス|パン|ゴム|アルミ|ケーブル|バイオ|カルチャー|スイミング)+"
)
_BEFORE_SIGN = re.compile(r"会社|法人|[(（][株有][)）]")
_BEFORE = re.compile(
    r"(?:株式会社|有限会社|合同会社|医療法人(?:社団|財団)?|社会福祉法人|学校法人|一般社団法人"
    r"|NPO法人)[\s　]?(?:[一-龠々ヶァ-ヴー・A-Za-z0-9&]{2,20})"
    r"|[\(（](?:株|有)[\)）][一-龠々ヶァ-ヴー・A-Za-z]{2,16}|[一-龠々ヶァ-ヴー・A-Za-z]{2,16}[\(（](?:株|有)[\)）]"
)
#: A word for such a place with its name behind it, in kana: 「介護施設ほほえみ」.
_CALLED = re.compile(
    r"(?:団体|施設|ホーム|サークル|劇団|教室|スナック|居酒屋|喫茶店?|カフェ|美容室|民宿|作業所|事業所|サロン|クラブ|同好会)"
    r"[「『]?([ぁ-ん]{3,8}?|[ァ-ヴー]{2,10})(?=[のにでをはがと、。」』])"
)
_WORKS = re.compile(
    r"(?:勤務先|勤め先|職場|会社|学校|出身校|母校|通院先|かかりつけ)(?:の?名前)?は[「\s]?([一-龠々ヶァ-ヴー・A-Za-z]{2,16})(?=です"
    r"|と|で|に|、|。|」)"
)
#: The name of a house, whatever it is made of (ホテル潮騒), the rest of a public one (県立中央), a school without its
#: last word (桐葉女子の寮).
_HOUSE = re.compile(
    r"(?:ホテル|旅館|民宿|ペンション|ゲストハウス|ロッジ|ライブハウス)(?!内|中|側|暮らし|生活|療養|勤務|滞在|宿泊|代|泊|朝食|食|客|業|名|街|前|等)"
    r"([一-龠々]{2,5}|[ァ-ヴー]{2,8})(?=[のにでをはがと、。])"
)
_PUBLIC = re.compile(r"(?:県立|市立|都立|道立|府立|町立|村立|国立)([一-龠々ヶ]{2,4})(?=[のにでをはがと、。])")
_SCHOOL = re.compile(
    r"([一-龠々]{2,3}(?<!中学)(?<!高校)(?<!小学)(?<!大学)(?<!短大)(?<!成人)(?<!未婚)(?<!若年)(?<!思春期)"
    r"(?:女子|男子|商業|工業|農業|学園|学院|女学院))(?=の(?:寮|先生|生徒|部活|担任|[一-龠ァ-ヴー]{1,6}部|[1-6一二三]年)|に通|[1-6一二三]年)"
)
#: What a place is said to be called: 「屋号は「丸に熱」」.
_QUOTED = re.compile(
    r"(?:宿|店|会社|屋号|施設|園|塾|教室|チーム|バンド|団体|コンビニ|ハウス|勤務先)(?:の?名前?)?は?[「『]([^」』\n]{2,16})[」』]"
)
#: A class of a nursery: 「もも組」.
_NURSERY = re.compile(
    r"(?<![ぁ-んァ-ヴー])(?!ひとり|ふたり|ママ|パパ|おなじ)([ぁ-ん]{2,6}|[ァ-ヴー]{2,6})組(?=[のはがにで、。)）])"
)
#: Where somebody ate: 「昨日満月で焼き鳥を」, unless the word says what kind of place or event it is.
_SHOP = re.compile(
    r"(?:昨日|昨夜|昨晩|夕べ|ゆうべ|先日|今日|さっき|先週)([一-龠々]{2,4}(?<![家店屋会堂場園校食宅先行張台勤待事式席卓外内]))"
    r"で(?=焼き?鳥|ビール|ラーメン|寿司|鮨|ランチ|定食|日本酒|焼酎|飲み|飲ん|食べ|食っ)"
)
#: What is public and no name: 「県立高校の先生」, 「市立図書館で」.
_PLACE_OF_A_KIND = re.compile(
    r".*(?:病院|高校|中学|小学校|大学|図書館|体育館|公園|美術館|博物館|プール|学校|保育園|幼稚園|施設|センター)"
)
#: Where somebody works: a name, unless the whole is one listed word or ends as such places do in general.
_EMPLOYER = re.compile(
    r"((?:[一-龠々ヶ]|[ァ-ヴー]){2,14})(?=に(?:勤め|勤務)|で(?:働|はたら|勤務|バイト|アルバイト|パート)|の(?:社員|従業員|正社員|店員|店長))"
)
_WORKPLACE = re.compile(
    r".*(?:工場|会社|企業|店|屋|院|学校|施設|役所|現場|事務所|倉庫|農家|園|所|場|館|局|社|内|外|先|部|課|室|センター|スーパー|コンビニ|オフィス|中|夜)"
)
#: Behind these, only a general word in front makes no name: 東都大学 is somebody's, 医科大学 is not.
_STRICT = re.compile(
    r"病院|クリニック|医院|診療所|薬局|大学|高校|高等学校|中学|小学校|幼稚園|保育園|こども園"
    r"|学園|学院|会社|銀行|信用金庫|製作所|商事|寺$|神社|旅館|新聞社|電機|工業|建設|運輸|運送|証券|工務店|整骨院|接骨院|整体院|鍼灸院|治療院|助産院|(?<!医)薬品"
    r"|精機|精工|製鋼|重工|電工|化成|興業|興産|物産|商会|通商|製紙|製糖|製菓|紡績|機工|工機|鉄工|造船|酒造|乳業|製粉"
)
#: Words that stand before such a word without naming anything, beyond the lists.
_GENERAL = re.compile(
    r"^(?:(?:近所|近く|調剤|化学|試験|劇物|工業|医|院外|院内|門前|お|地元|市立|県立|国立|公立|私立|都立|市民|休日|夜間|救急|総合|大学|個人"
    r"|地域|町|専門|一般|当|別|他|同|某|大|大手|子供|子ども|赤十字|有名|救急|専門|動物"
    r"|産|内|外|眼|歯|産婦人|婦人|小児|小児科|皮膚|皮膚科|整形|整形外科|精神|精神科|心療内科"
    r"|耳鼻科|耳鼻咽喉科|泌尿器科|美容|美容外科|脳外科|脳神経外科|内科|外科|眼科|歯科|矯正"
    r"|矯正歯科|がん|癌|リハビリ|リハビリテーション|療養型|慢性期|急性期|地方|都市|開業"
    r"|掛かりつけ|かかりつけ|通院|入院|前|今|次|同|私立|公立|女子|男子|短期|医科|薬科|看護"
    r"|工業|商業|農業|進学|通信制|定時制|母校|出身|近く|紹介|転院|当番|在宅|訪問|往診|発熱外来"
    r"|中小|一流|民間|外資系|IT|ネット|郵便|信託|都内|市内|県内|海外|日本|全国|市|県|町"
    r"|村|区|国|救命救急|高度|二次|三次|指定|協力|提携|連携|製薬|保険|派遣|建設|運送|運輸"
    r"|食品|不動産)の?)*"
)


def find(typed: Typed) -> Iterator[Span]:
    """Spans of organisations."""
    if not typed.is_japanese:
        return
    text = typed.plain
    for found in near(_ANY_KIND, _BEHIND, _BEFORE_KIND, text):
        start = _after_ordinary(typed, found[0], found.start())
        if start < found.end():
            yield Span(start, found.end(), Kind.ORGANISATION)
    for pattern in [_BEFORE] * bool(_BEFORE_SIGN.search(text)) + [_CLASS] * ("組" in text):
        for found in pattern.finditer(text):
            yield Span(found.start(), found.end(), Kind.ORGANISATION)
    for found in _EMPLOYER.finditer(text):
        name = found[1]
        if name not in typed.words.listed and not (_WORKPLACE.fullmatch(name) and typed.is_ordinary(name)):
            yield Span(found.start(), found.end(), Kind.ORGANISATION)
    for found in _CALLED.finditer(text):
        if not typed.words.japanese.is_known(found[0].replace("「", "").replace("『", "")):
            yield Span(found.start(1), found.end(1), Kind.ORGANISATION)
    for found in chain.from_iterable(
        pattern.finditer(text) for pattern in (_HOUSE, _PUBLIC, _SCHOOL, _SHOP, _QUOTED, _NURSERY)
    ):
        if not _PLACE_OF_A_KIND.fullmatch(found[1]):
            yield Span(found.start(1), found.end(1), Kind.ORGANISATION)
    for found in _WORKS.finditer(text):
        if not typed.is_ordinary(found[1]):
            yield Span(found.start(1), found.end(1), Kind.ORGANISATION)


def _after_ordinary(typed: Typed, found: str, start: int) -> int:
    """Where the name begins: behind ordinary words in front of it; the end, if all of it is ordinary."""
    front = re.split(_KIND, found, maxsplit=1)[0]
    if _GENERAL.fullmatch(front) or (
        typed.is_ordinary(found) and not _STRICT.search(found) and not _is_kana_name(front, typed)
    ):
        return start + len(found)
    for size in range(min(5, len(front)), 0, -1):
        if front[:size] in typed.words.loose_words:
            return start + len(found) if _GENERAL.fullmatch(front[size:]) else start + size
    return start


def _is_kana_name(front: str, typed: Typed) -> bool:
    if not _KANA_NAME.fullmatch(front) or front in typed.words.loose_words:
        return False
    return "ぁ" <= front[0] <= "ん" or not typed.is_ordinary(front) or not _KANA_GENERAL.fullmatch(front)
