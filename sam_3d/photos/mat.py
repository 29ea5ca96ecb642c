"""The marker mat: a ChArUco ring around a free disc, to be printed; it tells cameras and millimetres."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import InputError
from shared.exporting import atomic

SQUARE_MM = 13.0
MARKER_MM = 9.75
COLUMNS = 14
RULER_MM = 100.0
REACH = 0.12  # metres around the middle, and twice as high, that an object on it may take
_MODULES = 7  # a 5 x 5 marker and its black rim
_POINT_MM = 25.4 / 72


@dataclass(frozen=True)
class Paper:
    """One size of the mat.

    Args:
        name: "a4" or "letter".
        size_mm: Width and height.
        rows: Squares from top to bottom.
        first_id: Number of its first marker; papers are told apart by it.
        disc_mm: Radius of the free disc in the middle.
    """

    name: str
    size_mm: tuple[float, float]
    rows: int
    first_id: int
    disc_mm: float = 55.0

    @property
    def middle_mm(self) -> NDArray[np.float64]:
        """(2,) middle of the disc, from the board's upper left corner, right and down."""
        return np.array([COLUMNS, self.rows]) * SQUARE_MM / 2

    @property
    def corner_mm(self) -> NDArray[np.float64]:
        """(2,) the board's upper left corner on the paper; below the board is room for the ruler."""
        width, height = self.size_mm
        across, down = COLUMNS * SQUARE_MM, self.rows * SQUARE_MM
        return np.array([(width - across) / 2, (height - down) / 2 - 4.0])

    def whole(self) -> NDArray[np.bool_]:
        """Return (rows, COLUMNS) which squares are printed: those that do not touch the disc."""
        row, column = np.indices((self.rows, COLUMNS))
        away = np.stack([column * SQUARE_MM, row * SQUARE_MM], -1) - self.middle_mm
        nearest = np.where(away < -SQUARE_MM, away + SQUARE_MM, np.where(away > 0, away, 0.0))
        return np.linalg.norm(nearest, axis=-1) >= self.disc_mm

    def markers(self) -> dict[int, tuple[int, int]]:
        """Return the square (row, column) of each marker that is printed, by its number."""
        whole = self.whole()
        white = [(r, c) for r in range(self.rows) for c in range(COLUMNS) if (r + c) % 2]
        return {self.first_id + i: place for i, place in enumerate(white) if whole[place]}

    def corners(self) -> NDArray[np.int64]:
        """Return the numbers of the chessboard corners whose four squares are all printed."""
        whole = self.whole()
        good = whole[:-1, :-1] & whole[1:, :-1] & whole[:-1, 1:] & whole[1:, 1:]
        return np.flatnonzero(good)


PAPERS = (Paper("a4", (210.0, 297.0), 20, 0), Paper("letter", (215.9, 279.4), 19, 200, 52.0))


def dictionary() -> Any:
    """Return the markers that all mats take theirs from."""
    from cv2 import aruco

    return aruco.getPredefinedDictionary(aruco.DICT_5X5_1000)


def paper(name: str) -> Paper:
    """Return a paper by its name.

    Raises:
        InputError: There is no such paper.
    """
    for known in PAPERS:
        if known.name == name.lower():
            return known
    raise InputError(f"There is no paper {name!r}.", f"Choose from {', '.join(p.name for p in PAPERS)}.")


def rectangles(wanted: Paper) -> list[tuple[float, float, float, float]]:
    """Return all that is black on a mat: left, top, width, height, in mm from the paper's upper left."""
    left, top = wanted.corner_mm
    found = []
    for row, column in np.argwhere(wanted.whole()):
        if (row + column) % 2 == 0:
            found.append((left + column * SQUARE_MM, top + row * SQUARE_MM, SQUARE_MM, SQUARE_MM))
    module, rim = MARKER_MM / _MODULES, (SQUARE_MM - MARKER_MM) / 2
    for number, (row, column) in wanted.markers().items():
        bits = dictionary().generateImageMarker(number, _MODULES)
        x, y = left + column * SQUARE_MM + rim, top + row * SQUARE_MM + rim
        for line, values in enumerate(bits == 0):
            edges = np.flatnonzero(np.diff(np.concatenate([[0], values.astype(int), [0]])))
            for start, stop in edges.reshape(-1, 2):
                found.append((x + start * module, y + line * module, (stop - start) * module, module))
    middle = wanted.size_mm[0] / 2
    ruler = top + wanted.rows * SQUARE_MM + 5.0
    found.append((middle - RULER_MM / 2, ruler, RULER_MM, 0.3))
    found += [(middle + side * RULER_MM / 2 - 0.15, ruler - 1.5, 0.3, 3.3) for side in (-1, 1)]
    return found


def write_mat(path: str | Path, *, size: str = "a4") -> Path:
    """Write the mat as a PDF of its true size.

    Args:
        path: Where it goes.
        size: "a4" or "letter".

    Raises:
        InputError: There is no such paper.
        ExportError: It cannot be written there.
    """
    wanted = paper(size)
    with atomic(Path(path)) as draft:
        draft.write_bytes(pdf(wanted))
    return Path(path)


def pdf(wanted: Paper) -> bytes:
    """Return a mat as a PDF with vectors, one page."""
    width, height = (side / _POINT_MM for side in wanted.size_mm)
    lines = ["0 g"]
    for x, y, w, h in rectangles(wanted):
        bottom = wanted.size_mm[1] - y - h
        numbers = " ".join(f"{value / _POINT_MM:.4f}" for value in (x, bottom, w, h))
        lines.append(f"{numbers} re f")
    foot = wanted.size_mm[1] - wanted.corner_mm[1] - wanted.rows * SQUARE_MM
    text = "Print at 100 %. This line must be 100 mm long. Put the object on the free disc."
    place = f"{(wanted.size_mm[0] / 2 - 45) / _POINT_MM:.2f} {(foot - 9.5) / _POINT_MM:.2f}"
    lines.append(f"BT /F1 7 Tf {place} Td ({text}) Tj ET")
    content = "\n".join(lines).encode("ascii")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R /ViewerPreferences << /PrintScaling /None >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:.3f} {height:.3f}] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>".encode("ascii"),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    return _file(parts)


def _file(parts: Sequence[bytes]) -> bytes:
    data, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, start)


def picture(wanted: Paper, *, pixels_mm: float = 8.0) -> NDArray[np.uint8]:
    """Return a mat as a (H, W) grey picture, for previews and rendered photos."""
    width, height = (round(side * pixels_mm) for side in wanted.size_mm)
    page = np.full((height, width), 255, np.uint8)
    for x, y, w, h in rectangles(wanted):
        left, top = round(x * pixels_mm), round(y * pixels_mm)
        right, bottom = round((x + w) * pixels_mm), round((y + h) * pixels_mm)
        page[top : max(bottom, top + 1), left : max(right, left + 1)] = 0
    return page
