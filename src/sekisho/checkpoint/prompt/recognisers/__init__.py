"""What points at a person in a text that somebody typed: one recogniser a file.

Each gives spans; none decides. Whatever they all miss is unknown to the allow-list in most cases, and does not leave
either. So a recogniser's use is to keep a sentence readable, not to be the last guard.
"""
