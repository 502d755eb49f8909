"""The commands of `tamis`, one a file. What is slow to import is imported inside: `tamis --help` answers at once."""
