"""Colours of the screen → inks of the press, by an ICC profile, for pages that are already drawn.

A neutral colour, whose channels differ by no more than `NEUTRAL`, is printed in black ink alone, as light as it looks:
text in it needs no register, and what is darker than black ink on paper is black ink. Any other colour becomes what the
profile makes of it, relative to the paper and with the black point compensated; how much ink lies on one place follows
from the profile.
"""

from __future__ import annotations

import io
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any

import pydyf
from PIL import Image, ImageCms

from report.pdf.objects import number_of
from report.pdf.values import coordinate

NEUTRAL = 10
"""Steps of 255 between the strongest and the weakest channel."""

_RELATIVE = ImageCms.Intent.RELATIVE_COLORIMETRIC
_COMPENSATED = ImageCms.Flags.BLACKPOINTCOMPENSATION


@lru_cache(maxsize=2)
def conversion(profile: bytes) -> Conversion:
    """The conversion to the inks of a profile."""
    return Conversion(profile)


def description(profile: bytes) -> str:
    """What a profile calls itself."""
    return ImageCms.getProfileDescription(_opened(profile)).strip()


class Conversion:
    """From sRGB, or the profile of a picture, to the inks of a press."""

    def __init__(self, profile: bytes) -> None:
        self._press = _opened(profile)
        self._srgb = ImageCms.createProfile("sRGB")
        self._inks = self._transform(self._srgb)
        self._lab = ImageCms.buildTransform(self._srgb, ImageCms.createProfile("LAB"), "RGB", "LAB", _RELATIVE)
        self._known: dict[tuple[int, int, int], tuple[float, ...]] = {}
        self._darkness = self._darkness_of_black()

    def inks(self, red: float, green: float, blue: float) -> tuple[float, ...]:
        """Cyan, magenta, yellow and black of a colour in sRGB, each from 0 to 1."""
        key = (round(red * 255), round(green * 255), round(blue * 255))
        if key not in self._known:
            self._known[key] = self._black(key) if max(key) - min(key) <= NEUTRAL else self._mixed(key)
        return self._known[key]

    def picture(self, picture: Image.Image) -> Image.Image:
        """A picture without transparency in the inks of the press; a grey one is black ink already."""
        if picture.mode in ("CMYK", "L"):
            return picture
        own = picture.info.get("icc_profile")
        converted = None
        if own:
            try:
                converted = ImageCms.applyTransform(picture.convert("RGB"), self._transform(_opened(own)))
            except ImageCms.PyCMSError:
                converted = None
        return converted or _applied(picture.convert("RGB"), self._inks)

    def _transform(self, source: Any) -> Any:
        return ImageCms.buildTransform(source, self._press, "RGB", "CMYK", _RELATIVE, _COMPENSATED)

    def _mixed(self, colour: tuple[int, int, int]) -> tuple[float, ...]:
        inks = _applied(Image.new("RGB", (1, 1), colour), self._inks).getpixel((0, 0))
        return tuple(round(ink / 255, 3) for ink in inks) if isinstance(inks, tuple) else (0.0, 0.0, 0.0, 1.0)

    def _black(self, colour: tuple[int, int, int]) -> tuple[float, ...]:
        if min(colour) == 255:
            return 0.0, 0.0, 0.0, 0.0
        wanted = 255 - _lightness(_applied(Image.new("RGB", (1, 1), colour), self._lab))[0]
        return 0.0, 0.0, 0.0, round(min(255, bisect_left(self._darkness, wanted)) / 255, 3)

    def _darkness_of_black(self) -> list[int]:
        """How dark black ink is on paper, from none to all of it."""
        ramp = Image.frombytes("CMYK", (256, 1), bytes(value for ink in range(256) for value in (0, 0, 0, ink)))
        lab = ImageCms.buildTransform(self._press, ImageCms.createProfile("LAB"), "CMYK", "LAB", _RELATIVE)
        return list(accumulate((255 - value for value in _lightness(_applied(ramp, lab))), max))


def _opened(profile: bytes) -> Any:
    return ImageCms.ImageCmsProfile(io.BytesIO(profile))


def _applied(picture: Image.Image, transform: Any) -> Image.Image:
    result = ImageCms.applyTransform(picture, transform)
    if result is None:
        raise ValueError("a transform in place gives no picture")
    return result


def _lightness(lab: Image.Image) -> bytes:
    return lab.getchannel("L").tobytes()


def convert(objects: Sequence[Any], conversion: Conversion) -> None:
    """Give the drawn objects of a PDF the inks of a press; those of soft masks, which are no colours, stay in grey."""
    masks = frozenset(_masks(objects))
    for item in objects:
        if isinstance(item, pydyf.Stream):
            grey = item.number in masks
            item.stream[:] = [_operator(one, conversion, grey) for one in item.stream]
            group = item.extra.get("Group") if hasattr(item.extra, "get") else None
            if group and group.get("CS") == "/DeviceRGB":
                group["CS"] = "/DeviceGray" if grey else "/DeviceCMYK"
        elif isinstance(item, pydyf.Dictionary) and "ShadingType" in item and item["ColorSpace"] == "/DeviceRGB":
            item["ColorSpace"] = "/DeviceCMYK"
            _convert_function(item["Function"], conversion)


def _operator(item: Any, conversion: Conversion, grey: bool) -> Any:
    """An operator that sets a colour in RGB, with another; any other as it is."""
    if not isinstance(item, bytes) or item[-3:].lower() != b" rg":
        return item
    strokes = item.endswith(b"RG")
    red, green, blue = map(float, item.split()[:3])
    if grey:
        return coordinate(0.2126 * red + 0.7152 * green + 0.0722 * blue) + (b" G" if strokes else b" g")
    return b" ".join(map(coordinate, conversion.inks(red, green, blue))) + (b" K" if strokes else b" k")


def _convert_function(function: Any, conversion: Conversion) -> None:
    for below in function.get("Functions", ()):
        _convert_function(below, conversion)
    for end in ("C0", "C1"):
        if end in function:
            function[end] = pydyf.Array(conversion.inks(*function[end]))


def _masks(objects: Sequence[Any]) -> Iterator[int]:
    """The numbers of the streams that soft masks are made of, with those drawn in them."""
    states = (state for item in objects for state in _states(item))
    waiting = [number_of(state["SMask"]["G"]) for state in states if isinstance(state.get("SMask"), dict)]
    seen: set[int] = set()
    while waiting:
        number = waiting.pop()
        if number not in seen:
            seen.add(number)
            yield number
            waiting += _drawn_in(objects, objects[number].extra.get("Resources"))


def _states(item: Any) -> Iterator[Any]:
    """The graphics states among the resources that an object is or has."""
    resources = item if isinstance(item, dict) else getattr(item, "extra", None) or {}
    found = resources.get("ExtGState") if hasattr(resources, "get") else None
    yield from found.values() if isinstance(found, dict) else ()


def _drawn_in(objects: Sequence[Any], resources: Any) -> list[int]:
    """The streams that resources name."""
    found = objects[number_of(resources)] if isinstance(resources, bytes) else resources or {}
    named = (value for kind in ("XObject", "Pattern") for value in (found.get(kind) or {}).values())
    return [number_of(value) for value in named if isinstance(value, bytes)]
