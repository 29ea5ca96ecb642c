"""Give an Ogg file a fixed stream number, so that the same sound always makes the same file.

libsndfile draws the number by the clock. It stands on every page, and each page's checksum covers it
(RFC 3533 section 6).
"""

import struct
import zlib
from pathlib import Path
from typing import BinaryIO

from shared.errors import ExportError

STREAM_NUMBER = 0x5345474D
HEADER_BYTES, NUMBER_AT, CHECKSUM_AT, SEGMENTS_AT = 27, 14, 22, 26
MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def number_pages(path: Path, number: int = STREAM_NUMBER) -> None:
    """Rewrite the stream number and checksum of every page, in place.

    Args:
        path: An Ogg file of one stream.
        number: 0 .. 2³² − 1.

    Raises:
        ExportError: Not an Ogg file from start to end.
    """
    with path.open("r+b") as file:
        while page := _page(file):
            page[NUMBER_AT : NUMBER_AT + 4] = struct.pack("<I", number)
            page[CHECKSUM_AT : CHECKSUM_AT + 4] = bytes(4)
            page[CHECKSUM_AT : CHECKSUM_AT + 4] = struct.pack("<I", checksum(bytes(page)))
            file.seek(-len(page), 1)
            file.write(page)
            file.flush()  # between writing and reading


def _page(file: BinaryIO) -> bytearray:
    """Return the next page whole; nothing at the end of the file."""
    head = file.read(HEADER_BYTES)
    if not head:
        return bytearray()
    if len(head) < HEADER_BYTES or head[:4] != b"OggS":
        raise ExportError("The Ogg file was not written whole.", "Run it again, or take another format.")
    table = file.read(head[SEGMENTS_AT])
    return bytearray(head + table + file.read(sum(table)))


def checksum(page: bytes) -> int:
    """Return Ogg's checksum: the CRC-32 of zlib's polynomial, but with all bits in the other order."""
    mirrored = zlib.crc32(page.translate(MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
