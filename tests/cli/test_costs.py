"""What a question cost beside what the whole record would have been: counted, and never held whole."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

from sekisho.cli.costs import costs_of, tokens_of_record
from sekisho.cloud.usage import load_prices, tokens_of


def test_four_latin_letters_are_about_a_token_and_one_kanji_is_one() -> None:
    assert [tokens_of(text) for text in ("", "a", "abcd", "abcde", "高血圧", "高血圧 BP")] == [0, 1, 1, 2, 3, 4]


def test_a_record_of_any_size_is_counted_as_a_whole_and_never_held_as_one(tmp_path: Path) -> None:
    line = '{"a": "高血圧症 hypertension"},\n'
    large = tmp_path / "bundle.json"
    large.write_text(line * 300_000, "utf-8")
    tracemalloc.start()
    try:
        counted = tokens_of_record(large)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert counted == (24 + 4 * 4) // 4 * 300_000 == tokens_of(line * 300_000)
    assert large.stat().st_size > 10_000_000
    assert most < 2_000_000


def test_a_record_that_went_away_costs_nothing_more(tmp_path: Path) -> None:
    costs = costs_of({"disclosed": ["abcd"]}, "m", tmp_path / "gone.json", load_prices(None))
    assert (costs.record_tokens, costs.summary_tokens, costs.cost) == (0, 1, None)


def test_a_table_of_prices_may_come_from_a_windows_editor(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    own.write_text('currency = "JPY"\nas_of = "2026-01"\n[models.m]\ngiven = 1\nmade = 2\n', "utf-8-sig")
    assert (load_prices(own).currency, set(load_prices(own).models)) == ("JPY", {"m"})
