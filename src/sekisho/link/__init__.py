"""What carries sealed envelopes between the zones. It imports neither side: to a link, every body is opaque bytes."""
