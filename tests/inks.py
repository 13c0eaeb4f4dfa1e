"""An ICC profile of a press that nobody has: simple enough to be made here, whole enough for every conversion."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from itertools import product

BLACK = 0.03
"""What black ink leaves of the light."""

WHITE = (0.9642, 1.0, 0.8249)
"""The white of profiles, D50."""


TO_XYZ = ((0.4361, 0.3851, 0.1431), (0.2225, 0.7169, 0.0606), (0.0139, 0.0971, 0.7141))
FROM_XYZ = ((3.1339, -1.6169, -0.4906), (-0.9788, 1.9161, 0.0335), (0.0719, -0.2290, 1.4052))
"""From the lights of sRGB under D50, and back."""


def profile(name: str = "Press of the tests") -> bytes:
    """The profile, as a file."""
    tags = {
        b"desc": b"desc" + struct.pack(">II", 0, len(name) + 1) + name.encode() + bytes(79),
        b"cprt": b"text\0\0\0\0No rights reserved\0",
        b"wtpt": b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in WHITE)),
        b"A2B0": _table(4, 5, (_encoded(_lab(*inks)) for inks in _grid(4, 5))),
        b"B2A0": _table(3, 17, (tuple(round(ink * 65535) for ink in _inks(*lab)) for lab in _labs(17))),
    }
    directory, content = struct.pack(">I", len(tags)), b""
    for tag, body in tags.items():
        place = 128 + 4 + 12 * len(tags) + len(content)
        directory += tag + struct.pack(">II", place, len(body))
        content += body + bytes(-len(body) % 4)
    header = struct.pack(">I4xI4s4s4s12x4s", 0, 0x02400000, b"prtr", b"CMYK", b"Lab ", b"acsp")
    header += bytes(68 - len(header)) + struct.pack(">3i", *(round(value * 65536) for value in WHITE))
    whole = header + bytes(128 - len(header)) + directory + content
    return struct.pack(">I", len(whole)) + whole[4:]


def _table(channels: int, steps: int, values: Iterable[Sequence[int]]) -> bytes:
    """A table of type `mft2` from a grid of that many channels."""
    rows = list(values)
    ends = struct.pack(">2H", 0, 65535)
    matrix = struct.pack(">9i", *(65536 if place % 4 == 0 else 0 for place in range(9)))
    head = b"mft2\0\0\0\0" + bytes((channels, len(rows[0]), steps, 0)) + matrix + struct.pack(">2H", 2, 2)
    return head + ends * channels + b"".join(struct.pack(f">{len(row)}H", *row) for row in rows) + ends * len(rows[0])


def _grid(channels: int, steps: int) -> Iterable[tuple[float, ...]]:
    return product([step / (steps - 1) for step in range(steps)], repeat=channels)


def _labs(steps: int) -> Iterable[tuple[float, float, float]]:
    for light, a, b in _grid(3, steps):
        yield light * 65535 / 65280 * 100, a * 65535 / 256 - 128, b * 65535 / 256 - 128


def _encoded(lab: Sequence[float]) -> tuple[int, int, int]:
    return round(lab[0] / 100 * 65280), round((lab[1] + 128) * 256), round((lab[2] + 128) * 256)


def _lab(cyan: float, magenta: float, yellow: float, black: float) -> tuple[float, float, float]:
    """The colour of inks on paper: each takes one of the lights of a screen away."""
    light = 1 - black * (1 - BLACK)
    lights = [(1 - ink) ** 2.2 * light for ink in (cyan, magenta, yellow)]
    fx, fy, fz = (
        (sum(share * one for share, one in zip(row, lights, strict=True)) / white) ** (1 / 3)
        for row, white in zip(TO_XYZ, WHITE, strict=True)
    )
    return max(0.0, 116 * fy - 16), max(-128.0, min(127.0, 500 * (fx - fy))), max(-128.0, min(127.0, 200 * (fy - fz)))


def _inks(light: float, a: float, b: float) -> tuple[float, ...]:
    """The inks of a colour, half of the darkness that all three share as black."""
    fy = (light + 16) / 116
    xyz = [max(0.0, value) ** 3 * white for value, white in zip((fy + a / 500, fy, fy - b / 200), WHITE, strict=True)]
    lights = (sum(share * one for share, one in zip(row, xyz, strict=True)) for row in FROM_XYZ)
    inks = [1 - max(0.0, min(1.0, one)) ** (1 / 2.2) for one in lights]
    black = min(inks) / 2
    return (*(max(0.0, (ink - black) / (1 - black)) for ink in inks), black)
