"""The cloud zone: the agent that reasons. It never imports the private zone and never sees a record.

What it knows of a case are three things: the question that the checkpoint passed, a random case token, and
the disclosure that comes back from the tool.
"""
