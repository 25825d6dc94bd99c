"""What the app does, without Streamlit: one supervisor of zones, runs and reviews, and what the views show of them.

The views in `ui` hold no logic; everything here is tested without a browser. Nothing here writes a file but what the
zones themselves write (the ledger, tokens, keys): what was typed, what came back and what happened stay in memory.
"""
