"""The medical domain: what a record says, in words that may leave."""
