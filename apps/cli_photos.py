"""The command of the marker mat for several photos."""

import argparse
from collections.abc import Callable

from sam_3d.photos.mat import PAPERS, write_mat

INPUTS = {
    "sound": "a sound file",
    "picture": "a picture file",
    "video": "a video: MP4, MOV, WebM, MKV, AVI or GIF",
    "photos": "a folder or a ZIP of photos, or a video",
}


def add_mat(parser: argparse.ArgumentParser, say: Callable[[str], None]) -> None:
    """Add the flags of `3d mat`, and what it does.

    Args:
        parser: Of the command.
        say: Prints a line.
    """
    parser.add_argument("--paper", choices=[p.name for p in PAPERS], default="a4", help="(%(default)s)")
    parser.add_argument("--out", required=True, metavar="FILE", help="the PDF to write")

    def act(parsed: argparse.Namespace) -> None:
        say(f"wrote    {write_mat(parsed.out, size=parsed.paper)}")
        say("Print it at 100 %, check that its line is 100 mm long, and lay it flat.")

    parser.set_defaults(act=act)
