"""Attacks on texts: who wrote them, whom they name, what still stands in them."""
