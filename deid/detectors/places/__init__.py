"""Addresses, post boxes, coordinates, and words that say where."""
