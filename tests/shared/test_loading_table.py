"""Tables and arrays of measured values come back number for number, with the rate of their time column."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from shared.errors import InputError
from shared.limits import Limits
from shared.loading import load_audio

VALUES = np.round(1e4 + np.random.default_rng(0).normal(0, 50, (500, 3)), 3)
TIMES = np.arange(500) / 250


def write(path: Path, rows: np.ndarray, header: str = "", delimiter: str = ",", comma: bool = False) -> Path:
    text = "\n".join(delimiter.join(f"{v:.12g}" for v in row) for row in rows)
    text = text.replace(".", ",") if comma else text
    path.write_text((header + "\n" if header else "") + text + "\n", encoding="utf8")
    return path


def read(path: Path, rate_hz: int | None = None) -> np.ndarray:
    return np.concatenate(list(load_audio(path, sample_rate_hz=rate_hz).blocks(77)), axis=1)


@pytest.mark.parametrize(
    ("delimiter", "comma"),
    [(",", False), (";", False), (";", True), ("\t", False), ("\t", True), (" ", False)],
)
@pytest.mark.parametrize("header", ["", "time;x;y;z", "# made by hand\n\nTime [s];x (m/s²);2;3"])
def test_tables_with_a_time_column(tmp_path, delimiter: str, comma: bool, header: str):
    rows = np.column_stack([TIMES, VALUES])
    header = header.replace(";", delimiter) if delimiter != " " else ""
    path = write(tmp_path / "a.csv", rows, header, delimiter, comma)
    file = load_audio(path)
    assert (file.sample_rate_hz, file.channels, file.frames) == (250, 3, 500)
    assert file.duration_s == 2.0
    np.testing.assert_array_equal(read(path), VALUES.T.astype(np.float32))
    assert bool(file.warnings) == (not header)


@pytest.mark.parametrize(
    ("name", "unit_s", "start"),
    [
        ("Time (ms)", 1e-3, 0),
        ("t_us", 1e-6, 5e6),
        ("time_s", 1, 1.7e9),
        ("timestamp", 1e-3, 1.7e12),
        ("elapsed min", 60, 0),
    ],
)
def test_units_of_time(tmp_path, name: str, unit_s: float, start: float):
    rows = np.column_stack([TIMES / unit_s + start, VALUES[:, 0]])
    text = "\n".join(f"{t!r},{v}" for t, v in rows.tolist())
    path = tmp_path / "a.csv"
    path.write_text(f"{name},value\n{text}\n")
    assert load_audio(path).sample_rate_hz == 250


def test_dates(tmp_path):
    path = tmp_path / "a.csv"
    start = np.datetime64("2026-11-23T23:59:59.900", "ms")
    stamps = [str(start + np.timedelta64(20 * k, "ms")).replace("T", " ") for k in range(50)]
    path.write_text("when,value\n" + "\n".join(f"{s}Z,{k}" for k, s in enumerate(stamps)))
    assert load_audio(path).sample_rate_hz == 50
    np.testing.assert_array_equal(read(path)[0], np.arange(50))


def test_rounded_time_stamps_are_even_enough(tmp_path):
    rows = np.column_stack([np.round(np.arange(3000) / 300, 3), np.arange(3000)])
    assert load_audio(write(tmp_path / "a.csv", rows, "time,x")).sample_rate_hz == 300


@pytest.mark.parametrize("first", ["index", "sample", ""])
def test_a_count_of_rows_is_no_channel(tmp_path, first: str):
    rows = np.column_stack([np.arange(500), VALUES])
    path = write(tmp_path / "a.csv", rows, f"{first},x,y,z" if first else "")
    with pytest.raises(InputError, match="samples it holds a second.*--rate HZ"):
        load_audio(path)
    np.testing.assert_array_equal(read(path, 100), VALUES.T.astype(np.float32))


@pytest.mark.parametrize("text", ["1.5\n2.5\n3.5\n", "pressure\r\n1.5\r\n2.5\r\n3.5\r\n", "1.5\n\n2.5\n3.5"])
def test_one_column(tmp_path, text: str):
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    np.testing.assert_array_equal(read(path, 1), [[1.5, 2.5, 3.5]])
    path.write_bytes(text.encode("utf-16"))
    np.testing.assert_array_equal(read(path, 1), [[1.5, 2.5, 3.5]])


def test_a_delimiter_at_the_end_of_every_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b,\n1,2,\n3,4,\n5,6,\n")
    np.testing.assert_array_equal(read(path, 10), [[1, 3, 5], [2, 4, 6]])


def test_a_rate_that_is_given_goes_before_the_time_column_and_is_told(tmp_path):
    path = write(tmp_path / "a.csv", np.column_stack([TIMES, VALUES]), "time,x,y,z")
    file = load_audio(path, sample_rate_hz=500)
    assert file.sample_rate_hz == 500 and file.duration_s == 1.0
    assert file.warnings == ("The time column says 250 Hz; read at 500 Hz, as was asked.",)
    assert load_audio(path, sample_rate_hz=250).warnings == ()


@pytest.mark.parametrize(
    ("rate_hz", "words"),
    [
        (12.5, "12.5 Hz.*--rate 25: then 1 s of the result stands for 2 s"),
        (1 / 60, r"0.0166667 Hz.*--rate 1: then 1 s of the result stands for 60 s"),
        (0.5, "0.5 Hz.*--rate 1: then 1 s of the result stands for 2 s"),
        (500_000, "500000 Hz"),
    ],
)
def test_rates_that_cannot_be_kept(tmp_path, rate_hz: float, words: str):
    rows = np.column_stack([np.arange(300) / rate_hz, np.arange(300)])
    path = write(tmp_path / "a.csv", rows, "time,x")
    with pytest.raises(InputError, match=words):
        load_audio(path)


@pytest.mark.parametrize("rate", [0, -5, 12.5, float("nan"), float("inf"), 400_000])
def test_impossible_rates_from_the_caller(tmp_path, rate):
    path = write(tmp_path / "a.csv", VALUES)
    with pytest.raises(InputError, match="sample rate is .* Hz"):
        load_audio(path, sample_rate_hz=rate)


def gap(rows: list[str]) -> list[str]:
    return rows[:40] + rows[42:]


def replaced(cell: str, place: int = 41):
    return lambda rows: [*rows[:place], cell, *rows[place + 1 :]]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (gap, "not even. Line 42 comes 0.012 s after.*every 0.004 s.*--rate HZ"),
        (lambda rows: [*rows[:100], rows[5], *rows[100:]], "not even. Line 102"),
        (replaced("0.164,nan,2,3"), "line 43, column 2 is nan"),
        (replaced("0.164,inf,2,3"), "line 43, column 2 is inf"),
        (replaced("0.164,1,2e15,3"), r"line 43, column 3 is 2e\+15.*larger unit"),
        (replaced("0.164,1,,3"), "line 43, column 3 is empty.*[Ff]ill gaps"),
        (replaced("0.164,1,two,3"), "line 43, column 3 is 'two', not a number"),
        (replaced("0.164,1,2"), "line 43 has 3 columns, the first row has 4"),
        (replaced("0.164,1,2,3,4"), "line 43 has 5 columns, the first row has 4"),
    ],
)
def test_the_line_that_is_wrong_is_named(tmp_path, damage, words: str):
    path = write(tmp_path / "a.csv", np.column_stack([TIMES, VALUES]), "time,x,y,z")
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], *damage(lines[1:])]))
    with pytest.raises(InputError, match=words):
        load_audio(path)


def test_another_rate_later_on_is_noticed(tmp_path):
    times = np.cumsum(np.where(np.arange(40_000) < 17_000, 0.01, 0.012))
    path = write(tmp_path / "a.csv", np.column_stack([times, times]), "time,x")
    with pytest.raises(InputError, match="not even. Lines .* come every 0.01"):
        load_audio(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"I am no recording.\n" * 20, "no rows of numbers.*'I am no recording.'"),
        (b"\n\n", "holds no rows"),
        (b"a,b\n", "no rows of numbers"),
        (b"1,2\n3,x\n", "line 2, column 2 is 'x'"),
        (b"1,2\n\0\0\0\n", "no table of text"),
        (b"time\n0\n0.1\n0.2\n", "times, but no values"),
        (b",".join([b"1.25"] * 20_000), "longer than 65536 characters.*turn the table"),
        (b",".join([b"1.25"] * 9) + b"\n", "9 channels; at most 8"),
        (b"1,x\n2,3\n", "line 1 holds numbers and 'x'"),
    ],
    ids=["text", "blank", "names only", "text in row 2", "binary", "times only", "turned", "nine", "mixed"],
)
def test_what_is_no_table(tmp_path, content: bytes, words: str):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words) as caught:
        load_audio(path, sample_rate_hz=10)
    assert caught.value.cure


@pytest.mark.parametrize("dtype", ["f4", ">f8", "f2", "i2", "u4"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_in_either_orientation(tmp_path, dtype: str, order):
    sound = np.asarray(np.round(VALUES), order=order).astype(dtype)
    for number, array in enumerate((sound, sound.T, sound[:, 0])):
        path = tmp_path / f"{number}.npy"
        np.save(path, array)
        file = load_audio(path, sample_rate_hz=384_000)
        wanted = sound.T if array.ndim == 2 else sound[:, :1].T
        assert (file.channels, file.frames) == wanted.shape and file.warnings == ()
        np.testing.assert_array_equal(read(path, 384_000), wanted.astype(np.float32))


def broken(array: np.ndarray):
    def make(path: Path) -> None:
        np.save(path, array)

    return make


def cut(path: Path) -> None:
    np.save(path, np.zeros(5000))
    path.write_bytes(path.read_bytes()[:3000])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (broken(np.array([0, 1, np.nan, 3.0])), "sample 2 of channel 0 is nan"),
        (broken(np.full((3, 70_000), np.inf)), "sample 0 of channel 0 is inf"),
        (broken(np.zeros((2, 3, 4))), r"shape \(2, 3, 4\)"),
        (broken(np.zeros(())), r"shape \(\)"),
        (broken(np.zeros((0,))), "0 samples"),
        (broken(np.zeros((9, 90))), "9 channels"),
        (broken(np.zeros(5, complex)), "complex128, not real"),
        (broken(np.array(["a", "b"])), "not real numbers"),
        (broken(np.array([{}, []], dtype=object)), "no whole NPY file"),
        (cut, "no whole NPY file"),
    ],
)
def test_arrays_that_are_no_recording(tmp_path, make, words: str):
    path = tmp_path / "a.npy"
    make(path)
    with pytest.raises(InputError, match=words):
        load_audio(path, sample_rate_hz=100)


def test_an_array_wants_a_rate(tmp_path):
    path = tmp_path / "a.npy"
    np.save(path, np.zeros(50))
    with pytest.raises(InputError, match="does not say.*--rate HZ"):
        load_audio(path)


def test_a_sound_file_keeps_its_own_rate(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros(50), 8000)
    assert load_audio(path, sample_rate_hz=8000).sample_rate_hz == 8000
    with pytest.raises(InputError, match="8000 Hz, not 100 Hz.*CSV and NPY"):
        load_audio(path, sample_rate_hz=100)


@pytest.mark.parametrize("rate_hz", [1, 10, 384_000])
def test_wav_of_any_rate_keeps_offset_and_size(tmp_path, rate_hz: int):
    path = tmp_path / "a.wav"
    soundfile.write(path, VALUES, rate_hz, subtype="FLOAT")
    assert load_audio(path).sample_rate_hz == rate_hz
    np.testing.assert_array_equal(read(path), VALUES.T.astype(np.float32))


def test_slow_recordings_may_be_longer(tmp_path):
    path = tmp_path / "month.npy"
    np.save(path, np.zeros(30 * 86_400, np.float32))
    assert load_audio(path, sample_rate_hz=1).duration_s == 30 * 86_400
    with pytest.raises(InputError, match="5 minutes; at most 2 minutes.*SEGSTUDIO_MAX_AUDIO_MINUTES"):
        load_audio(path, sample_rate_hz=1, limits=Limits(audio_minutes=2))
