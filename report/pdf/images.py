"""Pictures of pixels on their way into a PDF: no more of them than the press can show, in its colours, counted.

WeasyPrint 70.0 measures a picture that is turned as if it had no width, writes JPEG anew at a low quality, and leaves
every colour as it is.
"""

from __future__ import annotations

import io
import logging
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from math import hypot
from typing import Any

import pydyf
from msgspec import Struct, field
from PIL import Image, ImageChops, ImageOps
from weasyprint.images import RasterImage, SVGImage

from report.pdf.colours import Conversion, conversion
from report.pdf.file import LEVEL
from report.pdf.standin import in_place
from report.pictures.decoding import FORMATS
from report.prepress import Prepress

QUALITY = 92
"""Of JPEG that has to be written anew."""

UNIT_IN, PIXEL = 1 / 72, 0.75
"""A point in inches, a CSS px in points."""

_x_object = RasterImage.get_x_object


class Drawn(Struct, frozen=True):
    """A picture where it is drawn."""

    identity: str
    """By which WeasyPrint knows its address."""
    dpi: float
    """The lower of its two resolutions."""
    width_px: int
    height_px: int


class Pictures(Struct):
    """Draws pictures, and keeps where; one use."""

    prepress: Prepress
    drawn: list[Drawn] = field(default_factory=list)

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Draw all pictures here."""
        with (
            in_place(RasterImage, "draw", lambda image, *rest: self.draw(image, *rest)),
            in_place(RasterImage, "get_x_object", lambda image, *rest: self.x_object(image, *rest)),
            in_place(SVGImage, "draw", draw_whole),
        ):
            yield

    def draw(self, image: Any, stream: Any, width: float, height: float, style: Any) -> None:
        """Put a picture on a page, with the part of its pixels that is wanted there."""
        if image.width <= 0 or image.height <= 0 or not width or not height:
            return
        (a, b, _), (c, d, _), _ = stream.ctm
        unit = UNIT_IN * (PIXEL if hasattr(stream, "id") else 1)  # a group is drawn in CSS px, a page in points
        across, down = width * hypot(a, b) * unit, height * hypot(c, d) * unit
        resolutions = [pixels / inches for pixels, inches in ((image.width, across), (image.height, down)) if inches]
        if not resolutions:
            return
        self.drawn.append(Drawn(image.id, min(resolutions), image.width, image.height))
        ratio = min(1.0, self.prepress.image_dpi / min(resolutions))
        name = stream.add_image(image, style["image_rendering"] == "auto", ratio)
        stream.transform(width, 0, 0, -height, 0, height)
        stream.draw_x_object(name)

    def x_object(self, image: Any, interpolate: bool, ratio: float) -> Any:
        """A picture as it stands in the file: WeasyPrint's where nothing has to change."""
        inks = conversion(self.prepress.profile) if self.prepress.profile else None
        is_ready = image.mode in ("CMYK", "L") or (inks is None and image.mode in ("RGB", "RGBA", "LA"))
        if ratio == 1 and is_ready:
            return _x_object(image, interpolate, 1)
        picture = _opened(image)
        if ratio != 1:
            size = max(1, round(image.width * ratio)), max(1, round(image.height * ratio))
            picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        return _written(picture, image.format == "JPEG", inks)


def draw_whole(image: Any, stream: Any, width: float, height: float, _: Any) -> None:
    """Put a drawing on a page, whole or not at all.

    WeasyPrint stops in the middle where it fails, and what it has opened by then takes the rest of the page with it.
    """
    before, states = len(stream.stream), list(stream._ctm_stack)
    try:
        image._svg.draw(stream, width, height, image._base_url, image._context)
        is_whole = len(stream._ctm_stack) == len(states) and not any(map(_is_nonsense, stream.stream[before:]))
    except MemoryError:
        raise
    except Exception:
        is_whole = False
    if not is_whole:
        del stream.stream[before:]
        stream._ctm_stack[:] = states
        for name in ("color", "color_stroke", "alpha", "alpha_stroke", "font", "font_size"):
            setattr(stream, f"_current_{name}", None)
        logging.getLogger("weasyprint").error("Failed to render SVG image %s", image._base_url)


_NO_NUMBER = re.compile(rb"(?<![\w(<])-?(?:nan|inf)(?!\w)")


def _is_nonsense(operation: Any) -> bool:
    return isinstance(operation, bytes) and bool(_NO_NUMBER.search(operation))


def _opened(image: Any) -> Image.Image:
    """The pixels of a picture, in grey, RGB with or without transparency, or CMYK."""
    picture: Image.Image = Image.open(io.BytesIO(image.image_data.data), formats=FORMATS)
    picture.load()
    if picture.mode == "CMYK":
        return picture if image.invert_colors else ImageChops.invert(picture)  # Pillow takes all of them for Adobe's
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode == "LA" or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture if picture.mode in ("L", "RGB", "RGBA") else picture.convert("RGB")


def _written(picture: Image.Image, as_jpeg: bool, inks: Conversion | None) -> Any:
    """A picture as an object, what is transparent in it as a mask."""
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    picture = picture.convert("RGB") if alpha else picture
    picture = inks.picture(picture) if inks else picture
    made = _jpeg(picture) if as_jpeg else _deflated(picture)
    if alpha:
        made.extra["SMask"] = _deflated(alpha)
    return made


def _jpeg(picture: Image.Image) -> Any:
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
    extra = _extra(picture, "/DCTDecode")
    if picture.mode == "CMYK":
        extra["Decode"] = pydyf.Array((1, 0) * 4)  # as Adobe does, Pillow writes how much paper is left
    return pydyf.Stream([content.getvalue()], extra)


def _deflated(picture: Image.Image) -> Any:
    """The pixels, or what each differs by from the one on its left: whichever is shorter."""
    before = Image.new(picture.mode, picture.size)
    before.paste(picture, (1, 0))
    differences = ImageChops.subtract_modulo(picture, before)
    plain, parted = (zlib.compress(one.tobytes(), LEVEL) for one in (picture, differences))
    extra = _extra(picture, "/FlateDecode")
    if len(parted) < len(plain):
        parms = {"Predictor": 2, "Colors": len(picture.getbands()), "Columns": picture.width}
        extra["DecodeParms"] = pydyf.Dictionary(parms)
    return pydyf.Stream([min(plain, parted, key=len)], extra)


def _extra(picture: Image.Image, coding: str) -> Any:
    spaces = {"RGB": "/DeviceRGB", "L": "/DeviceGray", "CMYK": "/DeviceCMYK"}
    entries = {
        "Type": "/XObject",
        "Subtype": "/Image",
        "Width": picture.width,
        "Height": picture.height,
        "ColorSpace": spaces[picture.mode],
        "BitsPerComponent": 8,
        "Filter": coding,
    }
    return pydyf.Dictionary(entries)


def upright(content: bytes) -> bytes:
    """A picture that a camera took lying down, set upright; any other file as it is."""
    is_jpeg = content.startswith(b"\xff\xd8\xff")
    tells = b"Exif\0" in content[:65536] if is_jpeg else content.startswith(_TURNABLE) and bool(_TURNED.search(content))
    if not tells:
        return content
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.getexif().get(0x0112, 1) == 1:
                return content
            turned, result, profile = ImageOps.exif_transpose(picture), io.BytesIO(), picture.info.get("icc_profile")
            if is_jpeg:
                turned.save(result, "JPEG", quality=QUALITY, subsampling=0, optimize=True, icc_profile=profile)
            else:
                turned.save(result, "PNG", icc_profile=profile)
            return result.getvalue()
    except (OSError, ValueError, SyntaxError):
        return content


_TURNABLE = (b"\x89PNG", b"RIFF")
_TURNED = re.compile(rb"eXIf|EXIF")
