"""Dates as people write them: read, and written again as another day in the same form."""

from deid.calendar.passage import Passage

__all__ = ["Passage"]
