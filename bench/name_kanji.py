"""Counts in SudachiDict of which kanji names are made -> the data file `ja_name_kanji.tsv`.

    python -m bench.name_kanji

Counted are the names of persons and places of two kanji. No word of the dictionary is taken over. Needs the extra `ja`.
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


def main() -> int:
    """Write the file and say how many."""
    counts = in_names(_of_the_standard())
    found = "".join(sorted(kanji for kanji, count in counts.items() if count >= _COMMON))
    (DATA / "ja_name_kanji.tsv").write_text(
        "# Kanji that are in 150 or more names of two kanji, counted in SudachiDict core 20261015 by\n"
        f"# bench/name_kanji.py.\nclass\twords\nkanji\t{' '.join(found)}\n",
        encoding="utf-8",
    )
    print(len(found), "kanji of names")
    return 0


def in_names(kanji: Iterable[str]) -> Counter[str]:
    """In how many names of two of these kanji each of them is."""
    lookup, kanji = sudachipy.Dictionary().lookup, sorted(kanji)
    counts: Counter[str] = Counter()
    for word in (one + other for one in kanji for other in kanji):
        if any(
            entry.part_of_speech()[1] == "固有名詞" and entry.part_of_speech()[2] in _NAMES for entry in lookup(word)
        ):
            counts.update(set(word))
    return counts


def _of_the_standard() -> set[str]:
    """The kanji of JIS X 0208, first level."""
    codes = (bytes([row + 0xA0, cell + 0xA0]) for row in range(16, 48) for cell in range(1, 95))
    return {code.decode("euc_jp", "ignore") for code in codes} - {""}


if __name__ == "__main__":
    sys.exit(main())
