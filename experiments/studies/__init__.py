"""One question a file: its design, its figure, what is expected, and where that was published."""
