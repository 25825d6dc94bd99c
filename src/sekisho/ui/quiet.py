"""What Streamlit does of its own accord, and shall not do here."""

from __future__ import annotations

import gc
from typing import Any

from streamlit import delta_generator, net_util


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
