"""Counts in SudachiDict of which kanji names are made -> the data file `ja_name_kanji.tsv`.

    python -m bench.name_kanji

Counted are the names of persons and places, and the other nouns, of two kanji. No word of the dictionary is taken
over. Needs the extra `ja`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable

import sudachipy

from bench.import_words import DATA

#: In as many names as this, out of some 140,000, a kanji is what names are made of.
_COMMON = 150
_NAMES = ("人名", "地名")
#: Of so many words that end with a kanji, hardly any (this share) may be a name, and so many have to be none.
_HARDLY, _ENOUGH = 0.15, 15


def main() -> int:
    """Write the file and say how many."""
    counts, ends, plain_ends = counted(_of_the_standard())
    found = " ".join(sorted(kanji for kanji, count in counts.items() if count >= _COMMON))
    nouns = " ".join(sorted(k for k, n in plain_ends.items() if n >= _ENOUGH and ends[k] <= _HARDLY * (n + ends[k])))
    (DATA / "ja_name_kanji.tsv").write_text(
        "# `kanji`: in 150 or more names of two kanji. `noun_end`: the last of at least 15 nouns of two kanji, and of\n"
        "# hardly any name. Counted in SudachiDict core 20261015 by bench/name_kanji.py.\nclass\twords\n"
        f"kanji\t{found}\nnoun_end\t{nouns}\n",
        encoding="utf-8",
    )
    print(len(found.split()), "kanji of names,", len(nouns.split()), "that end nouns")
    return 0


def counted(kanji: Iterable[str]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """In how many names of two of these kanji each of them is; how many names, and how many other nouns, it ends."""
    lookup, kanji = sudachipy.Dictionary().lookup, sorted(kanji)
    counts: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    plain_ends: Counter[str] = Counter()
    for word in (one + other for one in kanji for other in kanji):
        kinds = [entry.part_of_speech() for entry in lookup(word)]
        if any(kind[1] == "固有名詞" and kind[2] in _NAMES for kind in kinds):
            counts.update(set(word))
            ends[word[1]] += 1
        elif any(kind[:2] == ("名詞", "普通名詞") for kind in kinds):
            plain_ends[word[1]] += 1
    return counts, ends, plain_ends


def _of_the_standard() -> set[str]:
    """The kanji of JIS X 0208, first level."""
    codes = (bytes([row + 0xA0, cell + 0xA0]) for row in range(16, 48) for cell in range(1, 95))
    return {code.decode("euc_jp", "ignore") for code in codes} - {""}


if __name__ == "__main__":
    sys.exit(main())
