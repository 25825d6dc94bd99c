"""The one door: candidate -> disclosure | refusal.

It imports neither zone. A domain hands it its vocabulary (`Catalog`), what the record supports (`Evidence`) and the
record's identifiers (`Identifier`) as plain data; only the checkpoint can make a `Disclosure`.
"""
