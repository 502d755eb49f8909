"""What language models see, and what of it can be."""
