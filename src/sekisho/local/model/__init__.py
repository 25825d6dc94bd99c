"""The local model: it chooses which facts matter. It never writes what leaves."""
