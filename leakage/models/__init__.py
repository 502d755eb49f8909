"""Attacks on a released classifier: who was in its training data, what it gives away, what it stores."""
