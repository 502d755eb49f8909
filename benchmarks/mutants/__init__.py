"""Pipelines that are broken on purpose, and sound ones: and whether the gate tells which is which."""
