"""Ask: what was typed beside what will leave, then every step as it happens, then the guidance."""

from __future__ import annotations

from html import escape

import streamlit as st

from sekisho.console.preview import Preview
from sekisho.console.run import Phase, Picture
from sekisho.console.sample_prompts import Sample
from sekisho.console.steps import shown
from sekisho.errors import SekishoError
from sekisho.ui import html
from sekisho.ui.shared import View, beating

#: Seconds between two drawings while a run is at work: a step is shown within 200 ms. While the operator is waited for,
#: nothing moves but a clock.
BEAT, WAITING_BEAT = 0.1, 1.0


def draw(view: View) -> None:
    """The page."""
    st.header(view.say("page_ask"), anchor=False)
    _sample(view)
    left, right = st.columns(2, gap="medium")
    with left:
        typed: str = st.text_area(view.say("typed"), key=_key(view), height=190, help=view.say("typed_help"))
    with right:
        seen = _preview(view, typed)
        _leaves(view, seen)
    _buttons(view, seen)
    _run(view)


def _key(view: View) -> str:
    return f"typed_{view.language}"


def _sample(view: View) -> None:
    """Choosing a sample puts its text into the box; the first one stands there at the beginning."""
    samples = {sample.name: sample for sample in view.console.look.samples(view.language)}

    def take() -> None:
        chosen = samples.get(st.session_state[f"sample_{view.language}"])
        st.session_state[_key(view)] = chosen.text if chosen else ""

    def title(name: str) -> str:
        if not name:
            return view.say("own_words")
        return samples[name].title + (f" · {view.say('own_prompt')}" if samples[name].is_own else "")

    if _key(view) not in st.session_state and samples:
        st.session_state[_key(view)] = next(iter(samples.values())).text
    chosen = st.selectbox(
        view.say("sample"), [*samples, ""], format_func=title, key=f"sample_{view.language}", on_change=take
    )
    described: Sample | None = samples.get(chosen)
    html.put(html.quiet(described.description if described else view.say("own_words_help")), view.language)


def _preview(view: View, typed: str) -> Preview | None:
    if not typed.strip() or not view.case:
        return None
    try:
        return view.console.look.preview(typed, view.case, view.language)
    except SekishoError as error:
        return Preview(code=error.code)


def _leaves(view: View, seen: Preview | None) -> None:
    """What will leave. Set by its label like the box beside it."""
    label = view.say("leaves")
    if seen is None:
        body, kind, note = "", "", view.say("nothing_typed")
    elif seen.code is not None:
        body, kind, note = view.words.code(seen.code), "none", view.say("nothing_leaves")
    else:
        how = view.say(f"treatment_{seen.treatment.value}")
        body, kind, note = seen.leaves, "", view.say("would_leave", size=seen.size, how=how)
        if seen.dropped:
            note += " " + view.say("dropped", count=seen.dropped)
    html.put(
        f'<div style="font-size:.875rem;margin-bottom:.35rem">{escape(label)}</div>'
        f'<div class="leaves {kind}" role="region" tabindex="0" aria-label="{escape(label)}">{escape(body)}</div>'
        f'<div class="quiet">{escape(note)}</div>',
        view.language,
    )


def _buttons(view: View, seen: Preview | None) -> None:
    console = view.console
    run, cancel, _ = st.columns([1, 1, 3])
    cannot = console.is_at_work or seen is None

    def ask() -> None:
        console.ask(st.session_state[_key(view)], view.case, view.language)

    # As callbacks they come before the page is drawn: it is drawn once, and the first step is seen sooner.
    run.button(view.say("run"), type="primary", disabled=cannot, width="stretch", key="run", on_click=ask)
    cancel.button(
        view.say("cancel"), disabled=not console.is_at_work, width="stretch", key="cancel", on_click=console.cancel
    )


def _run(view: View) -> None:
    """The newest run. It is drawn again and again only while it is at work."""
    picture = view.console.picture()
    if picture is None:
        return
    was_at_work = not picture.is_over
    beat = WAITING_BEAT if view.console.reviews.waiting() else BEAT

    was_shown = False

    def progress() -> None:
        nonlocal was_shown
        now = view.console.picture()
        # The end is shown by itself first, and with the next beat the page is drawn anew: so it is seen sooner.
        if now is None or (was_at_work and now.is_over and was_shown):
            st.rerun()
        assert now is not None
        was_shown = now.is_over
        _show(view, now)

    beating(progress, beat if was_at_work else None)


def _show(view: View, run: Picture) -> None:
    st.subheader(view.say("timeline", number=run.number), divider="gray", anchor=False)
    own = view.words.text("steps.record").split("  ", 1)[0]
    steps = shown(run.steps, run.seconds, run.is_over, view.words)
    html.put(html.steps_list(steps, own, view.say("timeline", number=run.number), run.began), view.language)
    done, total = run.progress
    if not run.is_over:
        st.progress(done / total, text=view.say("at_work", seconds=f"{run.seconds:.1f}"))
        if any(review.case == run.case for review in view.console.reviews.waiting()):
            st.warning(view.say("waits_for_you"))
    _outcome(view, run)


def _outcome(view: View, run: Picture) -> None:
    if run.phase is Phase.CANCELLED:
        st.warning(view.say("cancelled"))
    elif run.code is not None:
        st.error(view.tell(run.code, run.place))
    elif run.refusal is not None:
        st.warning(view.tell(run.refusal))
    if run.guidance:
        st.subheader(view.say("guidance"), divider="gray", anchor=False)
        label = f'role="region" tabindex="0" aria-label="{escape(view.say("guidance"))}"'
        html.put(f'<div class="said" {label}>{escape(run.guidance)}</div>', run.language)
    if run.phase is Phase.DONE:
        _figures(view, run)


def _figures(view: View, run: Picture) -> None:
    sent, summaries = len(run.sent.encode()), sum(len(text.encode()) for text in run.disclosed)
    total, question, summary, tokens = st.columns(4)
    total.metric(view.say("took"), f"{run.seconds:.1f} s")
    question.metric(view.say("question_bytes"), f"{sent:,} B")
    summary.metric(view.say("summary_bytes"), f"{summaries:,} B")
    calls = view.console.traffic.all(case=run.case, verdict="disclosure")
    if run.disclosed and calls:
        html.put(html.quiet(view.say("facts_chosen_by", model=calls[0].model)), view.language)
    if run.costs is not None:
        saved = max(0, run.costs.record_tokens - run.costs.summary_tokens)
        tokens.metric(view.say("tokens_saved"), f"{saved:,}", help=view.say("tokens_help"))
        for line in run.costs.lines(view.words):
            html.put(html.quiet(line), view.language)
