"""Files of hostile projects that a repository cannot hold: pipes, bombs, floods, pictures that say too much."""

from __future__ import annotations

import codecs
import io
import os
import socket
import stat
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

CANARY = "canary8Vq3"
"""Begins every text that no output may hold."""


class Impossible(Exception):
    """This machine, or this user, cannot make what the attack needs."""


def _fifo(path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        raise Impossible("no named pipes here")
    os.mkfifo(path)


def _device(path: Path) -> None:
    try:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    except (AttributeError, OSError) as fault:
        raise Impossible("only root makes devices") from fault


def _socket(path: Path) -> None:
    if not hasattr(socket, "AF_UNIX"):
        raise Impossible("no sockets in folders here")
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's path may have 107 bytes
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def _unreadable(path: Path) -> None:
    path.chmod(0)
    if os.access(path, os.R_OK):
        raise Impossible("root reads everything")


def _sparse(path: Path, size: str) -> None:
    with path.open("ab") as stream:
        stream.truncate(int(size))


def _repeat(path: Path, times: str, text: str) -> None:
    """Adds a text many times, `{n}` in it counted from 1; the next recipe for the path goes on after it."""
    plain = codecs.decode(text.encode("latin-1", "backslashreplace"), "unicode_escape")
    pieces = (plain.replace("{n}", str(number)) for number in range(1, int(times) + 1))
    with path.open("a", encoding="utf-8", newline="") as stream:
        stream.write("".join(pieces) if "{n}" in plain else plain * int(times))


def _rename(path: Path, name: str) -> None:
    path.rename(path.with_name(codecs.decode(name.encode("latin-1", "backslashreplace"), "unicode_escape")))


def _cut(path: Path, size: str) -> None:
    path.write_bytes(path.read_bytes()[: int(size)])


def _png(path: Path, width: str, height: str) -> None:
    """A white PNG of one bit per pixel, whole and small."""
    row = b"\0" + b"\xff" * -(-int(width) // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row) for _ in range(int(height))) + packer.flush()
    path.write_bytes(_png_file(struct.pack(">IIBBBBB", int(width), int(height), 1, 0, 0, 0, 0), data))


def _png_file(head: bytes, data: bytes) -> bytes:
    chunks = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


def _picture(path: Path, form: str, width: str, height: str) -> None:
    """A picture of 8 by 8 whose head claims another size."""
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(stream, form, **({"lossless": True} if form == "webp" else {}))
    content, size = bytearray(stream.getvalue()), (int(width), int(height))
    match form:
        case "jpeg":
            place = content.index(b"\xff\xc0")
            content[place + 5 : place + 9] = struct.pack(">HH", size[1], size[0])
        case "gif":
            content[6:10] = struct.pack("<HH", *size)
            place = content.index(b"\x2c", 13)
            content[place + 5 : place + 9] = struct.pack("<HH", *size)
        case "webp":
            place = content.index(b"\x2f", 12)
            content[place + 1 : place + 5] = struct.pack("<I", (size[0] - 1) | (size[1] - 1) << 14)
    path.write_bytes(content)


def secrets(path: Path, form: str) -> None:
    """A picture that carries a canary wherever its format has room for words."""
    from PIL import Image, PngImagePlugin

    secret = f"{CANARY}-picture"
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = secret
    more: dict[str, object] = {"exif": exif.tobytes()}
    if form == "png":
        words = PngImagePlugin.PngInfo()
        words.add_text("Comment", secret)
        words.add_itxt("XML:com.adobe.xmp", f"<x>{secret}</x>")
        more["pnginfo"] = words
    elif form == "gif":
        more = {"comment": secret.encode()}
    elif form == "jpeg":
        more |= {"comment": secret.encode(), "xmp": f"<x>{secret}</x>".encode()}
    elif form == "webp":
        more |= {"xmp": f"<x>{secret}</x>".encode()}
    Image.new("RGB", (64, 64), "navy").save(path, form, **more)
    if form == "jpeg":
        content = path.read_bytes()
        iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x20\x1c\x02\x78" + secret.encode()
        path.write_bytes(content[:2] + b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc + content[2:])


RECIPES: dict[str, Callable[..., None]] = {
    "fifo": _fifo,
    "device": _device,
    "socket": _socket,
    "unreadable": _unreadable,
    "sparse": _sparse,
    "repeat": _repeat,
    "rename": _rename,
    "cut": _cut,
    "png": _png,
    "picture": _picture,
    "secrets": secrets,
}
"""What `make` makes: the word, the path, and what the function takes besides."""
