"""Dates, times, durations and ages."""
