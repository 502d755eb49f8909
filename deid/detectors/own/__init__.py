"""Recognisers that a policy brings."""
