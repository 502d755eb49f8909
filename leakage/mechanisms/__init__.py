"""Attacks on what makes a release: canaries in a model, audits of a claimed epsilon."""
