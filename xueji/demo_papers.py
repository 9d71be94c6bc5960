"""Pictures of invented household registers, as a parent's phone would take them.

Drawn, never photographed: no real paper is behind them. The page says in red that it is a sample.
Called by the demonstration only.
"""

from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Final, TypeAlias

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from xueji.demo_people import COUNTY, SEED, Child

SIZE: Final = (1120, 780)
PAPER: Final = (246, 238, 219)
INK: Final = (40, 40, 52)
LINE: Final = (150, 96, 78)
RED: Final = (196, 40, 40)
DESK: Final = ((112, 88, 66), (92, 104, 112), (130, 122, 108), (70, 76, 84))
FONTS: Final = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
)
Rows: TypeAlias = tuple[tuple[tuple[str, str], ...], ...]
SIMPLIFIED: Final = 2
"""Noto's collections hold Japanese, Korean, Simplified, … in this order."""


def chinese_font() -> Path | None:
    """A font of this machine that can write the page."""
    return next((path for path in map(Path, FONTS) if path.exists()), None)


def household_page(child: Child, index: int, *, is_blurred: bool = False) -> bytes:
    """The child's page as JPEG, lying on a table, a little askew."""
    return _photographed("常住人口登记卡", _rows(child), index, is_blurred=is_blurred)


def household_first_page(child: Child, index: int) -> bytes:
    """The register's first page: kind of household, its head, address."""
    return _photographed("居民户口簿首页", _first_rows(child), index, is_blurred=False)


def _photographed(title: str, rows: Rows, index: int, *, is_blurred: bool) -> bytes:
    random = Random(SEED + index)  # noqa: S311 - which table the paper lies on
    desk = random.choice(DESK)
    flat = Image.new("RGB", (SIZE[0] + 150, SIZE[1] + 130), desk)
    flat.paste(_page(title, rows), (75, 65))
    photo = flat.rotate(
        random.uniform(-1.6, 1.6), resample=Image.Resampling.BILINEAR, fillcolor=desk
    )
    if is_blurred:
        photo = photo.filter(ImageFilter.GaussianBlur(5))
    out = BytesIO()
    photo.save(out, "JPEG", quality=80)
    return out.getvalue()


def _page(title: str, rows: Rows) -> Image.Image:
    page = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(page)
    draw.text((SIZE[0] / 2, 62), title, INK, _font(40), anchor="mm")
    draw.text((SIZE[0] - 40, 62), "样本·虚构", RED, _font(30), anchor="rm")
    top, height = 110, (SIZE[1] - 150) // len(rows)
    for number, row in enumerate(rows):
        _row(draw, top + number * height, height, row)
    return page


def _first_rows(child: Child) -> Rows:
    kind = "农业家庭户" if child.is_rural else "居民家庭户"
    return (
        (("户别", kind), ("户主姓名", _head(child))),
        (("户号", "（样本）"), ("登记机关", "（样本）")),
        (("住址", child.address),),
        (("承办人签章", "（样本）"), ("签发日期", f"{child.birth_date.year + 1}年3月1日")),
    )


def _head(child: Child) -> str:
    return child.filler_name if child.relation == "爸爸" else child.second_name


def _rows(child: Child) -> Rows:
    birth = child.birth_date
    return (
        (("姓名", child.name), ("户主或与户主关系", "女" if child.sex == "2" else "子")),
        (("曾用名", ""), ("性别", "女" if child.sex == "2" else "男")),
        (("出生地", COUNTY), ("民族", child.ethnic_group.removesuffix("族"))),
        (("籍贯", COUNTY), ("出生日期", f"{birth.year}年{birth.month}月{birth.day}日")),
        (("本市（县）其他住址", ""), ("户主姓名", _head(child))),
        (("公民身份号码", child.id_number), ("血型", "")),
        (("何时由何地迁来本址", child.address),),
        (("承办人签章", "（样本）"), ("登记日期", f"{birth.year + 1}年3月1日")),
    )


def _row(
    draw: ImageDraw.ImageDraw, top: int, height: int, cells: tuple[tuple[str, str], ...]
) -> None:
    left, right = 40, SIZE[0] - 40
    width = (right - left) // len(cells)
    for number, (label, value) in enumerate(cells):
        at = left + number * width
        draw.rectangle((at, top, at + width, top + height), outline=LINE, width=2)
        draw.line((at + 215, top, at + 215, top + height), fill=LINE, width=2)
        middle = top + height / 2
        draw.text((at + 12, middle), label, LINE, _font(21), anchor="lm")
        draw.text((at + 230, middle), value, INK, _fitting(value, width - 245), anchor="lm")


def _fitting(text: str, width: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The largest of three sizes in which the text fits."""
    sizes = (30, 25, 20)
    return next((_font(size) for size in sizes if _font(size).getlength(text) <= width), _font(16))


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    path = chinese_font()
    if path is None:
        return ImageFont.load_default(size)
    index = SIMPLIFIED if "Noto" in path.name else 0
    return ImageFont.truetype(str(path), size, index=index)
