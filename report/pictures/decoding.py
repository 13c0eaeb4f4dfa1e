"""Pillow's door for checking: whether the pixels of a picture can be had, all of them; for worker processes."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageFile

from report.pictures import png
from report.pictures.limits import Broken

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
"""The only decoders that are let near a file."""


def fault(content: bytes) -> str:
    """Why a picture cannot be decoded, to go on after its name; empty where it can."""
    try:
        reason = png.fault(content) if content.startswith(png.SIGNATURE) else ""
        return reason or _fault(content)
    except Broken as problem:
        return str(problem)
    except Exception as problem:  # Pillow's decoders raise what they like
        return f"is damaged: {str(problem) or type(problem).__name__}"


def _fault(content: bytes) -> str:
    lenient = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint sets it, and prints half a picture
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                for frame in range(getattr(picture, "n_frames", 1)):
                    picture.seek(frame)
                    picture.load()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient
    return ""
