"""Ledger: every disclosure and refusal, whether the chain holds, a table to take away, totals by case."""

from __future__ import annotations

import streamlit as st

from sekisho.console.ledger_view import LedgerView, as_csv
from sekisho.ui import html
from sekisho.ui.shared import View

#: Entries in the table; all are in the CSV.
SHOWN = 200


def draw(view: View) -> None:
    """The page."""
    st.header(view.say("page_ledger"), anchor=False)
    seen = view.console.look.ledger()
    _verdict(view, seen)
    if not seen.entries:
        st.info(view.words.text("ledger.none"))
        return
    first, second, third = st.columns(3)
    cases = list(dict.fromkeys(entry.case for entry in seen.entries if entry.case))
    case = first.selectbox(
        view.say("case"), ["", *cases], format_func=lambda c: c or view.say("all"), key="ledger_case"
    )
    kinds = list(dict.fromkeys(entry.kind for entry in seen.entries))
    kind = second.selectbox(
        view.say("kind"), ["", *kinds], format_func=lambda k: view.say(f"entry_{k}") if k else view.say("all")
    )
    text = third.text_input(view.say("search"))
    entries = seen.filtered(case, kind, text)
    rows = [
        {
            view.say("entry"): entry.sequence,
            view.say("when"): entry.time,
            view.say("kind"): view.say(f"entry_{entry.kind}"),
            view.say("case"): entry.case,
            view.say("bytes"): len(entry.summary.encode()),
            view.say("code"): entry.code,
            view.say("approval"): view.say(f"approval_{entry.approval}") if entry.approval else "",
            view.say("chosen_by"): entry.model,
            view.say("released"): entry.summary,
        }
        for entry in entries[:SHOWN]
    ]
    said = [name for name in rows[0] if any(row[name] != "" for row in rows)] if rows else []
    html.put(html.table([{name: row[name] for name in said} for row in rows], view.say("page_ledger")), view.language)
    if len(entries) > SHOWN:
        html.put(html.quiet(view.say("more_entries", shown=SHOWN, count=len(entries))), view.language)
    st.download_button(view.say("csv"), as_csv(entries), "sekisho-ledger.csv", "text/csv")
    _totals(view, seen)


def _verdict(view: View, seen: LedgerView) -> None:
    verdict = seen.verdict
    if verdict.damaged:
        st.error(view.words.text("ledger.damaged", lines=", ".join(map(str, verdict.damaged))))
        return
    if verdict.torn:
        st.warning(view.words.text("ledger.torn"))
    st.success(view.words.text("ledger.intact", entries=verdict.entries))
    html.put(f'<div class="quiet">{view.say("head")} <code>{verdict.head}</code></div>', view.language)


def _totals(view: View, seen: LedgerView) -> None:
    st.subheader(view.say("totals"), divider="gray", anchor=False)
    for total in seen.totals():
        title = view.say("total", case=total.case, disclosures=total.disclosures, refusals=total.refusals)
        with st.expander(f"{title} · {view.say('values', count=len(total.values))}"):
            rows = [
                {
                    view.say("key"): view.say("key_" + key.rpartition(".")[2]),
                    view.say("value"): text,
                    view.say("times"): times,
                }
                for key, text, times in total.values
            ]
            html.put(html.table(rows, title), view.language)
