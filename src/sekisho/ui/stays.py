"""What stays and what leaves: the record beside the exact released text. Only on this machine."""

from __future__ import annotations

import json
from html import escape

import streamlit as st

from sekisho.console.stays import Stays
from sekisho.ui import html
from sekisho.ui.shared import View


def draw(view: View) -> None:
    """The page."""
    st.header(view.say("page_stays"), anchor=False)
    html.put(html.quiet(view.say("only_here")), view.language)
    if not view.case:
        return
    summary, language, withheld = _newest(view)
    stays = view.console.look.stays(view.case, summary, language)
    if not summary:
        st.info(view.say("nothing_left_yet"))
    _figures(view, stays)
    left, right = st.columns(2, gap="medium")
    with left:
        _record(view, stays)
    with right:
        _released(view, stays, summary, language)
    _facts(view, stays)
    _withheld(view, stays, withheld)


def _newest(view: View) -> tuple[str, str, dict[str, int]]:
    """The newest summary about this case: of the newest run, else of the ledger; and what was kept back with it."""
    run = view.console.picture()
    calls = view.console.traffic.all(case=view.case, verdict="disclosure")
    withheld = dict(calls[0].withheld) if calls else {}
    if run is not None and run.case == view.case and run.disclosed:
        return run.disclosed[-1], run.language, withheld
    entries = view.console.look.ledger().filtered(case=view.case, kind="disclosure")
    summary = entries[0].summary if entries else ""
    return summary, _language_of(summary, view), withheld


def _language_of(summary: str, view: View) -> str:
    return ("en" if summary.isascii() else "ja") if summary else view.language


def _figures(view: View, stays: Stays) -> None:
    record, released, facts, share = st.columns(4)
    size, tokens = f"{stays.record_bytes:,} B", view.say("about_tokens", count=f"{stays.record_tokens:,}")
    record.metric(view.say("record_size"), size, tokens, delta_color="off", delta_arrow="off")
    size, tokens = f"{stays.released_bytes:,} B", view.say("about_tokens", count=f"{stays.released_tokens:,}")
    released.metric(view.say("released_size"), size, tokens, delta_color="off", delta_arrow="off")
    facts.metric(view.say("facts_left"), f"{sum(f.is_released for f in stays.facts)} / {len(stays.facts)}")
    share.metric(view.say("identifiers_kept"), f"{sum(stays.identifiers.values())}")


def _record(view: View, stays: Stays) -> None:
    st.subheader(view.say("stays_here"), divider="gray", anchor=False)
    legend = (
        f'<p class="quiet"><mark class="who">{escape(view.say("mark_who"))}</mark> '
        f'<mark class="left">{escape(view.say("mark_left"))}<sup>F1</sup></mark> '
        f'<mark class="kept">{escape(view.say("mark_kept"))}<sup>F2</sup></mark></p>'
    )
    if stays.pieces is None:
        html.put(legend + html.quiet(view.say("too_long")), view.language)
        return
    left = frozenset(fact.id for fact in stays.facts if fact.is_released)
    kinds = {kind: view.words.text(f"kinds.{kind}") for kind in stays.identifiers}
    words = {
        "identifier": view.say("mark_who"),
        "left": view.say("mark_left"),
        "kept": view.say("mark_kept"),
        "record": view.say("stays_here"),
    }
    html.put(legend + html.record(stays.pieces, left, kinds, words), view.language)


def _released(view: View, stays: Stays, summary: str, language: str) -> None:
    st.subheader(view.say("leaves_here"), divider="gray", anchor=False)
    if not summary:
        return
    exact, person = st.tabs([view.say("exact_json"), view.say("for_a_person")])
    with person:
        html.put(_readable(view, stays), language)
    with exact:
        shown = json.dumps(json.loads(summary), ensure_ascii=False, indent=2)
        label = escape(view.say("exact_json"))
        html.put(f'<pre tabindex="0" aria-label="{label}">{_numbered(view, shown, stays)}</pre>', language)
        html.put(html.quiet(view.say("exact_help", size=stays.released_bytes)), view.language)
        with st.expander(view.say("exact_bytes")):
            html.put(f'<pre tabindex="0">{escape(summary)}</pre>', language)


def _readable(view: View, stays: Stays) -> str:
    """The summary for a person: its keys as words, each value with the facts that it comes from."""
    parts = []
    for key in dict.fromkeys(value.key for value in stays.released):
        lines = []
        for value in stays.released:
            if value.key != key:
                continue
            numbers = ", ".join(value.facts)
            said = escape(value.text)
            if numbers:
                broader = f" · {view.say('broader')}" if value.is_broader else ""
                title = escape(view.say("comes_from", facts=numbers))
                told = f'title="{title}" {html.data(value.facts)}'
                said = f'<mark class="left" {told}>{said}<sup>{escape(numbers)}{escape(broader)}</sup></mark>'
            lines.append(f"<li>{said}</li>")
        parts.append(f"<dt>{escape(view.say('key_' + key.rpartition('.')[2]))}</dt><dd><ul>{''.join(lines)}</ul></dd>")
    return f"<dl>{''.join(parts)}</dl>"


def _numbered(view: View, shown: str, stays: Stays) -> str:
    """The JSON, with the facts behind each value as small numbers that are no part of it."""
    body, reached = "", 0
    for value in stays.released:
        text = json.dumps(value.text, ensure_ascii=False)
        at = shown.find(text, reached)
        if at < 0 or not value.facts:
            continue
        numbers = escape(", ".join(value.facts))
        body += escape(shown[reached:at], quote=False) + (
            f'<mark class="left" {html.data(value.facts)}>{escape(text, quote=False)}</mark>'
        )
        body += f'<sup aria-label="{escape(view.say("comes_from", facts=numbers))}">{numbers}</sup>'
        reached = at + len(text)
    return body + escape(shown[reached:], quote=False)


def _facts(view: View, stays: Stays) -> None:
    st.subheader(view.say("facts"), divider="gray", anchor=False)
    rows = [
        {
            view.say("fact"): fact.id,
            view.say("kind"): view.say(f"kind_{fact.kind}"),
            view.say("says"): fact.says,
            view.say("read_from"): " / ".join(fact.words),
            view.say("leaves_or_stays"): view.say("mark_left" if fact.is_released else "mark_kept"),
        }
        for fact in stays.facts
    ]
    html.put(html.table(rows, view.say("facts"), view.say("fact")), view.language)


def _withheld(view: View, stays: Stays, withheld: dict[str, int]) -> None:
    st.subheader(view.say("withheld"), divider="gray", anchor=False)
    lines = [view.say("reason_identifiers", count=sum(stays.identifiers.values()))]
    lines += [view.say("reason_unlisted", section=view.say(f"kind_{e.section}"), words=e.words) for e in stays.unlisted]
    if stays.unread:
        lines.append(view.say("reason_unread", count=stays.unread))
    if stays.unsure:
        lines.append(view.say("reason_unsure", count=stays.unsure))
    lines += [
        view.say("reason_policy", why=why(view, reason), count=count) for reason, count in withheld.items() if count
    ]
    kept = [fact for fact in stays.facts if not fact.is_released]
    if kept:
        lines.append(view.say("reason_not_chosen", facts=", ".join(f"{f.id} {f.says}" for f in kept)))
    html.put("<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>", view.language)


def why(view: View, reason: str) -> str:
    """Why the policy or the operator kept something back, in words."""
    known = ("kind", "rare", "count", "combination", "ceiling", "operator")
    return view.say(f"why_{reason}") if reason in known else reason
