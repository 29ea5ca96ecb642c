"""The photos of a set to mark: their tiles, and the canvas with the one that is chosen."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from apps.web import mark_board, photo_strip
from apps.web.album_memory import album_json, recalled
from apps.web.canvas_answers import answer, photo_view
from apps.web.errors import shown_error, told
from apps.web.mark_board import MarkBoard
from apps.web.photo_strip import Kept
from apps.web.run_bar import QUIET, RunBar, Update, note_html
from apps.web.tiles import TileRow
from shared.errors import StudioError


@dataclass(frozen=True)
class PhotoBoard:
    """Its components.

    Args:
        marking: Holds strip and board; shown once there are photos.
        kept: State, see `photo_strip.Kept`.
        note: Line below a photo that is put on the canvas.
    """

    marking: gr.Column
    strip: TileRow
    board: MarkBoard
    kept: gr.State
    note: str

    @property
    def reads(self) -> list[Any]:
        """What `photo_strip.with_marks` takes."""
        return [self.kept, self.board.canvas]


def render(title: str, *, name: str, note: str, live: bool = True, joints: Any = None) -> PhotoBoard:
    """Draw strip and board, hidden until there are photos.

    Args:
        title: Above the tiles.
        name: Prefix of the elements' ids.
        note: Line below each photo.
        live: Whether marks are answered with masks, see `mark_board.render`.
        joints: As of `mark_board.render`.
    """
    with gr.Column(elem_classes="gone", elem_id=f"{name}-marking") as marking:
        strip = TileRow(title=title, elem_id=f"{name}-strip")
        board = mark_board.render([], name=name, text="", live=live, album=True, joints=joints)
    return PhotoBoard(marking, strip, board, gr.State(photo_strip.nothing()), note)


def listen(photos: PhotoBoard, files: gr.File, bar: RunBar) -> tuple[Any, Any]:
    """Connect uploads and tiles to the canvas; return the events that put a marked photo there.

    These are: another photo is chosen, and a set comes back after a reload.

    Args:
        photos: The board.
        files: Where the photos are uploaded.
        bar: Says what is wrong with them.
    """

    def again(event: gr.EventData) -> Update:  # Gradio finds no event in a partial function
        return _again(photos, files, bar, event)

    board = photos.board
    there = [photos.kept, photos.strip, board.photo, board.canvas]
    seen = [bar.progress, photos.marking, *there]
    files.change(partial(_chosen, photos, bar), [files, photos.kept], seen, **QUIET)
    another = photos.strip.input(partial(_another, photos), [photos.strip, *photos.reads], there, **QUIET)
    return another, board.canvas.restore(again, None, [files, *seen], **QUIET)


def _chosen(photos: PhotoBoard, bar: RunBar, files: Any, kept: Kept) -> Iterator[Update]:
    """Show new photos, the first on the canvas, or say what is wrong with them."""
    if files and photo_strip.paths_of(files) == kept["uploads"]:  # put there by `_again`
        yield {bar.progress: gr.skip()}
        return
    if files:
        yield {bar.progress: note_html("Reading the photos …")}
    try:
        kept = photo_strip.opened(files)
        yield {bar.progress: "", **_shown(photos, kept)}
    except StudioError as error:
        yield {bar.progress: note_html(told(error), wrong=True), **_shown(photos, photo_strip.nothing())}


def _again(photos: PhotoBoard, files: gr.File, bar: RunBar, event: gr.EventData) -> Update:
    """Show the set again that was there when the page was loaded anew, with all marks."""
    try:
        kept, lost = recalled(event)
        update = _shown(photos, kept)
    except StudioError as error:
        return {bar.progress: note_html(told(error)), photos.board.canvas: answer(album={})}
    note = f"Painted marks were too large to be kept: {', '.join(lost)}." if lost else ""
    return {files: kept["uploads"], bar.progress: note_html(note) if note else "", **update}


def _shown(photos: PhotoBoard, kept: Kept) -> Update:
    """Return what is seen of a set, whose photo on the canvas is the one that it says; nothing of no set.

    Raises:
        InputError: That photo cannot be read.
    """
    photo, view = _on_canvas(photos, kept) if kept["photos"] else ("", gr.update(album=album_json(kept)))
    return {
        photos.marking: _there(bool(kept["photos"])),
        photos.kept: kept,
        photos.strip: gr.update(value=kept["shown"], choices=photo_strip.tiles(kept)),
        photos.board.photo: photo,
        photos.board.canvas: view,
    }


def _another(photos: PhotoBoard, name: str, kept: Kept, marks: Any) -> Update:
    """Put another photo of the set on the canvas, and keep the marks of the one that was there."""
    kept = {**photo_strip.with_marks(kept, marks), "shown": name}
    try:
        photo, view = _on_canvas(photos, kept)
    except StudioError as error:
        raise shown_error(error) from error
    strip = gr.update(choices=photo_strip.tiles(kept))
    return {photos.kept: kept, photos.strip: strip, photos.board.photo: photo, photos.board.canvas: view}


def _there(shown: bool) -> dict[str, Any]:
    """Return an update that shows or hides a column by its style.

    Our own components forget their settings when they are filled while invisible (Gradio 6.31).
    """
    return gr.update(elem_classes=[] if shown else ["gone"])


def _on_canvas(photos: PhotoBoard, kept: Kept) -> tuple[str, Any]:
    """Return the photo that is to be marked, and what the canvas shows of it.

    Raises:
        InputError: It cannot be read.
    """
    path = kept["photos"][kept["shown"]]
    marks = kept["marks"].get(kept["shown"], [])
    return path, photo_view(path, marks, photos.note, album_json(kept))
