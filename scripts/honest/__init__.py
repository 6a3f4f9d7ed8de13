"""The parts of measure_honest.py: what is made, of what, and what is reported of it."""
