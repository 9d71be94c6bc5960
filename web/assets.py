"""Stylesheets, scripts and pictures of the pages, read once, named by their content for caching.

Also the school's colour as a stylesheet of one rule, because pages carry no inline style.
"""

import re
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from registry.frozen import frozen

TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
DEFAULT_COLOUR = "1f5f8b"
READABLE_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3: text on the colour and the colour on white."""

_COLOUR = re.compile(r"[0-9a-f]{6}")


@frozen
class Asset:
    """One file."""

    body: bytes
    type: str
    version: str


class Assets:
    """All files of some directories; a later directory cannot hide an earlier one's file."""

    def __init__(self, directories: Iterable[Path]) -> None:
        self._files: dict[str, Asset] = {}
        for directory in directories:
            for path in sorted(directory.iterdir()):
                if path.suffix in TYPES:
                    self._files.setdefault(path.name, _read(path))

    def find(self, name: str) -> Asset | None:
        """The file of that name."""
        return self._files.get(name)

    def url(self, name: str) -> str:
        """Its address, which changes with its content. An unknown name raises KeyError."""
        return f"/static/{name}?v={self._files[name].version}"


def colour_sheet(colour: str) -> str | None:
    """A stylesheet that sets the school's colour, dark enough to be read; None = no colour."""
    if not _COLOUR.fullmatch(colour):
        return None
    parts = tuple(int(colour[at : at + 2], 16) for at in (0, 2, 4))
    while _contrast_on_white(parts) < READABLE_CONTRAST:
        parts = _mixed(parts, 0, 0.92)
    shades = {
        "school": parts,
        "school-deep": _mixed(parts, 0, 0.8),
        "school-tint": _mixed(parts, 255, 0.12),
    }
    rules = ";".join(f"--{name}:#{bytes(shade).hex()}" for name, shade in shades.items())
    return f":root{{{rules}}}\n"


def colour_url(setting: str) -> str:
    """The address of the school's colour, from its setting `#rrggbb`."""
    colour = setting.lstrip("#").lower()
    return f"/static/colour/{colour if _COLOUR.fullmatch(colour) else DEFAULT_COLOUR}.css"


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(body, TYPES[path.suffix], sha256(body).hexdigest()[:12])


def _mixed(parts: tuple[int, ...], ground: int, share: float) -> tuple[int, ...]:
    return tuple(int(part * share + ground * (1 - share)) for part in parts)


def _contrast_on_white(parts: tuple[int, ...]) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    light = sum(
        weight * linear(part) for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
    )
    return 1.05 / (light + 0.05)
