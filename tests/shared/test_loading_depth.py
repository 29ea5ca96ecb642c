"""Depth maps of every form give the numbers that were written; what is no map is refused with a cure."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as Pillow

from shared.errors import InputError
from shared.limits import Limits
from shared.loading_depth import load_depth

SHAPE = (37, 53)


def ramp(dtype: str = "f4") -> NDArray[np.generic]:
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    return (rows * 40 + columns * 3 + 500).astype(dtype)


def write_exr(path: Path, values: NDArray[np.generic], *, compression: int, name: str = "Z") -> Path:
    """Write an OpenEXR picture of one named channel between two others, in the blocks of its compression."""
    height, width = values.shape
    kind = {"f2": 1, "f4": 2, "u4": 0}[values.dtype.str[1:]]
    other = np.ones((height, width), "<f2")
    channels = sorted([("A", 1, other), (name, kind, values), ("zz", 1, other)])
    listed = b"".join(n.encode() + b"\0" + struct.pack("<iB3xii", k, 0, 1, 1) for n, k, _ in channels) + b"\0"
    box = struct.pack("<4i", 0, 5, width - 1, height + 4)
    head = b"\x76\x2f\x31\x01" + struct.pack("<I", 2)
    for key, kind_name, value in (
        ("channels", "chlist", listed),
        ("compression", "compression", bytes([compression])),
        ("dataWindow", "box2i", box),
        ("lineOrder", "lineOrder", b"\0"),
    ):
        head += key.encode() + b"\0" + kind_name.encode() + b"\0" + struct.pack("<i", len(value)) + value
    head += b"\0"
    lines = {0: 1, 2: 1, 3: 16}[compression]
    blocks = []
    for first in range(0, height, lines):
        part = range(first, min(first + lines, height))
        plain = b"".join(c[row].tobytes() for row in part for _, _, c in channels)
        packed = plain if not compression else zlib.compress(_predicted(plain))
        packed = packed if len(packed) < len(plain) else plain
        blocks.append(struct.pack("<ii", first + 5, len(packed)) + packed)
    place, table = len(head) + 8 * len(blocks), b""
    for block in blocks:
        table += struct.pack("<Q", place)
        place += len(block)
    path.write_bytes(head + table + b"".join(blocks))
    return path


def _predicted(plain: bytes) -> bytes:
    values = np.frombuffer(plain, np.uint8)
    halves = np.concatenate([values[::2], values[1::2]]).astype(int)
    return np.concatenate([halves[:1], np.diff(halves) + 128]).astype(np.uint8).tobytes()


def test_sixteen_bits_and_real_numbers_come_through_exactly(tmp_path: Path) -> None:
    wanted = ramp("f4")
    Pillow.fromarray(ramp("u2")).save(tmp_path / "a.png")
    Pillow.fromarray(wanted).save(tmp_path / "a.tiff")
    np.save(tmp_path / "a.npy", wanted[None].astype(np.float64))
    np.savez(tmp_path / "a.npz", other=np.zeros(3), depth=wanted)
    (tmp_path / "a.pfm").write_bytes(b"Pf\n53 37\n-1.0\n" + wanted[::-1].astype("<f4").tobytes())
    for name in ("a.png", "a.tiff", "a.npy", "a.npz", "a.pfm"):
        values, notes = load_depth(tmp_path / name)
        assert values.dtype == np.float32 and np.array_equal(values, wanted), name
        assert notes == (), name


@pytest.mark.parametrize("compression", [0, 2, 3])
@pytest.mark.parametrize("dtype", ["<f4", "<f2", "<u4"])
def test_exr(tmp_path: Path, compression: int, dtype: str) -> None:
    path = write_exr(tmp_path / "a.exr", ramp(dtype), compression=compression, name="View.Depth.Z")
    values, notes = load_depth(path)
    assert np.array_equal(values, ramp(dtype).astype(np.float32))
    assert notes == ("Depth was read from the channel View.Depth.Z.",)


def test_exr_of_other_kinds(tmp_path: Path) -> None:
    whole = write_exr(tmp_path / "a.exr", ramp("<f4"), compression=3).read_bytes()
    cases = {
        "compressed by PIZ": whole.replace(
            b"compression\0compression\0\1\0\0\0\3", b"compression\0compression\0\1\0\0\0\4"
        ),
        "tiles": whole[:4] + struct.pack("<I", 2 | 0x200) + whole[8:],
        "damaged": whole[:-200],
    }
    for reason, data in cases.items():
        (tmp_path / "b.exr").write_bytes(data)
        with pytest.raises(InputError, match=reason):
            load_depth(tmp_path / "b.exr")
    path = write_exr(tmp_path / "c.exr", ramp("<f4"), compression=0, name="normal.X")
    with pytest.raises(InputError, match=r"no channel of depth, but A, normal\.X, zz"):
        load_depth(path)


def test_eight_bits_are_read_with_a_note(tmp_path: Path) -> None:
    gray = (ramp("u2") // 16).astype(np.uint8)
    Pillow.fromarray(gray).save(tmp_path / "a.png")
    Pillow.fromarray(np.stack([gray] * 3, -1)).save(tmp_path / "b.png")
    for name in ("a.png", "b.png"):
        values, notes = load_depth(tmp_path / name)
        assert np.array_equal(values, gray.astype(np.float32)) and "8 bits" in notes[0]


def test_what_is_no_map_is_refused(tmp_path: Path) -> None:
    colors = np.zeros((20, 20, 3), np.uint8)
    colors[:10] = (255, 0, 0)
    Pillow.fromarray(colors).save(tmp_path / "colors.png")
    np.save(tmp_path / "nan.npy", np.full((20, 20), np.nan))
    np.save(tmp_path / "three.npy", np.zeros((20, 20, 3)))
    np.save(tmp_path / "words.npy", np.array([["a", "b"]]))
    np.savez(tmp_path / "two.npz", left=np.zeros((9, 9)), right=np.zeros((9, 9)))
    np.save(tmp_path / "objects.npy", np.array([{}]), allow_pickle=True)
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "short.pfm").write_bytes(b"Pf\n53 37\n-1.0\n1234")
    for name, reason in (
        ("colors.png", "shows depth as colours"),
        ("nan.npy", "no number at all"),
        ("three.npy", "two axes"),
        ("words.npy", "not real numbers"),
        ("two.npz", "holds left, right"),
        ("objects.npy", "no arrays of numbers"),
        ("text.png", "no depth map"),
        ("short.pfm", "cut off"),
        ("absent.png", "does not exist"),
    ):
        with pytest.raises(InputError, match=reason):
            load_depth(tmp_path / name)


def test_large_maps_are_refused_before_they_are_decoded(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", ramp())
    write_exr(tmp_path / "a.exr", ramp("<f4"), compression=3)
    for name in ("a.npy", "a.exr"):
        with pytest.raises(InputError, match="at most 50 pixels a side"):
            load_depth(tmp_path / name, limits=Limits(image_side_px=50))
