"""Reference bars: another recording taken out of a mix, digitally and through a room, against naive ways.

    python -m benchmarks.audio_reference [--minutes 10]

Clips of 20 s at 48 kHz, the sound to keep and the reference at 0 dB of each other, the reference 0.3137 s
into its own recording when the mix begins. Figures are the SI-SDR improvement of what is left: the other
sound.
Digital mixes: a high pass, a peak and a shelf, and a gain. Room: pyroomacoustics' image sources,
5 × 4 × 2.7 m, quarter of a second of reverberation, two loudspeakers, and 80 ppm between the clocks.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.audio_bars import RATE_HZ, ROOT, Sound, clip, music, si_sdr
from benchmarks.record import Row, record
from sam_audio.engines.reference import ReferenceEngine
from sam_audio.export.wav import WavFile
from sam_audio.reference.warp import AlignedReference, TimeMap
from shared import synth
from shared.loading import load_audio
from shared.media import Waveform
from shared.progress import Progress
from shared.prompts import Reference

NLMS_TAPS, NLMS_STEP = 2048, 0.01  # the best step of 0.1, 0.03 and 0.01 on the first digital mix
LENGTH_S, EARLY_S, DRIFT = 20.0, 0.3137, 80e-6
ROOM_M, REVERBERATION_S = (5.0, 4.0, 2.7), 0.25
LOUDSPEAKERS_M, TALKER_M = ((1.0, 1.0, 1.2), (1.2, 3.1, 1.2)), (3.0, 2.0, 1.5)
MICROPHONES_M = ((3.4, 2.5, 1.3), (3.6, 2.55, 1.3))
PAIRS = (("song", "speech"), ("band", "speech"), ("guitar", "singing"), ("speech", "rain"))


@dataclass(frozen=True, eq=False)
class Case:
    """A mix, the recording to take out, what is to be left, and the true map between the clocks."""

    mix: Sound
    reference: Sound
    other: Sound
    times: TimeMap


@cache
def sound(name: str, seconds: float) -> Sound:
    """Return a stereo sound, repeated until it is long enough."""
    if name in ("guitar", "band"):
        found = music(name, seconds)
    elif name == "rain":
        found = synth.rain(seconds, sample_rate_hz=RATE_HZ, seed=1).astype(np.float32)
    elif name == "speech":
        rest = np.zeros((2, RATE_HZ // 2), np.float32)
        found = np.concatenate([clip("speech_rain.flac"), rest, clip("speech_product.flac"), rest], axis=1)
    else:
        found = clip(f"{name}.flac")
    frames = int(seconds * RATE_HZ)
    return np.tile(found, (1, -(-frames // found.shape[1])))[:, :frames]


def balanced(other: Sound, played: Sound, reference: Sound, drift: float) -> Case:
    """Mix at 0 dB."""
    frames = min(other.shape[1], played.shape[1])
    other, played = (x[:, :frames] / np.sqrt(np.square(x[:, :frames]).mean()) * 0.08 for x in (other, played))
    times = TimeMap((0.0, 1.0), (EARLY_S * (1 + drift), EARLY_S * (1 + drift) + 1 + drift))
    mix = (other + played).astype(np.float32)
    return Case(mix, reference, other.astype(np.float32), times)


def digital(playing: str, over: str) -> Case:
    """Mix with gain, delay and equaliser."""
    from scipy.signal import butter, iirpeak, lfilter, sosfilt

    reference = sound(playing, LENGTH_S + 2)
    played = np.asarray(sosfilt(butter(1, 120, "highpass", fs=RATE_HZ, output="sos"), reference, axis=1))
    b, a = iirpeak(2500, 1.0, fs=RATE_HZ)
    shelf = np.asarray(sosfilt(butter(2, 6000, "highpass", fs=RATE_HZ, output="sos"), reference, axis=1))
    played = played + 0.8 * np.asarray(lfilter(b, a, played, axis=1)) + 0.5 * shelf
    return balanced(sound(over, LENGTH_S), played[:, int(EARLY_S * RATE_HZ) :], reference, 0.0)


def room(playing: str, over: str) -> Case:
    """Play both in a room, recorded by two microphones whose clock is 80 ppm slow."""
    import soxr
    from scipy.signal import oaconvolve

    reference = sound(playing, LENGTH_S + 2)
    slow = [soxr.resample(x.astype(np.float64), RATE_HZ * (1 + DRIFT), RATE_HZ, "VHQ") for x in reference]
    played = sum(
        np.stack([oaconvolve(channel, tap)[: len(channel)] for tap in responses(place)])
        for channel, place in zip(slow, LOUDSPEAKERS_M, strict=True)
    )
    talk = sound(over, LENGTH_S).mean(0)
    other = np.stack([oaconvolve(talk, tap)[: len(talk)] for tap in responses(TALKER_M)])
    return balanced(other, np.asarray(played)[:, int(EARLY_S * RATE_HZ) :], reference, DRIFT)


def responses(place: tuple[float, ...]) -> list[Sound]:
    """Return the impulse responses from a place to the microphones."""
    import pyroomacoustics as pra

    absorption, order = pra.inverse_sabine(REVERBERATION_S, ROOM_M)
    box = pra.ShoeBox(ROOM_M, fs=RATE_HZ, materials=pra.Material(absorption), max_order=order)
    box.add_source(place)
    for microphone in MICROPHONES_M:
        box.add_microphone(microphone)
    box.compute_rir()
    return [np.asarray(box.rir[index][0]) for index in range(len(MICROPHONES_M))]


def ours(case: Case, folder: Path) -> Sound:
    """Find and take the reference as the engine does, from a file."""
    path = folder / "reference.wav"
    with WavFile(path, RATE_HZ, 2, case.reference.shape[1]).writer() as writer:
        writer.write(case.reference)
    mix = Waveform(case.mix, RATE_HZ)
    take = ReferenceEngine().prepare(mix, (Reference(str(path)),), Progress())
    return np.concatenate(list(take(mix.blocks(RATE_HZ))), axis=1)


def single_tap(case: Case) -> Sound:
    """Subtract the reference at its best delay and level, the clock's drift known."""
    from scipy.signal import correlate

    known = read(case)
    result = np.zeros_like(case.mix)
    for channel, mix in enumerate(case.mix):
        match = correlate(mix, known[channel], "full", "fft")[len(mix) - 1 :][: RATE_HZ // 10]
        late = np.roll(known[channel], int(np.argmax(np.abs(match))))
        result[channel] = late * (late @ mix) / (late @ late)
    return result


def nlms(case: Case) -> Sound:
    """Follow by normalised least mean squares (Haykin), the offset and the clock's drift known."""
    run, known = compiled_nlms(), read(case)
    ahead = np.zeros(32, np.float32)  # lets a little of what comes after into the window
    return np.stack([run(m, np.append(k[32:], ahead)) for m, k in zip(case.mix, known, strict=True)])


@cache
def compiled_nlms() -> Callable[[Sound, Sound], Sound]:
    """Return the filter's loop, compiled."""
    from numba import njit

    def run(mix: Sound, known: Sound) -> Sound:
        weights, found = np.zeros(NLMS_TAPS, np.float32), np.zeros_like(mix)
        for n in range(NLMS_TAPS, len(mix)):
            window = known[n - NLMS_TAPS : n]
            if n % 64 == 0 or n == NLMS_TAPS:
                power = window @ window + np.float32(1.0)
            found[n] = window @ weights
            weights += (np.float32(NLMS_STEP) * (mix[n] - found[n]) / power) * window
        return found

    return njit(fastmath=True)(run)


def read(case: Case) -> Sound:
    """Return the reference in the mix's own time, the truth about both clocks known."""
    return AlignedReference(Waveform(case.reference, RATE_HZ), RATE_HZ, case.times).read(0, case.mix.shape[1])


def quality_rows(name: str, at_least: float, make: Callable[[str, str], Case]) -> tuple[Row, ...]:
    """Measure every pair by all three ways."""
    ways: dict[str, Callable[[Case], Sound]] = {"single tap": single_tap, f"NLMS, {NLMS_TAPS} taps": nlms}
    gains: dict[str, list[float]] = {"": [], **{way: [] for way in ways}}
    seconds = 0.0
    for playing, over in PAIRS:
        case = make(playing, over)
        before = si_sdr(case.mix, case.other)
        with tempfile.TemporaryDirectory() as folder:
            started = time.process_time()
            found = ours(case, Path(folder))
            seconds += (time.process_time() - started) / len(PAIRS)
        gains[""].append(si_sdr(case.mix - found, case.other) - before)
        for way, estimate in ways.items():
            gains[way].append(si_sdr(case.mix - estimate(case), case.other) - before)
        print(name, playing, over, {way: round(db[-1], 1) for way, db in gains.items()}, flush=True)
    how = "mean SI-SDR improvement of the other sound, 20 s at 0 dB"
    rows = [
        Row(
            f"{name}: {way}" if way else name,
            float(np.mean(found)),
            "dB",
            at_least=None if way else at_least,
            how=f"{how}: "
            + ", ".join(f"{a} under {b} {g:.1f}" for (a, b), g in zip(PAIRS, found, strict=True)),
        )
        for way, found in gains.items()
    ]
    time_row = Row(
        f"{name}: processor time", seconds, "s", how="mean of the same clips, find and take, stereo"
    )
    return (*rows, time_row)


def long_rows(minutes: float) -> tuple[Row, ...]:
    """Take a long reference out of a long mix in a process of its own; measure memory and time."""
    frames = int(minutes * 60 * RATE_HZ)
    with tempfile.TemporaryDirectory() as folder:
        talk, song = sound("speech", 30), music("band", 115)
        files = {name: WavFile(Path(folder) / f"{name}.wav", RATE_HZ, 2, frames) for name in ("mix", "song")}
        with files["mix"].writer() as mix, files["song"].writer() as reference:
            for start in range(0, frames, RATE_HZ):
                part = np.arange(start, min(start + RATE_HZ, frames))
                level = np.float32(0.5 + 0.4 * np.sin(start / frames * 50))  # no repeat is like another
                played = np.take(song, part, axis=1, mode="wrap") * level
                reference.write(played)
                mix.write(0.5 * played + np.take(talk, part, axis=1, mode="wrap"))
        command = [sys.executable, "-m", "benchmarks.audio_reference", "--run", folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found = json.loads(done.stdout)
    how = f"{minutes:g} min stereo 48 kHz, mix and reference"
    return (
        Row("reference, long: peak memory", found["memory_mb"], "MB", at_most=1200, how=how),
        Row(
            "reference, long: processor time", found["cpu_s"], "s", how=f"{how}; {found['wall_s']:.0f} s wall"
        ),
    )


def run_long(folder: str) -> str:
    """Find and take; return memory and time as JSON."""
    started = time.monotonic()
    mix = load_audio(Path(folder) / "mix.wav")
    prompts = (Reference(str(Path(folder) / "song.wav")),)
    take = ReferenceEngine().prepare(mix, prompts, Progress())
    frames = sum(block.shape[1] for block in take(mix.blocks(RATE_HZ)))
    found = {
        "frames": frames,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
        "cpu_s": time.process_time(),
        "wall_s": time.monotonic() - started,
    }
    return json.dumps(found)


def main() -> int:
    """Measure every bar; return how many are missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="length of the long run; 0 leaves it out")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        print(run_long(options.run))
        return 0
    rows = quality_rows("reference in a digital mix", 25, digital)
    rows += quality_rows("reference through a room, 80 ppm", 9, room)
    rows += long_rows(options.minutes) if options.minutes else ()
    return record("audio_reference", rows, packages=("numpy", "scipy", "soxr", "pyroomacoustics"))


if __name__ == "__main__":
    sys.exit(main())
