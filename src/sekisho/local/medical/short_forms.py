"""Short forms that mean different things in different notes (AD, AR, BA): decided by what else the note tells.

A form whose sign does not stand in the note says nothing. Data: `data/closed/short_forms.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from sekisho.local.medical.lexicon import Hit


class _Meaning(NamedTuple):
    code: str
    beside: re.Pattern[str] | None
    follows: re.Pattern[str] | None


def short_forms(folded: str, cased: str) -> Iterator[Hit]:
    """What the short forms of a note mean, where it can be told."""
    known: dict[str, str] = {}
    for found in _pattern().finditer(cased):
        for meaning in _meanings()[found[0]]:
            if meaning.follows is not None:
                code = meaning.code if meaning.follows.match(folded, found.end()) else ""
            else:
                told = f"{found[0]} {meaning.code}"
                if told not in known:
                    known[told] = meaning.code if meaning.beside and meaning.beside.search(folded) else ""
                code = known[told]
            if code:
                yield Hit(code, found.start(), found.end())
                break


@cache
def _meanings() -> dict[str, list[_Meaning]]:
    meanings: dict[str, list[_Meaning]] = {}
    table = tomllib.loads(files(__package__).joinpath("data", "closed", "short_forms.toml").read_text("utf-8"))
    for row in table["form"]:
        signs = [re.compile(row[name]) if name in row else None for name in ("beside", "follows")]
        for form in row["written"].split("|"):
            meanings.setdefault(form, []).append(_Meaning(row["means"], signs[0], signs[1]))
    return meanings


#: Words that make a vaccine, a toxin or an antibody of it.
_OTHERWISE = (
    r"\s?(?:トキシン|抗[原体]|陽性|ワクチン|[・、]水痘|[・、]おたふく|接種|毒素|検査|角|法|画像"
    r"|vaccine|toxin|antigen|antibod|contin)"
)


@cache
def _pattern() -> re.Pattern[str]:
    forms = "|".join(
        form if form.isascii() else f"(?<![一-龠ァ-ヶー]){form}(?![一-龠](?<!期))"
        for form in sorted(_meanings(), key=len, reverse=True)
    )
    # 「PE: soft」 is the examination, 「CD4」 a cell, 「HD-MTX」 a dose: no letter, hyphen or colon beside it.
    # Where none can begin, none is tried.
    first = "".join(sorted({form[0] for form in _meanings()}))
    begins = rf"(?=[{first}])(?<![A-Za-z0-9/-])(?<!\()"
    return re.compile(rf"{begins}(?:{forms})(?![A-Za-z:-]|\d(?![ +mM期]|\d\d)|{_OTHERWISE})")
