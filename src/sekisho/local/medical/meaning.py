"""What the words around a term make of it: negated, of the family, suspected, past, planned."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from sekisho.local.medical.cues import cue
from sekisho.local.medical.lexicon import Hit
from sekisho.local.medical.note_answers import NO, answered
from sekisho.local.medical.note_negation import negated_after, negated_before

_SENTENCE = re.compile(
    r"[。．；;\n\r]|(?<=[a-z0-9)\"'?])[.!](?=\s|$)|(?<=[a-z0-9)ぁ-ヶ一-龠])\.(?=[ぁ-ヶ一-龠])|(?<=[ぁ-ヶ一-龠])\.(?=\s)"
)
_CLAUSE = re.compile(r"[、,，]|(?: but | however | although )|(?<=[ただるい])が(?!ん)|(?<=(?:です|ます))が|(?<=した)が")
#: Behind it a new item of a list begins.
_ITEM_END = re.compile(r"/\s|\s/")
_SELF = re.compile(
    r"(?<![嫁妻夫母父娘子])本人|患者|(?<![妻夫母父娘子ん様])自身"
    r"|(?:the|this|our) patient(?!'s (?:wife|husband|mother|father|son|daughter|brother|sister))"
    r"|himself|herself|(?<![a-z])pt(?![a-z])"
)
#: The person as the one of whom something is said.
_SELF_SPEAKS = re.compile(r"(?<![嫁妻夫母父娘子])(?:本人|患者)(?:は|も|に|が|[::])|(?:the|our) patient(?=\s)")
_NOW_BEFORE = re.compile(r"(?:今|現在)[はも、]?\s?$")
_NOW_AFTER = re.compile(r" (?:now|any ?more|any longer)(?![a-z])|なくな[っり]")
_IN_FAMILY = re.compile(
    r"^ (?:in|on) (?:his|her|their|the|patient's)?\s*"
    r"(?:father|mother|brother|sister|parents?|grand\w+|aunt|uncle|paternal|maternal|family)"
)
_ONLY_LISTED = re.compile(r"(?:[\s、,・と及びおよび+&()]|(?<! )/(?! ))*(?:and|or)?[\s]*|系|系薬|薬|剤")
_OF_FAMILY = re.compile(
    r"^(?:の|を持つ|を有する)(?:ある|いる)?(?:父|母|兄|弟|姉|妹|祖父|祖母|家族|家系|叔|伯|従)|^の家系"
    # 「アトピーは姉のみ」, 「DM:兄」, 「橋本病で妹さんが内服中」
    r"|^(?:は|:)\s?(?:彼の|彼女の|本人の)?(?:実?父|実?母|兄|弟|姉|妹|祖父|祖母)(?:さん|様)?(?:のみ|だけ|に|[。.、\s]|$)"
    r"|^で(?:実?父|実?母|兄|弟|姉|妹|祖父|祖母)(?:さん|様|親)?(?:が|を(?:亡|失))"
)
_OF_OTHERS = re.compile(
    r"[^。\x00、]{0,8}(?:は|が|:)\s?(?:他の|別の|同じ(?:施設|病棟|フロア|部屋|クラス)の|同室の?|隣の)"
    r"[^。\x00、]{0,3}(?:入居者|入所者|利用者|患者|方|人|者|園児|生徒|児)"
)
#: The one who tells or is told, not the one who is ill: 「母より聴取」, 「妻と来院」.
_TELLS = (
    r"(?!(?:さん|様|さま|ちゃん|氏|くん)?(?:より|から|によ|へ|に(?:電話|説明|連絡|確認|付|伴|連)|と(?:同居|二人|暮|来|と|一緒|電話|面談|相談)|同席|同伴|談|いわく|曰|の(?:話|訴|希望|付|手|介(?!護\()|勧|報|心配|協力|運転)"
    r"|来院|電話|付き添|が(?:付き|同席|同伴|代わ|希望|心配|来院|気に|言|話|管理|見て|介助|連れ)|は(?:元気|健在|健康)|:「|「|\)[^。\n]{0,4}「"
    r"|の(?:入院|他界|死去|死)(?:後|を機)|に[^、。\x00]{0,8}言わ"
    r"|(?: \([^)\n]{0,14}\))? (?:says|said|reports?|reported|states|stated|rang|rings|called|phoned"
    r"|noticed|thinks|feels|brings|brought|tells|told|wonders|worries|worried)(?![a-z])))"
)
_REMARK = re.compile(r"^(?:の?既往|疑い|術後)?\s?(?:「[^」]*」)?[(〔\[]([^)〕\]\n]*)")


#: Characters of the longest sentence that is read as one.
_LONGEST = 600
#: Characters from a full stop within brackets to either bracket, at most.
_REMARK_LONGEST = 24
_TIME_BEFORE = re.compile(
    r"(?:昨年|一昨年|以前|昔|過去に|かつて|若い頃|幼少期|小児期|学生時代|(?:\d{1,2}|[一二三四五六七八九十]+|数)年(?:ほど|くらい)?前|(?:昭和|平成|令和|[hsr])?\d{1,4}年?(?:\d{1,2}月)?"
    r"|\d{1,2}歳(?:時|の時|頃)?)に?は?[、,]\s?$"
)


class Sentence(NamedTuple):
    """A sentence in folded text, the same with its case as written, and where it starts."""

    text: str
    cased: str
    start: int


def sentences(folded: str, cased: str = "", offset: int = 0) -> list[Sentence]:
    """The sentences of a folded text; line breaks end one. `offset` is where the text itself starts."""
    cased = cased or folded
    found, start = [], 0
    ends = [m.span() for m in _SENTENCE.finditer(folded) if not _is_in_remark(folded, m.start())]
    for mark in [*ends, (len(folded), len(folded))]:
        for begin, end in _cut(folded, start, mark[0]) if mark[0] - start > _LONGEST else ((start, mark[0]),):
            text = folded[begin:end]
            if text and not text.isspace():
                found.append(Sentence(text, cased[begin:end], offset + begin))
        start = mark[1]
    return found


def _is_in_remark(folded: str, at: int) -> bool:
    """Whether a full stop stands within a short remark in brackets: 「気管支喘息(小児期。今なし)」."""
    if folded[at] != "。":
        return False
    opened = folded.rfind("(", max(0, at - _REMARK_LONGEST), at)
    if opened < 0 or ")" in folded[opened:at]:
        return False
    closed = folded.find(")", at, at + _REMARK_LONGEST)
    return closed > 0 and "\n" not in folded[opened:closed]


def _cut(folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentence itself; one that no person writes is cut, so that reading never takes longer than the text is."""
    while end - start > _LONGEST:
        at = max(folded.rfind(mark, start + 1, start + _LONGEST) for mark in ("、", ",", " "))
        at = at if at > start else start + _LONGEST
        yield start, at
        start = at
    yield start, end


class _Once:
    """A property that is found out once. Without the lock of the library's own, which takes longer than the answer."""

    def __init__(self, find: Callable[[Around], bool]) -> None:
        self._find = find

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, near: Around, owner: type) -> bool:
        near.__dict__[self._name] = found = self._find(near)
        return found


@dataclass(eq=False)
class Around:
    """One hit within its sentence: the text before and after, the clause, and both with other terms masked.

    What several readers ask is found out once. `denied`: what the reader of conditions made of it, if it was asked.
    """

    sentence: str
    before: str
    after: str
    clause_before: str
    clause_after: str
    denied: bool | None = None

    @property
    def name(self) -> str:
        """The term as the sentence writes it."""
        return self.sentence[len(self.before) : len(self.sentence) - len(self.after)]

    @property
    def written_after(self) -> str:
        """What follows in the sentence, other terms as they are written."""
        return self.sentence[len(self.sentence) - len(self.after) :]

    @cached_property
    def answer(self) -> str:
        """What a form answers to the term (`note_answers`); empty where none does."""
        return answered(self.before, self.after)

    @property
    def clause(self) -> str:
        """The clause without the term."""
        return f"{self.clause_before}\x00{self.clause_after}"

    @property
    def remark(self) -> str:
        """What stands in brackets directly behind the term, other terms included."""
        found = _REMARK.match(self.written_after)
        return found[1] if found else ""

    @property
    def lead(self) -> str:
        """What stands before in the clause, and a word of time before its comma: 「昨年、肺炎で入院」."""
        earlier = self.before[: len(self.before) - len(self.clause_before)]
        time = _TIME_BEFORE.search(earlier)
        own = _ITEM_END.split(self.clause_before[-24:].rpartition("\x00")[2])[-1]
        return f"{time[0]}{own}" if time else own

    @property
    def own(self) -> str:
        """What follows up to the next term, however many commas stand between."""
        return self.after.split("\x00", 1)[0]

    def is_negated(self) -> bool:
        """「咳、発熱なし」, "denies chest pain or fever": the word reaches over a list, and over nothing else."""
        return self._negated

    @_Once
    def _negated(self) -> bool:
        if self.answer:
            return self.answer == NO
        return negated_after(self.name, self.before, self.after) or negated_before(self.name, self.before)

    def is_family(self) -> bool:
        """Whether it is said of a relative."""
        return self._family

    @_Once
    def _family(self) -> bool:
        after = _IN_FAMILY.match(self.after) or _OF_FAMILY.match(self.after)
        return _said_before("family", self) or bool(after)

    def is_someone_else(self) -> bool:
        """Whether it is said of somebody who is no relative, or of nobody."""
        return self._someone_else

    @_Once
    def _someone_else(self) -> bool:
        return _said_before("someone_else", self) or _OF_OTHERS.match(self.after) is not None

    def is_own_again(self) -> bool:
        """Whether the sentence names the person, and nobody else after that: 「友人が水痘、本人は風疹」."""
        own = [found.end() for found in _SELF_SPEAKS.finditer(self.before)]
        others = [end for group in ("family", "someone_else") for _, end in _people_in(group, self.before)]
        return bool(own) and own[-1] > max(others, default=0)

    def is_no_more(self) -> bool:
        """Whether it was so before: 「今はパニック発作なし」, "no migraines now"."""
        return bool(_NOW_BEFORE.search(self.before) or _NOW_AFTER.match(self.after))

    def own_after(self) -> str:
        """What follows in the clause up to the next term; beyond it only where nothing but a comma stands between."""
        said, *rest = self.after.split("\x00")
        for following in rest:
            if not _ONLY_LISTED.fullmatch(said):
                break
            said = following
        return _CLAUSE.split(said, maxsplit=1)[0]

    def is_over(self) -> bool:
        """Whether it is said to be over by the word directly before or after it (「C型肝炎後の」, "s/p stroke")."""
        return self._over

    @_Once
    def _over(self) -> bool:
        return bool(
            _directly_after("done_after").match(self.written_after)
            or _directly_before("done_before").search(self.sentence[: len(self.before)])
        )

    def later_says(self, group: str, within: int = 40) -> bool:
        """Whether a word of this group follows in the sentence, before the next term."""
        return bool(cue(group).search(self.after[:within].split("\x00")[0]))

    def next_words(self) -> str:
        """The first words of the next clause, if no other term comes before them: 「胃潰瘍、治癒」."""
        following = self.after[len(self.clause_after) :]
        # 「胆嚢ポリープ, 若い頃 TB」: the words before a term are its own.
        return "" if "\x00" in _CLAUSE.split(following[1:12], maxsplit=1)[0] else following[:6]

    def is_suspected(self) -> bool:
        """Whether it is only suspected."""
        return self._suspected

    @_Once
    def _suspected(self) -> bool:
        # 「歯周炎の急性発作(破折の可能性は否定)」: brackets that do not begin right behind it tell of something else.
        own = self.clause_after[:14].split("\x00")[0]
        return bool(
            cue("suspected").search(own[:2] + own[2:].split("(")[0])
            or cue("suspected_before").search(self.clause_before[-20:])
        )

    def is_listed(self) -> bool:
        """Whether it stands as an item of its own: at the start of a line, before what is done about it."""
        after = _listed_after().match(self.after)
        return bool(after) and _ITEM_STARTS.fullmatch(self.before) is not None

    def is_in_brackets(self) -> bool:
        """Whether it stands in brackets that opened before it in the sentence."""
        return self.before.count("(") > self.before.count(")")

    def says(self, group: str) -> bool:
        """Whether the clause holds a word of this group."""
        return bool(cue(group).search(self.clause))


_ITEM_STARTS = re.compile(r"[\s・\-*•●○#\d.()①-⑳]*|.*[。、,;/] ?|.*[^\w]")


@cache
def _directly_after(group: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{cue(group).pattern})")


@cache
def _directly_before(group: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{cue(group).pattern})\s*$")


@cache
def _listed_after() -> re.Pattern[str]:
    return re.compile(rf"[^\x00]{{0,4}}(?:{cue('listed_problem', 'after').pattern})")


@cache
def _people(group: str) -> re.Pattern[str]:
    return re.compile(f"(?<!per )(?:{cue(group).pattern}){_TELLS}")


def _said_before(group: str, near: Around) -> bool:
    gap = "\x00" * (len(near.sentence) - len(near.before) - len(near.after))
    found = [start for start, end in _people_in(group, f"{near.before}{gap}{near.after}") if end <= len(near.before)]
    if not found:
        return False
    own = list(_SELF.finditer(near.before))
    return not own or own[-1].start() < found[-1]


@lru_cache(maxsize=4)
def _people_in(group: str, blotted: str) -> tuple[tuple[int, int], ...]:
    """Where people of this group stand in a sentence: every term of the sentence asks, one after the other."""
    return tuple(found.span() for found in _people(group).finditer(blotted))


def masked(sentence: str, hits: Iterable[Hit]) -> str:
    """The sentence with its terms blotted out, so that what one is called says nothing of another."""
    for hit in hits:
        sentence = sentence[: hit.start] + "\x00" * (hit.end - hit.start) + sentence[hit.end :]
    return sentence


def around(sentence: str, hit: Hit, others: list[Hit], blotted: str = "") -> Around:
    """What stands around a hit; `hit` and `others` are placed in the sentence. `blotted`: it is masked already."""
    text = blotted or masked(sentence, others)
    before, after = text[: hit.start], text[hit.end :]
    return Around(
        sentence=sentence,
        before=before,
        after=after,
        clause_before=_CLAUSE.split(before)[-1],
        clause_after=_CLAUSE.split(after, maxsplit=1)[0],
    )


def status_of_condition(text: str, default: str) -> str:
    """The status that words tell, or the default; empty for what is not so. The text is folded."""
    if cue("suspected").search(text):
        return "suspected"
    if cue("remission").search(text):
        return "remission"
    if cue("active").search(text) and not re.search(r"inactive", text):
        return "active"
    if cue("past").search(text):
        return "past"
    return default


def status_of_medicine(text: str, default: str) -> str:
    """`active` or `stopped`. The text is folded."""
    if cue("stopped").search(text):
        return "stopped"
    return "active" if cue("started").search(text) else default
