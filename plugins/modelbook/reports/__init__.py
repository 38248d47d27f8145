"""What is told of a book as a whole: its numbers, its changes, and what a computer lacks for it."""
