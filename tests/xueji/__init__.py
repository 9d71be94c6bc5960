"""The program itself, run as people run it."""
