"""The inspection of typed text: recall, over-masking, what is kept, and speed.

`gold/prompts` was written beside the lists, the six `gold/prompts_practice` by others; all were used to tune them.
`gold/prompts_set_aside` was written by a further writer, the others of that name by nine more; nobody who tunes reads
these, and only their totals are shown. A text or a sentence counts as changed if a single character of it is.
Peer: Presidio with GiNZA (Japanese) in an environment of its own; it is built under `~/.cache/sekisho-bench` where
SEKISHO_BENCH_PRESIDIO=build, used where it is there, and never a dependency. It masks and keeps no allow-list.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from bench.measure import Spread, time_calls
from bench.prompt_peer import peer
from bench.prompt_score import Score, Sentence, load, score
from bench.report import Row
from sekisho.checkpoint.identifier import Identifier, IdentifierKind
from sekisho.checkpoint.prompt import Placeholders, PromptWords, inspect_text
from sekisho.checkpoint.wall import Wall
from sekisho.local.medical.prompt_words import prompt_words
from sekisho.local.medical.vocabulary import Vocabulary, load_vocabulary

#: A prompt of 300 characters as people write them: a name, a telephone number, and a last sentence that is cut off.
LONG = (
    "田中花子です。三日前から38.5度の熱があり、咳と鼻水が続いています。市販の薬を飲みましたが、よくなりません。"
    "食欲がなく、水分は少しずつ取れています。昨夜は頭痛がひどくて眠れませんでした。持病は高血圧で、朝に薬を一錠飲んでいます。"
    "電話は090-1234-5678です。仕事で階段を上ると息が切れ、脈拍は110くらいになります。家族に同じ症状の人はいません。"
    "病院に行くべきか、それともしばらく様子を見てもよいでしょうか。何科を受診すればよいかも教えてください。よろしくお願いします。"
    "去年の健康診断では異常なしと言われました。アレルギーはありませんが、春は花粉症で鼻水が出ます。お酒は週に二回くらいで、タバコは吸いません。"
)[:300]
CALLS = 300
FOLDERS = (
    *("prompts", "prompts_practice", "prompts_practice2", "prompts_practice3", "prompts_practice4"),
    *("prompts_practice5", "prompts_practice6"),
    *("prompts_set_aside", "prompts_set_aside2", "prompts_set_aside3", "prompts_set_aside4", "prompts_set_aside5"),
)


def run() -> list[Row]:
    """The rows of the report."""
    vocabulary = load_vocabulary()
    found: list[Row] = []
    for name, analyser, aim in (("lists only", False, "2 ms"), ("with Sudachi", True, "10 ms")):
        words = prompt_words(vocabulary, analyser=analyser)
        for folder in FOLDERS:
            sentences = load(folder)
            if sentences:
                found += _rows(f"{name}, {folder}", score(sentences, _ours(words), words, vocabulary))
                found.append(_by_sentence(f"{name}, {folder}", sentences, words))
        found += _speed(name, words, aim)
    return found + _peer(vocabulary)


def _ours(words: PromptWords) -> Callable[[Sentence], str]:
    def leaves(sentence: Sentence) -> str:
        memory = Placeholders(sentence.language)
        return inspect_text(sentence.text, wall=None, words=words, language=sentence.language, memory=memory).text

    return leaves


def _by_sentence(name: str, texts: list[Sentence], words: PromptWords) -> Row:
    parts = [
        part
        for text in texts
        if text.harmless
        for part in inspect_text(
            text.text, wall=None, words=words, language=text.language, memory=Placeholders(text.language)
        ).parts
        if part.typed.strip()
    ]
    changed = sum(part.typed.strip() != part.leaves.strip() for part in parts)
    share = 100 * changed / max(1, len(parts))
    return Row(f"{name}: sentences of harmless texts changed, of {len(parts)}", share, "%", "", None, "5 %")


def _rows(name: str, found: Score) -> list[Row]:
    rows = [Row(f"{name}: identifiers left, of {found.identifiers}", found.left, "", "", None, "0")]
    if found.symptoms:
        share = 100 * found.kept / found.symptoms
        rows.append(Row(f"{name}: symptoms kept, of {found.symptoms}", share, "%", "", None, "95 %"))
    if found.other:
        share = 100 * found.other_kept / found.other
        rows.append(Row(f"{name}: durations, values, persons kept, of {found.other}", share, "%", "", None, ""))
    if found.harmless:
        share = 100 * found.changed / found.harmless
        rows.append(Row(f"{name}: harmless texts changed, of {found.harmless}", share, "%", "", None, "5 %"))
    return rows


def _speed(name: str, words: PromptWords, aim: str) -> list[Row]:
    wall = Wall([Identifier(IdentifierKind.NAME, f"鬼塚 宗{c}") for c in "一二三四五六七八九十"])
    memory = Placeholders("ja")

    def once() -> object:
        return inspect_text(LONG, wall=wall, words=words, language="ja", memory=memory)

    once()
    spread = Spread.of(time_calls(once, CALLS))
    return [
        Row(f"{name}: a prompt of {len(LONG)} characters, p50", spread.p50, "ms", "", None, aim),
        Row(f"{name}: p99", spread.p99, "ms", "", None, ""),
    ]


def _peer(vocabulary: Vocabulary) -> list[Row]:
    mask = peer(build=os.environ.get("SEKISHO_BENCH_PRESIDIO") == "build")
    if mask is None:
        return [Row("Presidio with GiNZA: not installed here", 0, "", "", None, "")]
    words = prompt_words(vocabulary, analyser=False)
    found: list[Row] = []
    for folder in FOLDERS:
        sentences = [sentence for sentence in load(folder) if sentence.language == "ja"]
        if sentences:
            masked = mask([sentence.text for sentence in sentences] + [LONG] * 20)
            by_text = dict(zip([s.text for s in sentences], masked.texts, strict=False))
            found += _rows(
                f"Presidio with GiNZA, {folder}, ja",
                score(sentences, lambda s: by_text[s.text], words, vocabulary),  # noqa: B023
            )
            found.append(
                Row(f"Presidio with GiNZA: {len(LONG)} characters, mean of 20", masked.last_ms, "ms", "", None, "")
            )
    return found
