"""The suite's own net as a listener: which of the sounds that it was trained on are in a recording.

Shipped and offline. It knows a list of everyday sounds and instruments; for other names there is CLAP.
"""

from collections.abc import Sequence

from sam_audio.engines import sound_net
from sam_audio.listening import Tag, spans_of
from sam_audio.sound_names import NAMES
from sam_audio.sound_net.table import Table, table
from shared.errors import PromptError
from shared.media import AudioSource, Waveform
from shared.progress import Progress
from shared.prompts import Text
from shared.registry import EngineSpec

WINDOW_S = 8.0  # what the net reads at a time
LEAST_PRESENCE = 0.4  # the net's own thresholds are for rivals, where a false one does little harm
MOST_TAGS = 12


class SoundNetListener:
    """Tells the presence of the net's classes, window by window.

    Args:
        net: The engine, with its `detect`.
        known: Its classes, and from which presence each counts as heard.
    """

    meaning = (
        "Presence that the suite's own net hears in stretches of 8 s, 0 to 1. It only knows the sounds that "
        "it was trained on."
    )

    def __init__(self, net: sound_net.SoundNet, known: Table) -> None:
        self._net = net
        self._known = known

    def tags(self, source: AudioSource, names: Sequence[str], progress: Progress) -> tuple[Tag, ...]:
        """Find the classes that are in a recording; see `sam_audio.listening.Listener`.

        Raises:
            PromptError: A name means none of the net's sounds.
        """
        asked = {self._class_of(name): name for name in names} or {id: _title(id) for id in self._known.names}
        rate_hz, place_s = source.sample_rate_hz, 0.0
        heard: list[tuple[float, float, dict[str, float]]] = []
        for block in source.blocks(round(WINDOW_S * rate_hz)):
            end_s = place_s + block.shape[1] / rate_hz
            heard.append((place_s, end_s, self._net.detect(Waveform(block, rate_hz))))
            progress.step(end_s * rate_hz / source.frames, "listen")
            place_s = end_s
        tags = [self._tag(id, title, heard) for id, title in asked.items()]
        found = sorted((tag for tag in tags if tag.spans), key=lambda tag: -tag.score)
        return tuple(found[:MOST_TAGS])

    def _tag(self, id: str, title: str, heard: Sequence[tuple[float, float, dict[str, float]]]) -> Tag:
        presence = [found[id] for *_, found in heard]
        least = max(self._known.heard.get(id, 0.0), LEAST_PRESENCE)
        spans = spans_of([(start_s, end_s, found[id] >= least) for start_s, end_s, found in heard])
        return Tag(title, round(sum(presence) / len(presence), 4), round(max(presence), 4), spans)

    def _class_of(self, name: str) -> str:
        words = name.strip().lower()
        for id in self._known.names:
            if words in (id, _title(id)) or (id in NAMES and words in NAMES[id].phrases):
                return id
        raise PromptError(
            f'"{name}" is not among the sounds that the net knows: {", ".join(self._known.names)}.',
            "Give one of these, or get an engine for any words: `segstudio models get clap`.",
        )


def _title(id: str) -> str:
    return NAMES[id].title if id in NAMES else id


def load(device: str) -> SoundNetListener:
    """Return the listener; the net runs on the processor whatever the device."""
    return SoundNetListener(sound_net.load(device), table())


SPECS = (
    EngineSpec(
        id="sound-net-listener",
        task="listen",
        tier="embedded",
        title="Sound net, listening",
        summary="Names everyday sounds and instruments in a recording, by the suite's own net.",
        accepts=frozenset({Text}),
        licence="Apache-2.0",
        version="1",
        load=load,
        weights=(sound_net.ENCODER, sound_net.FILE),
        default=True,
    ),
)
