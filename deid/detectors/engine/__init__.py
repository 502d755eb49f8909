"""How a family of patterns looks at a text: rules, the sieve before them, the views that families share."""
