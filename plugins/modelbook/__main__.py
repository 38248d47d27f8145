"""`python -m modelbook`."""

from modelbook.cli import main

main()
