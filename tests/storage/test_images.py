"""Pictures: every hostile or broken one is refused by code, every kept one is ours and clean."""

import asyncio
import os
import signal
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont, PngImagePlugin

from storage.images import CleanImage, ImageRefused, Images, Limits, clean_image

MIB = 1024 * 1024
CANARY = "GPS 39.9042 N of 999999201803120022"
ORIENTATION, DESCRIPTION, GPS = 0x0112, 0x010E, 0x8825

pillow_heif.register_heif_opener()


@pytest.fixture(scope="module")
def images() -> Iterator[Images]:
    images = Images()
    yield images
    images.close()


def picture(size: tuple[int, int] = (1200, 800), mode: str = "RGB") -> Image.Image:
    """A sheet whose corners are red, green, blue and white: its way up can be read."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    half = (size[0] // 2, size[1] // 2)
    draw.rectangle((0, 0, half[0], half[1]), fill="red")
    draw.rectangle((half[0], 0, size[0], half[1]), fill="green")
    draw.rectangle((0, half[1], half[0], size[1]), fill="blue")
    return image.convert(mode)


def page() -> Image.Image:
    image = Image.new("L", (1800, 2400), 225)
    draw = ImageDraw.Draw(image)
    for row in range(30):
        text = f"Name of the child and 18 digits, line {row}"
        draw.text((200, 80 + row * 76), text, fill=30, font=ImageFont.load_default(36))
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    sink = BytesIO()
    image.save(sink, kind, **options)
    return sink.getvalue()


def decoded(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def corners(image: Image.Image) -> list[str]:
    """The colour's name in each corner, clockwise from the upper left."""
    names = {(1, 0, 0): "red", (0, 1, 0): "green", (0, 0, 1): "blue", (1, 1, 1): "white"}
    right, low = image.width - 9, image.height - 9
    pixels = [
        image.convert("RGB").getpixel(at) for at in [(8, 8), (right, 8), (right, low), (8, low)]
    ]
    return [names[tuple(int(value > 100) for value in pixel)] for pixel in pixels]


def accepted(result: CleanImage | ImageRefused) -> CleanImage:
    assert isinstance(result, CleanImage)
    return result


UPRIGHT = ["red", "green", "white", "blue"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_each_kind_of_photo_becomes_an_upright_jpeg(images: Images, kind: str) -> None:
    clean = accepted(images.clean_now(encoded(picture(), kind)))
    kept, small = decoded(clean.data), decoded(clean.preview)
    assert (kept.format, kept.mode, kept.size) == ("JPEG", "RGB", (clean.width, clean.height))
    assert (small.format, small.size) == ("JPEG", (1200, 800))
    assert (corners(kept), corners(small)) == (UPRIGHT, UPRIGHT)


@pytest.mark.parametrize(
    ("orientation", "stored_as"),
    [
        (1, None),
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
        (3, Image.Transpose.ROTATE_180),
        (4, Image.Transpose.FLIP_TOP_BOTTOM),
        (5, Image.Transpose.TRANSPOSE),
        (6, Image.Transpose.ROTATE_90),
        (7, Image.Transpose.TRANSVERSE),
        (8, Image.Transpose.ROTATE_270),
    ],
)
def test_a_photo_taken_sideways_is_turned_upright(
    images: Images, orientation: int, stored_as: Image.Transpose | None
) -> None:
    stored = picture() if stored_as is None else picture().transpose(stored_as)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    clean = accepted(images.clean_now(encoded(stored, exif=exif)))
    assert (clean.width, clean.height) == (1200, 800)
    assert corners(decoded(clean.data)) == UPRIGHT


def planted(kind: str) -> bytes:
    """A picture with the canary in every pocket its format has."""
    exif = Image.Exif()
    exif[DESCRIPTION] = CANARY
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[29] = CANARY
    xmp = f"<x:xmpmeta>{CANARY}</x:xmpmeta>".encode()
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", CANARY)
    options: dict[str, dict[str, object]] = {
        "JPEG": {"comment": CANARY, "xmp": xmp, "icc_profile": CANARY.encode()},
        "PNG": {"pnginfo": text, "icc_profile": CANARY.encode()},
        "WEBP": {"xmp": xmp, "icc_profile": CANARY.encode()},
        "HEIF": {"xmp": xmp},
    }
    return encoded(picture(), kind, exif=exif, **options[kind])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_no_place_no_comment_and_no_profile_is_kept(images: Images, kind: str) -> None:
    data = planted(kind)
    clean = accepted(images.clean_now(data))
    assert CANARY.encode() in data
    for kept in (clean.data, clean.preview):
        image = decoded(kept)
        assert CANARY.encode() not in kept
        assert dict(image.getexif()) == {}
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_what_hides_behind_a_picture_is_not_kept(images: Images) -> None:
    tail = b"<html><script>alert('x')</script></html>PK\x03\x04"
    clean = accepted(images.clean_now(encoded(picture()) + tail))
    assert b"script" not in clean.data + clean.preview
    assert clean.data.endswith(b"\xff\xd9")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "file.empty", id="empty file"),
        pytest.param(b"MZ\x90\x00" + bytes(5000), "file.not_image", id="exe named jpg"),
        pytest.param(b"<!doctype html><script>", "file.not_image", id="html"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file.not_image", id="svg"),
        pytest.param(b"GIF89a" + bytes(99), "file.not_image", id="gif"),
        pytest.param(b"PK\x03\x04" + bytes(99), "file.not_image", id="zip"),
        pytest.param(b"RIFF\x00\x00\x00\x00WAVE", "file.not_image", id="sound in riff"),
        pytest.param(b"\x00\x00\x00\x18ftypmp42" + bytes(12), "file.not_image", id="film"),
        pytest.param(b"%PDF-1.7\n", "file.is_pdf", id="pdf"),
        pytest.param(b"\n\n%PDF-1.4\n", "file.is_pdf", id="pdf after blank lines"),
        pytest.param(b"\xff\xd8\xff", "file.broken", id="jpeg of three bytes"),
        pytest.param(b"\xff\xd8\xff\xe0<html>", "file.broken", id="html after a jpeg's start"),
        pytest.param(b"\x00\x00\x00\x18ftypheic" + bytes(12), "file.broken", id="empty heic"),
        pytest.param(encoded(picture())[:4000], "file.broken", id="truncated jpeg"),
        pytest.param(encoded(picture(), "PNG")[:900], "file.broken", id="truncated png"),
        pytest.param(encoded(picture(), "WEBP")[:500], "file.broken", id="truncated webp"),
        pytest.param(encoded(picture(), "HEIF")[:1000], "file.broken", id="truncated heic"),
    ],
)
def test_what_is_no_photo_is_refused_by_its_own_code(
    images: Images, data: bytes, code: str
) -> None:
    assert images.clean_now(data) == ImageRefused(code)


def png_head(width: int, height: int) -> bytes:
    """A PNG that promises a size and holds almost nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(999))), (b"IEND", b"")]
    )


def jpeg_claiming(width: int, height: int) -> bytes:
    data = encoded(Image.new("L", (8, 8)))
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(encoded(Image.new("1", (10_000, 6_000)), "PNG"), id="60 megapixel png"),
        pytest.param(encoded(Image.new("1", (8_000, 5_001)), "PNG"), id="a row too many"),
        pytest.param(png_head(30_000, 30_000), id="png bomb"),
        pytest.param(png_head(2**31 - 1, 2**31 - 1), id="png of impossible size"),
        pytest.param(jpeg_claiming(65_500, 65_500), id="jpeg bomb"),
    ],
)
def test_too_many_pixels_are_refused_before_they_are_decoded(images: Images, data: bytes) -> None:
    images.clean_now(encoded(picture((60, 40))))
    before = worker_cpu_seconds()
    assert images.clean_now(data) == ImageRefused("file.too_many_pixels", {"max_megapixels": 40})
    assert worker_cpu_seconds() - before < 0.2


def test_a_small_picture_with_a_bomb_in_its_text_is_refused(images: Images) -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "x" * (100 * MIB), zip=True)
    bomb = encoded(picture(), "PNG", pnginfo=text)
    assert images.clean_now(bomb) == ImageRefused("file.broken")


def test_exactly_the_allowed_pixels_are_accepted_and_reduced(images: Images) -> None:
    clean = accepted(images.clean_now(encoded(Image.new("1", (8_000, 5_000), 1), "PNG")))
    assert (clean.width, clean.height) == (2560, 1600)


def test_exactly_the_allowed_bytes_are_accepted_and_one_more_is_refused(images: Images) -> None:
    data = encoded(picture())
    padded = data + bytes(20 * MIB - len(data))
    accepted(images.clean_now(padded))
    assert images.clean_now(padded + b"x") == ImageRefused("file.too_large", {"max_mib": 20})


def test_the_longest_side_follows_the_setting() -> None:
    clean = accepted(clean_image(encoded(picture()), Limits(longest_side=300, preview_side=90)))
    assert (clean.width, clean.height, decoded(clean.preview).size) == (300, 200, (90, 60))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_way_to_store_white_stays_white(images: Images, mode: str) -> None:
    white = (
        Image.new(mode, (40, 40), 65535)
        if mode == "I;16"
        else (Image.new("RGB", (40, 40), "white").convert(mode))
    )
    clean = accepted(images.clean_now(encoded(white, "JPEG" if mode == "CMYK" else "PNG")))
    assert decoded(clean.data).convert("L").getextrema()[0] > 250


def test_print_on_a_transparent_ground_stays_readable(images: Images) -> None:
    sheet = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    ImageDraw.Draw(sheet).rectangle((50, 50, 150, 150), fill=(0, 0, 0, 255))
    kept = decoded(accepted(images.clean_now(encoded(sheet, "PNG"))).data).convert("L")
    assert (kept.getpixel((10, 10)) > 250, kept.getpixel((100, 100)) < 5) == (True, True)


@pytest.mark.parametrize(
    ("image", "hint"),
    [
        pytest.param(page(), None, id="sharp page"),
        pytest.param(page().filter(ImageFilter.GaussianBlur(7)), "photo.blurry", id="blurred"),
        pytest.param(page().point(lambda value: value // 4), "photo.dark", id="dark"),
        pytest.param(page().resize((600, 800)), "photo.small", id="small"),
        pytest.param(Image.new("L", (2000, 3), 255), "photo.small", id="a sliver"),
        pytest.param(Image.new("L", (1, 1), 255), "photo.small", id="one pixel"),
    ],
)
def test_a_poor_photo_is_accepted_with_a_hint(
    images: Images, image: Image.Image, hint: str | None
) -> None:
    assert accepted(images.clean_now(encoded(image))).hint == hint


def test_a_picture_that_needs_too_much_memory_is_refused_and_the_next_one_works() -> None:
    images = Images(Limits(memory_bytes=256 * MIB))
    try:
        accepted(images.clean_now(encoded(picture())))
        heavy = encoded(Image.new("RGB", (7_900, 5_000)), "PNG")
        assert images.clean_now(heavy) == ImageRefused("file.broken")
        accepted(images.clean_now(encoded(picture())))
    finally:
        images.close()


def test_a_picture_that_takes_too_long_is_refused_and_its_worker_is_gone() -> None:
    images = Images(Limits(wall_seconds=0))
    known = set(workers())
    try:
        assert images.clean_now(encoded(picture())) == ImageRefused("file.broken")
        assert set(workers()) == known
    finally:
        images.close()


async def test_a_worker_killed_from_outside_costs_nobody_a_picture() -> None:
    images = Images()
    known = set(workers())
    try:
        accepted(await images.clean(encoded(picture())))
        (worker,) = set(workers()) - known
        waiting = asyncio.create_task(images.clean(encoded(picture((5000, 4000)))))
        await asyncio.sleep(0)
        os.kill(worker, signal.SIGKILL)
        accepted(await waiting)
        assert worker not in workers()
    finally:
        images.close()


async def test_the_event_loop_goes_on_and_no_more_workers_run_than_allowed() -> None:
    images = Images(workers=2)
    known = set(workers())
    turns = 0
    try:
        assert set(workers()) == known
        data = encoded(picture((3000, 2000)))
        waiting = asyncio.gather(*(images.clean(data) for _ in range(5)))
        while not waiting.done():
            turns += 1
            await asyncio.sleep(0)
        assert [type(result) for result in waiting.result()] == [CleanImage] * 5
        assert len(set(workers()) - known) == 2
        assert turns > 100
    finally:
        images.close()
    assert set(workers()) - known == set()


def test_the_worker_inherits_no_secret_and_can_open_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XUEJI_TELEGRAM_TOKEN", "123456:planted")
    images = Images()
    known = set(workers())
    try:
        accepted(images.clean_now(encoded(picture())))
        (worker,) = set(workers()) - known
        process = Path(f"/proc/{worker}")
        limits = process.joinpath("limits").read_text()
        names = {
            row.split(b"=")[0] for row in process.joinpath("environ").read_bytes().split(b"\0")
        }
        assert names - {b""} == {b"PYTHONPATH", b"MALLOC_ARENA_MAX"}
        assert sorted(path.name for path in process.joinpath("fd").iterdir()) == ["0", "1", "2"]
        assert "Max open files            3                    3 " in limits
        assert f"Max address space         {768 * MIB} " in limits
    finally:
        images.close()


def workers() -> list[int]:
    """The image workers that are our children and not yet gone."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            command = stat.with_name("cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and b"storage.image_worker" in command:
            found.append(int(stat.parent.name))
    return found


def worker_cpu_seconds() -> float:
    ticks = 0
    for worker in workers():
        fields = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
