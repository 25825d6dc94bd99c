"""Measurements. Speed is a ratio to a named floor in the same run: machines are noisy, so absolute figures mislead.

`make bench` runs all of them and writes `bench/results.md` with the machine and the versions.
"""
