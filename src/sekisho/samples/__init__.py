"""Fictitious sample cases, shipped so that the first run needs nothing else. None of these people exists."""
