"""The report of a run, for machines and for people. It holds counts and figures, and no value of the data."""

from pipelines.report.facts import Facts
from pipelines.report.page import render_html
from pipelines.report.record import render_json, summarise

__all__ = ["Facts", "render_html", "render_json", "summarise"]
