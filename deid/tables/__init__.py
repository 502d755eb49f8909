"""Tables: what a column holds, and how a table is redacted."""
