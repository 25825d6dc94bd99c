"""The bytes are read back with suspicion: fixed keys, and every string a template filled with terms (G1)."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.checkpoint.oracle import all_statements, supported
from tests.checkpoint.toy_catalog import ALL, TOY, toy_catalog

from sekisho.checkpoint.canonical import canonical_bytes
from sekisho.checkpoint.grammar import Grammar
from sekisho.checkpoint.render import render
from sekisho.errors import Code, Refused

JA, EN = Grammar(TOY, "ja"), Grammar(TOY, "en")
TRUE = tuple(statement for _, statement in all_statements(ALL.values(), TOY))

SUMMARY: dict[str, Any] = {
    "context": {
        "age": "70代・女性",
        "conditions": ["糖尿病（2型）（既往歴）", "不整脈"],
        "allergies": ["ペニシリン"],
        "medicines": ["ワルファリン"],
    },
    "relevance": {
        "history": ["ヘモグロビン：低値"],
        "interactions": ["ペニシリンアレルギーとアモキシシリン（アレルギー反応）"],
    },
    "advice": ["ペニシリンは禁忌", "原記録の確認が必要"],
}


def refusal(value: object, grammar: Grammar = JA) -> Code:
    with pytest.raises(Refused) as refused:
        grammar.check(canonical_bytes(value))
    return refused.value.code


def test_a_summary_is_read_into_its_segments() -> None:
    assert JA.check(canonical_bytes(SUMMARY)) == {
        *("70代", "・", "女性"),
        *("糖尿病（2型）", "（", "既往歴", "）", "不整脈", "ペニシリン", "ワルファリン"),
        *("ヘモグロビン", "：", "低値", "アレルギーと", "アモキシシリン", "アレルギー反応"),
        *("は禁忌", "原記録の確認が必要"),
    }


@pytest.mark.guarantee("G1")
@pytest.mark.parametrize("language", ["ja", "en"])
def test_everything_that_can_be_said_is_in_the_grammar(language: str) -> None:
    grammar = JA if language == "ja" else EN
    for statement in TRUE:
        grammar.check(canonical_bytes(render([statement], TOY, language)))


def _set(path: str, value: object) -> Callable[[dict[str, Any]], object]:
    def change(summary: dict[str, Any]) -> object:
        *parents, last = path.split("/")
        place: Any = summary
        for key in parents:
            place = place[key]
        place[last] = value
        return summary

    return change


def _without(path: str) -> Callable[[dict[str, Any]], object]:
    def change(summary: dict[str, Any]) -> object:
        *parents, last = path.split("/")
        place: Any = summary
        for key in parents:
            place = place[key]
        del place[last]
        return summary

    return change


BROKEN: dict[str, Callable[[dict[str, Any]], object]] = {
    "a word of no vocabulary": _set("context/conditions", ["鬼塚病"]),
    "a template with a word of no vocabulary": _set("advice", ["鬼塚は禁忌"]),
    "a word before a term": _set("context/conditions", ["鬼塚の不整脈"]),
    "a word after a term": _set("context/conditions", ["不整脈（鬼塚）"]),
    "a word after a sentence": _set("advice", ["ペニシリンは禁忌。鬼塚"]),
    "a word after a sentence without terms": _set("context/age", "非開示（鬼塚）"),
    "a sentence twice": _set("advice", ["ペニシリンは禁忌ペニシリンは禁忌"]),
    "a space after a term": _set("context/conditions", ["不整脈 "]),
    "a line feed after a term": _set("context/conditions", ["不整脈\n"]),
    "a term in another width": _set("context/conditions", ["不整脈\u200b"]),
    "nothing as a line": _set("context/conditions", [""]),
    "a term under another key": _set("context/allergies", ["不整脈"]),
    "a template under another key": _set("context/conditions", ["ペニシリンは禁忌"]),
    "a term of another kind in a slot": _set("advice", ["ヘモグロビンは禁忌"]),
    "an effect in the place of a status": _set("context/conditions", ["不整脈（出血）"]),
    "a status alone": _set("context/conditions", ["既往歴"]),
    "the other language": _set("context/conditions", ["arrhythmia"]),
    "a slot that was not filled": _set("context/conditions", ["{0}"]),
    "another age": _set("context/age", "73歳"),
    "no age": _set("context/age", ""),
    "ages as a list": _set("context/age", ["70代"]),
    "an age as a number": _set("context/age", 70),
    "an age as nothing": _set("context/age", None),
    "a line that is no list": _set("context/conditions", "不整脈"),
    "nothing for a list": _set("context/conditions", None),
    "keys for a list": _set("context/conditions", {"不整脈": []}),
    "a number among the lines": _set("context/conditions", ["不整脈", 1]),
    "a list among the lines": _set("context/conditions", [["不整脈"]]),
    "keys among the lines": _set("context/conditions", [{}]),
    "one line too many": _set("context/conditions", ["不整脈"] * 5),
    "a key more": _set("鬼塚", []),
    "a key more with nothing in it": _set("鬼塚", {}),
    "a key more with nothing far below it": _set("context/鬼塚", {"宗一郎": {}}),
    "a key more beside the lists": _set("context/鬼塚", "70代"),
    "a dotted key in place of two": lambda s: {
        "context.age": s["context"]["age"],
        "context": {k: v for k, v in s["context"].items() if k != "age"},
        "relevance": s["relevance"],
        "advice": s["advice"],
    },
    "a dotted key beside the two": _set("context.age", "70代"),
    "an empty key around everything": lambda s: {"": s},
    "an empty key around one list": lambda s: {"": {"advice": s.pop("advice")}, **s},
    "a key less": _without("advice"),
    "a key less below": _without("context/age"),
    "a list in place of keys": _set("context", []),
    "a text in place of keys": _set("relevance", "不整脈"),
    "a list": lambda s: [s],
    "a text": lambda s: "不整脈",
    "nothing": lambda s: None,
    "keys in other case": lambda s: {k.upper(): v for k, v in s.items()},
}


@pytest.mark.guarantee("G1")
@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_a_summary_with_anything_else_in_it_is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    summary = copy.deepcopy(SUMMARY)
    JA.check(canonical_bytes(summary))
    assert refusal(change(summary)) is Code.NOT_IN_GRAMMAR


def _everywhere(value: object) -> st.SearchStrategy[Any]:
    return (
        st.text(max_size=12)
        | st.lists(st.text(max_size=6), max_size=2)
        | st.dictionaries(
            st.text(max_size=6), st.none() | st.lists(st.text(max_size=4), max_size=1) | st.just({}), max_size=2
        )
    )


def _places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner: list[tuple[str | int, ...]] = []
    if isinstance(value, dict):
        inner = [p for key in value for p in _places(value[key], (*path, key))]
    elif isinstance(value, list):
        inner = [p for i in range(len(value)) for p in _places(value[i], (*path, i))]
    return [path, *inner]


@pytest.mark.guarantee("G1")
@settings(deadline=None, max_examples=250)
@given(place=st.sampled_from(_places(SUMMARY)), value=_everywhere(None), key=st.text(max_size=8), data=st.data())
def test_any_text_anywhere_in_a_summary_is_refused_or_is_said_by_the_vocabulary(
    place: tuple[str | int, ...], value: object, key: str, data: st.DataObject
) -> None:
    summary = copy.deepcopy(SUMMARY)
    target: Any = summary
    for step in place[:-1]:
        target = target[step]
    how = data.draw(st.sampled_from(["replace", "insert", "rename"]))
    if place and how == "replace":
        target[place[-1]] = value
    elif how == "rename" and place and isinstance(place[-1], str):
        target[key] = target.pop(place[-1])
    elif isinstance(target, dict):
        target[key] = value
    else:
        target.append(value)
    data_bytes = canonical_bytes(summary)
    try:
        segments = JA.check(data_bytes)
    except Refused:
        return
    displays = {term.ja for term in TOY.terms.values()}
    literals = "".join(template.ja for template in TOY.templates.values())
    assert all(segment in displays or segment in literals for segment in segments)
    read = json.loads(data_bytes)
    assert read.keys() == SUMMARY.keys()
    assert all(read[key].keys() == SUMMARY[key].keys() for key in ("context", "relevance"))


def test_bytes_that_are_not_canonical_are_refused() -> None:
    data = canonical_bytes(SUMMARY)
    for broken in (
        data + b" ",
        data[:-1],
        b" " + data,
        json.dumps(SUMMARY).encode(),
        data.replace(b'"advice"', b'"advice" '),
    ):
        with pytest.raises(Refused) as refused:
            JA.check(broken)
        assert refused.value.code is Code.NOT_CANONICAL


def test_a_summary_of_more_bytes_than_the_catalog_allows_is_refused() -> None:
    size = len(canonical_bytes(SUMMARY))
    assert Grammar(toy_catalog(max_bytes=size), "ja").check(canonical_bytes(SUMMARY))
    with pytest.raises(Refused) as refused:
        Grammar(toy_catalog(max_bytes=size - 1), "ja").check(canonical_bytes(SUMMARY))
    assert refused.value.code is Code.TOO_LARGE


def test_a_key_takes_only_as_many_lines_as_its_slot() -> None:
    catalog = toy_catalog(shape=tuple(replace(slot, most=1) for slot in TOY.shape))
    with pytest.raises(Refused):
        Grammar(catalog, "ja").check(canonical_bytes(SUMMARY))


def test_brackets_within_terms_are_read_in_every_way() -> None:
    terms = dict(TOY.terms)
    terms["condition:heart"] = terms["condition:heart"]._replace(en="A")
    terms["condition:arrhythmia"] = terms["condition:arrhythmia"]._replace(en="A (B")
    terms["status:past"] = terms["status:past"]._replace(en="C)")
    grammar = Grammar(toy_catalog(terms=terms), "en")
    summary = render([], TOY, "en")
    summary["relevance"] = {"history": ["A (B (C))"], "interactions": []}
    assert {"A (B", "C)"} < grammar.check(canonical_bytes(summary))


def test_a_wording_that_formats_its_terms_in_another_way_is_not_accepted() -> None:
    templates = dict(TOY.templates)
    templates["medicine"] = replace(templates["medicine"], en="{0:>40}")
    catalog = toy_catalog(templates=templates)
    (statement,) = [s for s in TRUE if s.template == "medicine" and s.terms == ("medicine:warfarin",)]
    with pytest.raises(Refused) as refused:
        Grammar(catalog, "en").check(canonical_bytes(render([statement], catalog, "en")))
    assert refused.value.code is Code.NOT_IN_GRAMMAR


def test_a_catalog_whose_templates_cannot_be_read_back_is_no_catalog() -> None:
    for wording in ("{}", "{name}", "{0.ja}"):
        templates = {**TOY.templates, "medicine": replace(TOY.templates["medicine"], ja=wording)}
        with pytest.raises(ValueError, match="invalid literal"):
            Grammar(toy_catalog(templates=templates), "ja")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_oracle_and_the_grammar_agree_on_every_line(language: str) -> None:
    grammar = JA if language == "ja" else EN
    for key, line in supported(ALL.values(), TOY, language):
        summary = json.loads(canonical_bytes(render([], TOY, language)))
        *parents, last = key.split(".")
        place = summary
        for parent in parents:
            place = place[parent]
        place[last] = line if key == "context.age" else [line]
        grammar.check(canonical_bytes(summary))
