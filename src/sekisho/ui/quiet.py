"""What Streamlit does of its own accord, and shall not do here."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

from streamlit import delta_generator, net_util
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests, ScriptRequestType
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx


def look_nothing_up() -> None:
    """Streamlit asks a host of its own which address this machine has, for an origin that it does not know. Here an
    unknown origin is refused without asking anybody."""
    module: Any = net_util
    module.get_external_ip = _unknown
    module.get_internal_ip = _unknown


def do_not_look_for_a_terminal() -> None:
    """Before the first element Streamlit reads the source of every module on the stack, a tenth of a second long, to
    warn who runs a script without it. It runs in it here."""
    module: Any = delta_generator
    module._use_warning_has_been_displayed = True


def leave_no_page_behind() -> None:
    """A page that was left while it was drawn still asks for its parts to be drawn again. Streamlit would do so, and
    the page that was chosen would be cleared, or never come. Such a request is dropped here."""
    session: Any = AppSession
    if not hasattr(session.request_rerun, "__wrapped__"):
        session.request_rerun = of_the_chosen_page(session.request_rerun)
    requests: Any = ScriptRequests
    if not hasattr(requests._request_rerun_locked, "__wrapped__"):
        requests._request_rerun_locked = unless_a_page_waits(requests._request_rerun_locked)


def of_the_chosen_page(ask: Callable[[Any, ClientState | None], None]) -> Callable[[Any, ClientState | None], None]:
    """`ask` (for a drawing), but not for a part that draws itself again and belongs to another page than the one that
    this session asked for last. Pages are told by Streamlit's hashes; an empty one is the address bar's."""
    chosen: WeakKeyDictionary[Any, str] = WeakKeyDictionary()

    @wraps(ask)
    def checked(session: Any, state: ClientState | None) -> None:
        if state is not None and not state.fragment_id:
            chosen[session] = state.page_script_hash
        is_left = state is not None and state.is_auto_rerun and state.page_script_hash != chosen.get(session)
        if not (is_left and chosen.get(session)):
            ask(session, state)

    return checked


def unless_a_page_waits(take: Callable[[Any, RerunData], bool]) -> Callable[[Any, RerunData], bool]:
    """`take` (a request for a drawing), but not a script's own for its page while another page was asked for and waits.
    Streamlit makes one of both with the page of the later: who left a page just then was brought back to it."""

    @wraps(take)
    def checked(requests: Any, new: RerunData) -> bool:
        waits = requests._rerun_data.page_script_hash if requests._state is ScriptRequestType.RERUN else ""
        is_of_a_script = get_script_run_ctx(suppress_warning=True) is not None
        return (is_of_a_script and waits not in ("", new.page_script_hash)) or take(requests, new)

    return checked


_spared: set[str] = set()


def spare_what_is_loaded(page: str) -> None:
    """After every drawing Streamlit lets Python look through all objects for garbage. Among them are the hundreds of
    thousands of the vocabulary: a tenth of a second, seven times a second while a run is shown. So what a page has
    loaded with its first drawing is put where nobody looks for garbage."""
    if page not in _spared:
        _spared.add(page)
        gc.freeze()


def _unknown() -> None:
    return None
