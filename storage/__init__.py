"""Everything that touches disk: tables, unit of work, sealing, evidence files, jobs.

Not for rules of the school (`registry`) nor for what is said to people (`conversations`).
Called by `web`, `bot`, `admin` and `xueji`.
"""
