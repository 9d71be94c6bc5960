"""What the project is measured by, each figure beside a peer's. Run with `make bench`.

A module here holds functions marked `@measures("turn")` that yield rows; see rows.py.
"""
