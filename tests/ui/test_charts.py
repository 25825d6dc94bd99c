"""Charts in two tabs at once, in a process that has drawn none before."""

from __future__ import annotations

import subprocess
import sys

#: One tab's drawing is stopped in the middle of loading Pandas; another draws then. Without the care that `ui.charts`
#: takes, the second fails at once: its library takes the half of Pandas that is there for the whole.
_TWO_TABS = """
import importlib, sys, threading
import altair
from sekisho.ui import charts

assert "pandas" not in sys.modules
halfway, go = threading.Event(), threading.Event()

class Stopped:
    def find_spec(self, name, path=None, target=None):
        if name == "pandas.core" and threading.current_thread() is one:
            halfway.set()
            go.wait(60)
        return None

drawn = []
one = threading.Thread(target=lambda: importlib.import_module("pandas"))
other = threading.Thread(target=lambda: drawn.append(charts._altair().Scale(domain=["a"], range=["b"])))
sys.meta_path.insert(0, Stopped())
one.start()
assert halfway.wait(60)
other.start()
other.join(1)
go.set()
one.join(60)
other.join(60)
print(len(drawn))
"""


def test_two_tabs_may_draw_the_first_charts_at_the_same_time() -> None:
    done = subprocess.run([sys.executable, "-c", _TWO_TABS], capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout.strip(), done.stderr) == ("1", "")
