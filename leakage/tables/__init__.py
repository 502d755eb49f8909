"""Attacks on tables: redacted rows, synthetic rows, and counts."""
