"""Everyday sounds and instruments by name: a small mask net that was trained for this suite.

A convolutional and recurrent encoder reads 4 s of band powers (128 bands to 12 kHz) and tells which of its
classes sound when; a decoder, modulated by the code of the wanted class, gives a mask a band and frame
(tools/train_separator). Competitors, named or heard, get masks as well, and powers are shared out between
them. Above 12 kHz the mask of the top band goes on, so that stems are full-band.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sam_audio.sound_net.bands import FRAMES_A_COLUMN, features
from sam_audio.sound_net.masking import WINDOW_FRAMES, Masker, masked
from sam_audio.sound_net.table import FILE, Table, table
from sam_audio.streaming import resampled, through_frames
from shared import onnx
from shared.encoders.audio import Block, Stft, analysed
from shared.media import AudioSource
from shared.prompts import Text
from shared.registry import EngineSpec

RATE_HZ = 48_000
STFT = Stft(3072, 768)  # 64 ms every 16 ms: twice the net's 24 kHz
ENCODER, DECODER = "sound_net_encoder.onnx", "sound_net_decoder.onnx"
MOST_WINDOWS = 24  # that `detect` listens to


class Nets:
    """Both halves of the shipped net."""

    def listen(self, seen: Block) -> tuple[dict[str, Any], Block]:
        """Return the decoder's maps, and presences (columns, classes) in 0..1."""
        found = onnx.net(ENCODER)(seen=seen[None])
        return {name: found[name] for name in ("coarse", "middle", "fine")}, found["presence"][0]

    def masks(self, maps: dict[str, Any], which: Sequence[int]) -> Block:
        """Return masks (K, F, 128); one class at a time, which keeps memory low."""
        decoder = onnx.net(DECODER)
        rows = [decoder(**maps, which=np.array([place], np.int64))["mask"][0].T for place in which]
        return np.stack(rows)


class Taken:
    """A stream of the wanted sound; when it has ended it knows how sure it was.

    `facts` holds "confidence" (0..1) and "competitors"; `warnings` says so where the sound was hardly heard.
    """

    def __init__(self, blocks: Iterator[Block], masker: Masker, table: Table) -> None:
        self.facts: dict[str, Any] = {}
        self.warnings: list[str] = []
        self._blocks, self._masker, self._table = blocks, masker, table

    def __iter__(self) -> Iterator[Block]:
        return self

    def __next__(self) -> Block:
        block = next(self._blocks, None)
        if block is None:
            self._tell()
            raise StopIteration
        return block

    def _tell(self) -> None:
        heard = self._masker.heard
        confidence = round(heard.confidence(), 3)
        self.facts = {"confidence": confidence, "competitors": sorted(heard.rivals)}
        if confidence < self._table.sure and not self.warnings:
            self.warnings.append(
                f"The net hardly heard {self._masker.concept} here (confidence {confidence:.2f} of 1); "
                "listen before you rely on this stem, or mark the sound by a span, a box or an example."
            )


class SoundNet:
    """The net's classes at any rate and any number of channels."""

    competing = True

    def __init__(self, nets: Any, known: Table) -> None:
        self._nets, self._table = nets, known

    def stream(
        self,
        blocks: Iterator[Block],
        sample_rate_hz: int,
        *,
        concept: str,
        others: Sequence[str] = (),
        strength: float = 1.0,
    ) -> Taken:
        """Take one class out.

        Args:
            blocks: (C, T) float32.
            sample_rate_hz: Of input and output.
            concept: One of the offered classes.
            others: Names of other sounds in the mix; unknown ones are ignored.
            strength: 0..2, how strictly competitors are kept out.
        """
        masker = Masker(self._nets, self._table, concept, others, strength)
        sound = through_frames(
            blocks,
            sample_rate_hz,
            stft=STFT,
            rate_hz=RATE_HZ,
            process=lambda frames: masked(frames, masker),
        )
        return Taken(sound, masker, self._table)

    def detect(self, source: AudioSource) -> dict[str, float]:
        """Say which classes a recording holds, from at most 24 windows of 4 s spread over it.

        Args:
            source: The recording; read once.

        Returns:
            Presence 0..1 of every trained class, the highest of the windows; classes not offered included.
        """
        size = round(WINDOW_FRAMES * STFT.hop / RATE_HZ * source.sample_rate_hz)
        count = max(1, -(-source.frames // size))
        wanted = set(np.linspace(0, count - 1, min(count, MOST_WINDOWS)).round().astype(int).tolist())
        most = np.zeros(len(self._table.names))
        for place, block in enumerate(source.blocks(size)):
            if place in wanted:
                most = np.maximum(most, self._presence(block, source.sample_rate_hz))
        return dict(zip(self._table.names, most.round(4).tolist(), strict=True))

    def _presence(self, block: Block, sample_rate_hz: int) -> Any:
        """Return the mean presence of each class over a window."""
        frames = np.concatenate(
            list(analysed(resampled(iter([block]), sample_rate_hz, RATE_HZ), STFT)), axis=1
        )
        power = (frames.real**2 + frames.imag**2).mean(0, dtype=np.float32)
        seen = features(power)
        seen = np.pad(seen, ((0, 0), (0, -seen.shape[1] % FRAMES_A_COLUMN)), mode="edge")
        return self._nets.listen(seen)[1].mean(0)


def load(device: str) -> SoundNet:
    """Return the engine; it runs on the processor whatever the device."""
    return SoundNet(Nets(), table())


SPECS = (
    EngineSpec(
        id="sound-net",
        task="separate",
        tier="embedded",
        title="Sound net",
        summary="Takes everyday sounds and instruments out by name; trained here, 1 s of work a minute.",
        accepts=frozenset({Text}),
        licence="Apache-2.0",
        version="1",
        load=load,
        weights=(ENCODER, DECODER, FILE),
        concepts=tuple(table().offered),
        default=True,
    ),
)
