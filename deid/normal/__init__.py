"""The normalised reading of a text, with the way back to every offset."""
