"""The book while it is written: what changed, what is wrong, shown at once."""
