"""Texts inside of something: Word documents, PDF files."""
