"""The process that opens strangers' pictures, so that a hostile one harms only this process.

Reads a framed request from its input, writes a framed answer, and again; ends when its input
ends. Once warm it may take little memory and time and can open no file and no socket.
Not to be imported by the product: `images` starts it with `python -m storage.image_worker`.
"""

import json
import os
import resource
import sys
import warnings
from dataclasses import asdict
from io import BytesIO
from typing import BinaryIO, Final

import pillow_heif
from PIL import Image, ImageFilter, ImageStat

from registry.frozen import frozen

# The first line the parent reads: the worker is warm and confined.
READY: Final = b"ready\n"
MAX_LINE_BYTES: Final = 4096

FORMATS: Final = ("JPEG", "PNG", "WEBP", "HEIF")
QUALITY: Final = 85
PREVIEW_QUALITY: Final = 80

# Hints, never refusals. Measured on a grey picture of at most HINT_SIDE pixels, with drawn pages
# of 8 to 12-point print: the sharpest squares of a page one can just read vary by 120 and more,
# of one that cannot be read by less than 70, of an empty sheet with a camera's noise by 50.
# A page less than a quarter lit reads badly; under SMALL_SIDE small print is lost.
HINT_SIDE: Final = 1000
SMALL_SIDE: Final = 1000
NARROW_SIDE: Final = 200
DARK_BELOW: Final = 90
BLURRY_BELOW: Final = 90.0
SQUARES: Final = 8
LAPLACE: Final = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)

ORIENTATION_TAG: Final = 0x0112
UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@frozen
class Request:
    """One line of JSON, then so many bytes of picture."""

    picture_bytes: int
    max_pixels: int
    longest_side: int
    preview_side: int
    cpu_seconds: int


@frozen
class Answer:
    """One line of JSON: a refusal, or measures; then the clean picture and its preview."""

    refused: str | None = None
    width: int = 0
    height: int = 0
    hint: str | None = None
    picture_bytes: int = 0
    preview_bytes: int = 0


def main() -> None:
    """Argument: the memory limit in bytes."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    _warm_up()
    _confine(int(sys.argv[1]))
    _send(sink, READY)
    while line := source.readline(MAX_LINE_BYTES):
        request = Request(**json.loads(line))
        _allow_cpu(request.cpu_seconds)
        answer, picture, preview = clean(source.read(request.picture_bytes), request)
        _send(sink, json.dumps(asdict(answer)).encode() + b"\n", picture, preview)


def clean(data: bytes, request: Request) -> tuple[Answer, bytes, bytes]:
    try:
        return _cleaned(data, request)
    except Image.DecompressionBombError:
        refused = "file.too_many_pixels"
    except Exception:  # decoders raise what they like at hostile bytes
        refused = "file.broken"
    return Answer(refused=refused), b"", b""


def _cleaned(data: bytes, request: Request) -> tuple[Answer, bytes, bytes]:
    with Image.open(BytesIO(data), formats=FORMATS) as image:
        # The size stands in the picture's head: nothing has been decoded yet.
        if image.width * image.height > request.max_pixels:
            raise Image.DecompressionBombError
        upright = _upright_rgb(image, request.longest_side)
    small = upright.copy()
    small.thumbnail((request.preview_side, request.preview_side), Image.Resampling.LANCZOS)
    picture, preview = _jpeg(upright, QUALITY), _jpeg(small, PREVIEW_QUALITY)
    answer = Answer(
        width=upright.width,
        height=upright.height,
        hint=_hint(upright),
        picture_bytes=len(picture),
        preview_bytes=len(preview),
    )
    return answer, picture, preview


def _upright_rgb(image: Image.Image, longest_side: int) -> Image.Image:
    """Small first, then turned and flattened: the large picture exists only once."""
    turn = UPRIGHT.get(_orientation(image))
    if image.mode.startswith("I;16"):
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif image.mode in ("P", "PA", "1"):
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    image.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    image.load()
    if turn is not None:
        image = image.transpose(turn)
    if image.mode in ("RGBA", "LA", "PA"):
        # Paper is white; black would swallow black print on a transparent ground.
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image.convert("RGBA"))
    clean = image.convert("RGB")
    # Pillow would write a comment found here into the new file.
    clean.info = {}
    return clean


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ORIENTATION_TAG, 1))
    except Exception:  # a broken EXIF block is no reason to refuse the picture
        return 1


def _jpeg(image: Image.Image, quality: int) -> bytes:
    sink = BytesIO()
    image.save(sink, "JPEG", quality=quality)
    return sink.getvalue()


def _hint(image: Image.Image) -> str | None:
    """The one remark that helps most: darkness also blurs, so it comes first."""
    grey = image.convert("L")
    grey.thumbnail((HINT_SIDE, HINT_SIDE), Image.Resampling.BILINEAR)
    if _lighter_tenth(grey) < DARK_BELOW:
        return "photo.dark"
    if max(image.size) < SMALL_SIDE or min(image.size) < NARROW_SIDE:
        return "photo.small"
    return "photo.blurry" if _sharpness(grey) < BLURRY_BELOW else None


def _sharpness(grey: Image.Image) -> float:
    """Variance of the edges in the sharpest squares: print may fill a corner of the page."""
    edges = grey.filter(LAPLACE)
    # The rim is skipped: the filter leaves it as it was.
    wide, high = (grey.width - 2) // SQUARES, (grey.height - 2) // SQUARES
    variances = sorted(
        ImageStat.Stat(edges.crop((left, top, left + wide, top + high))).var[0]
        for left in range(1, 1 + SQUARES * wide, wide)
        for top in range(1, 1 + SQUARES * high, high)
    )
    return variances[-4]


def _lighter_tenth(grey: Image.Image) -> int:
    """The brightness (0 to 255) that a tenth of the picture exceeds."""
    left = grey.width * grey.height // 10
    for level, count in reversed(tuple(enumerate(grey.histogram()))):
        left -= count
        if left < 0:
            return level
    return 0


def _warm_up() -> None:
    """Open and write one picture of each kind, so that later nothing has to be imported."""
    warnings.simplefilter("ignore")
    # Every thread costs address space of the memory limit.
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.options.THUMBNAILS = False
    pillow_heif.register_heif_opener()
    Image.init()
    for name in FORMATS:
        sample = BytesIO()
        exif = Image.Exif()
        exif[ORIENTATION_TAG] = 6
        Image.new("RGB", (32, 32)).save(sample, name, exif=exif)
        request = Request(len(sample.getvalue()), 1024, 16, 8, 1)
        answer, _, _ = clean(sample.getvalue(), request)
        if answer.refused is not None:
            raise SystemExit(f"{name} cannot be read")


def _confine(memory_bytes: int) -> None:
    for limit, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 3),
    ):
        resource.setrlimit(limit, (value, value))
    # A picture may wait a moment; other people's answers may not.
    os.nice(5)


def _allow_cpu(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _send(sink: BinaryIO, *parts: bytes) -> None:
    for part in parts:
        sink.write(part)
    sink.flush()


if __name__ == "__main__":
    main()
