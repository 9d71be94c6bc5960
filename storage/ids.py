"""Fresh ids: 32 hexadecimal digits, time first: rows of one day stand side by side on disk."""

import secrets
import time


def new_id() -> str:
    """48 bits of milliseconds and 80 random bits. An id is no secret and opens nothing."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"
