"""The private zone: the only code that sees a record."""
