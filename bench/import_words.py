"""Reviewed word lists -> the data files `ja_everyday.tsv` and `en_everyday.tsv` of the inspection of typed text.

    python -m bench.import_words FOLDER...

Each folder holds `*.tsv`: a word, its class and a gloss on a line; `*.txt`: a class and its words on a line. A class
is one of `CLASSES`; a word that is also a name comes in only with `!` before its class. What is already listed or
made of listed words, what is a family name, given name or place in our lists or in SudachiDict, and what has a class of
another kind is left out and counted. So is a word of one to three kanji or kana without `!`: most names have that
shape, two such words make a third (三軒 + 茶屋), and Sudachi vouches for those that are words. Words in the files now
are kept; the lists only grow. Needs the extra `ja`.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sekisho.checkpoint.prompt.japanese import MAY_END, START, Japanese, compiled
from sekisho.checkpoint.prompt.japanese_rules import CONTENT
from sekisho.local.medical.prompt_inflections import english_forms

DATA = Path(__file__).parents[1] / "src/sekisho/local/medical/data/words"
#: Class in a written list -> class of the data files; `v` and `i` become stems.
CLASSES = {
    "ja": {
        **dict.fromkeys(("noun", "n", "na", "suru", "katakana", "compound", "body", "food", "role", "family"), "noun"),
        **dict.fromkeys(("v", "v1", "v5", "verb"), "verb"),
        **dict.fromkeys(("i", "adj"), "adj"),
        **dict.fromkeys(("adv", "adverb", "sound"), "adverb"),
        **dict.fromkeys(("expr", "interjection"), "interjection"),
        **{name: name for name in ("time", "counter", "conjunction", "rentai", "pronoun")},
        **{name: name for name in ("suffix", "prefix", "predicate", "te")},
    },
    "en": {
        **dict.fromkeys(("noun", "n", "body", "food", "role", "family"), "noun"),
        **dict.fromkeys(("verb", "v"), "verb"),
        **dict.fromkeys(("adj", "adjective", "a"), "adj"),
        **dict.fromkeys(("adv", "adverb", "fixed", "expr", "slang", "interjection"), "fixed"),
        **{name: name for name in ("capital", "acronym")},
    },
}  # fmt: skip
_ROWS = dict(zip("くぐすつぬぶむるう", ("vk", "vg", "vs", "vt", "vn", "vb", "vm", "vr", "vu"), strict=True))
_JAPANESE = re.compile(r"[ぁ-んァ-ヴー一-龠々ヶ〇]{1,20}")
_ENGLISH = re.compile(r"[a-z][a-z'\-]{0,24}")
_KANJI = re.compile(r"[一-龠]")
#: Most names are written so; and a stem of two kana (とめ) may be one.
_SHAPED = re.compile(r"[一-龠々]{1,3}|[ぁ-んー]{1,3}|[ァ-ヴー]{1,2}")
_SHORT = re.compile(r"[ぁ-んー]{1,2}")
_TITLES = ("さん", "ちゃん", "くん", "さま", "様", "君", "先生")
_PARTICLES = "がはもをにとへので"
#: 「高が」: behind 日 it would be 日高 and a particle.
_MAY_BE_HALF = re.compile(r"[一-龠々][がはもを]")
_KATAKANA = re.compile(r"[ァ-ヴー]+")
_ON_A_LINE = 100
#: A compound of so many letters is left out where its parts are listed.
_LONG = 4

Row = tuple[str, str, bool]
#: A word or stem, and its class in the data files.
Kept = tuple[str, str]


def main(folders: list[str]) -> int:
    """Merge the folders into both files and say what was left out."""
    rows = [row for folder in folders for path in sorted(Path(folder).glob("*.t[sx][vt]")) for row in _rows(path)]
    for language in ("ja", "en"):
        left_out: dict[str, list[str]] = defaultdict(list)
        kept = _merged(language, rows, left_out)
        _write(language, kept)
        print(language, dict(Counter(name for _, name in kept)), {why: len(words) for why, words in left_out.items()})
        for why, words in left_out.items():
            if why not in ("listed", "other language", "made of listed words", "shaped like a name"):
                print(" ", why, " ".join(sorted(set(words))))
    return 0


def _rows(path: Path) -> Iterator[Row]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if path.suffix == ".txt":
            name, *words = line.split()
        else:
            word, name, *_ = [*(cell.strip() for cell in line.split("\t")), ""]
            words = [word]
        for word in words:
            yield word, name.lstrip("!").lower(), name.startswith("!")


def _merged(language: str, rows: Iterable[Row], left_out: dict[str, list[str]]) -> set[Kept]:
    kept = set(_file_rows(f"{language}_everyday.tsv"))
    names, listed = _names(language), _listed(language)
    right = _JAPANESE if language == "ja" else _ENGLISH
    for word, written, marked in rows:
        plain = word if language == "ja" else word.replace("’", "'")
        if not right.fullmatch(plain):
            left_out["other language"].append(word)
        elif (name := CLASSES[language].get(written)) is None:
            left_out[f"class {written}"].append(word)
        else:
            for stem, own in _stems(plain, name) if language == "ja" else [(plain, name)]:
                if (stem, own) in listed:
                    left_out["listed"].append(word)
                elif not marked and plain[-1] in _PARTICLES and (plain[:-1] in names or _MAY_BE_HALF.fullmatch(plain)):
                    left_out["name with a particle"].append(word)
                elif not marked and (plain in names or (language == "ja" and _is_a_name(plain))):
                    left_out["name"].append(word)
                elif not marked and stem in names:
                    left_out["stem is a name"].append(word)
                elif not marked and plain.endswith(_TITLES):
                    left_out["a title"].append(word)  # とめ婆さん
                elif not marked and (_SHAPED.fullmatch(plain) or _SHORT.fullmatch(stem)):
                    left_out["shaped like a name"].append(word)
                else:
                    kept.add((stem, own))
    new = kept - set(_file_rows(f"{language}_everyday.tsv"))
    made = {row for row in new if len(row[0]) >= _LONG} & set(_compounds(language, new, kept | listed))
    left_out["made of listed words"] += [word for word, _ in made]
    return kept - made


def _compounds(language: str, new: set[Kept], rows: set[Kept]) -> Iterator[Kept]:
    """What the inspection knows without having it on a list: 手術 + 説明, paper-thin."""
    if language == "en":
        known = {
            form for kind in ("noun", "verb", "adj") for form in english_forms(kind, {w for w, k in rows if k == kind})
        }
        known |= {word for word, kind in rows if kind == "fixed"}
        whole = (row for row in new if row[1] not in ("capital", "acronym"))
        yield from (row for row in whole if "-" in row[0] and known.issuperset(row[0].split("-")))
        return
    lists = Japanese(compiled([row for row in rows if row[1] in CONTENT]))
    yield from (row for row in new if row[1] == "noun" and _is_made_of_others(row[0], lists))


def _is_made_of_others(word: str, lists: Japanese) -> bool:
    reached = [0] * (len(word) + 1)
    reached[0] = START
    for at in range(len(word)):
        for end, ways in lists.steps(word, at) if reached[at] else ():
            if end - at < len(word):
                for follows, leaves in ways:
                    reached[end] |= leaves if reached[at] & follows else 0
    return bool(reached[-1] & MAY_END)


def _stems(word: str, name: str) -> Iterator[tuple[str, str]]:
    """What stands in the data file for a word in its dictionary form."""
    if name == "adj":
        if word.endswith("い") and len(word) > 1:
            yield word[:-1], "adj"
    elif name == "noun" and len(word) == 1:
        if _KANJI.fullmatch(word):  # alone it joins no other: 目 and 黒 are also a surname
            yield word, "noun1"
    elif name != "verb":
        yield word, name
    elif word.endswith("する"):
        if len(word) > 3:
            yield word[:-2].removesuffix("を"), "noun"
    elif word.endswith(("行く", "いく")) and len(word) > 2:
        yield word[:-1], "viku"
    elif word.endswith("る") and _is_ichidan(word):
        yield word[:-1], "v1"
    elif word[-1] in _ROWS and len(word) > 1:
        yield word[:-1], _ROWS[word[-1]]


@cache
def _dictionary() -> Any:
    import sudachipy

    return sudachipy.Dictionary()


@cache
def _tokenizer() -> Any:
    dictionary = _dictionary()
    return (getattr(dictionary, "tokenizer", None) or dictionary.create)()


def _is_ichidan(verb: str) -> bool:
    """By SudachiDict; what it does not have, by the last word in it."""
    entries = [entry.part_of_speech() for entry in _dictionary().lookup(verb)]
    kinds = [kind[4] for kind in entries if kind[0] == "動詞"]
    if not kinds:
        kinds = [
            m.part_of_speech()[4] for m in _tokenizer().tokenize(verb) if m.part_of_speech()[0] in ("動詞", "助動詞")
        ]
    return bool(kinds) and "一段" in kinds[-1 if len(kinds) > 1 and not entries else 0]


def _is_a_name(word: str) -> bool:
    """Whether SudachiDict has the word, as it is written, as a family name, a given name or a place.

    Of katakana only names of people count: it has half of all things as a place or a band.
    """
    kinds = [entry.part_of_speech() for entry in _dictionary().lookup(word)]
    is_katakana = bool(_KATAKANA.fullmatch(word))
    return any(
        kind[1] == "固有名詞" and (kind[3] in ("姓", "名") or (kind[2] == "地名" and not is_katakana)) for kind in kinds
    )


def _file_rows(name: str) -> Iterator[tuple[str, str]]:
    path = DATA / name
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        if line and not line.startswith(("#", "class\t")):
            kind, _, words = line.partition("\t")
            yield from ((word, kind) for word in words.split())


def _names(language: str) -> frozenset[str]:
    return frozenset(word for word, _ in _file_rows(f"{language}_names.tsv"))


def _listed(language: str) -> frozenset[tuple[str, str]]:
    own = f"{language}_everyday.tsv"
    files = [p.name for p in DATA.glob(f"{language}_*.tsv") if not p.name.endswith(("names.tsv", "sounds.tsv", own))]
    found = {row for name in files for row in _file_rows(name)}
    return frozenset({(word, "noun" if kind not in ("noun1", "nounh") and name == "ja_compounds.tsv" else kind)
                      for name in files for word, kind in _file_rows(name)} | found)  # fmt: skip


def _write(language: str, rows: set[tuple[str, str]]) -> None:
    header = {
        "ja": "# Everyday Japanese, merged by bench/import_words.py: stems of verbs and adjectives,\n"
        "# other words as they stand. Written for this project; names taken out by SudachiDict core 20261015.\n",
        "en": "# Everyday English, merged from written lists by bench/import_words.py. Written for this project.\n",
    }[language]
    lines = [header + "class\twords\n"]
    for kind in sorted({kind for _, kind in rows}):
        words = sorted(word for word, own in rows if own == kind)
        lines += [f"{kind}\t{' '.join(words[at : at + _ON_A_LINE])}\n" for at in range(0, len(words), _ON_A_LINE)]
    (DATA / f"{language}_everyday.tsv").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
