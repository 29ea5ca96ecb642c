"""Pan: a place between left and right."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

from sam_audio.effects.stream import Block, Effect
from sam_audio.mix_settings import StemSetting, matrix
from shared.errors import InputError
from shared.params import Doc, Range


@dataclass(frozen=True)
class Pan(Effect):
    """Move stereo sound to the left or right at equal power, as the mixer's pan does; nothing is lost."""

    id: ClassVar[str] = "pan"
    title: ClassVar[str] = "Pan"

    pan: Annotated[float, Range(-1, 1), Doc("-1 is left, 0 as it is, 1 right.")] = 0.0

    @property
    def neutral(self) -> bool:
        """True in the middle."""
        return self.pan == 0

    def accept(self, sample_rate_hz: int, channels: int) -> None:
        """Refuse sound that is not stereo."""
        super().accept(sample_rate_hz, channels)
        if channels != 2:
            raise InputError(
                f"pan wants stereo sound, but got {channels} channel{'s' if channels > 1 else ''}.",
                "Leave it out, or give sound of two channels.",
            )

    def stream(self, blocks: Iterator[Block], sample_rate_hz: int, channels: int) -> Iterator[Block]:
        """Yield the blocks through the gains of `sam_audio.mix_settings.matrix`."""
        gains = matrix(StemSetting(pan=self.pan), channels, channels)
        for block in blocks:
            yield gains @ block


EFFECTS = (Pan,)
