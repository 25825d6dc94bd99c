"""A hospital's own master as local terms: read, judged, kept in the state folder, and looked up without loading it."""
