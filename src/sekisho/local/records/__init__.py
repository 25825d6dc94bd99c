"""Reading cases: a folder of private files becomes records in memory. Nothing here knows what may leave."""
