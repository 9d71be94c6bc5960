"""Values nobody has, planted in every place that takes words, and the search for them."""

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.admin.desk import id_number
from tests.storage.test_canaries import read_disk, spellings
from tests.support.site import photo as sharp_photo

LONG_ENOUGH = 6  # bytes


@dataclass
class Plants:
    """Hands out values never seen before and remembers each."""

    planted: list[str] = field(default_factory=list)

    def name(self) -> str:
        return self._keep("雀" + self._letters())

    def place(self) -> str:
        return self._keep(f"某省某市{self._letters()}路{self._serial()}号院")

    def school(self) -> str:
        return self._keep(f"{self._letters()}第{self._serial()}幼儿园")

    def phone(self) -> str:
        return self._keep(f"1390077{self._serial()}")

    def id_number(self) -> str:
        return self._keep(id_number("2020-03-12", 300 + len(self.planted)))

    def word(self) -> str:
        """For wherever anything may be written."""
        return self._keep(f"Canary{self._serial()}Zq7")

    def found_in(self, directory: Path) -> list[str]:
        """Those that can be read in any file there, in any spelling too long for chance."""
        disk = read_disk([directory])
        return [
            value
            for value in self.planted
            if any(one in disk for one in spellings(value) if len(one) >= LONG_ENOUGH)
        ]

    def _keep(self, value: str) -> str:
        self.planted.append(value)
        return value

    def _serial(self) -> str:
        return f"{len(self.planted):04}"

    def _letters(self) -> str:
        return chr(0x4E80 + 7 * len(self.planted)) + chr(0x6C80 + 11 * len(self.planted))


def photo(comment: str) -> bytes:
    """A picture that says something beside the picture."""
    sink, exif = BytesIO(), Image.Exif()
    exif[0x010E] = comment
    with Image.open(BytesIO(sharp_photo(1200, 900))) as image:
        image.save(sink, "JPEG", exif=exif, comment=comment.encode())
    return sink.getvalue()
