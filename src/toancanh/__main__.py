"""`python -m toancanh`."""

from toancanh.cli import main

main()
