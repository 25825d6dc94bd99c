"""The script that Streamlit runs."""

from __future__ import annotations

from sekisho.ui.main import main

main()
