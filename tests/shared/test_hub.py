"""The catalogue of models, where they are looked for, and the download from a stand-in for the hub."""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from shared import hub, hub_download, hub_settings
from shared.errors import Cancelled, WeightsError
from shared.hub import MODELS, Model, ModelFile
from shared.progress import Progress
from shared.registry import Missing
from tests.shared.fake_hub import FakeHub, serving

CONFIG = b'{"model_type": "tiny"}'
WEIGHTS = bytes(range(256)) * 100_000  # 25.6 MB: three chunks of the library's 10 MB


def download(name: str, progress: Progress | None = None) -> Path:
    return hub_download.download(hub.model(name), progress or Progress())


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_CACHE", "HF_TOKEN", "SEGSTUDIO_SAM2"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf home"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)  # read once, at import


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with serving(FakeHub({"config.json": CONFIG, "model.safetensors": WEIGHTS})) as fake:
        monkeypatch.setenv("HF_ENDPOINT", fake.address)
        yield fake


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> Model:
    weights = ModelFile("model.safetensors", len(WEIGHTS), hashlib.sha256(WEIGHTS).hexdigest())
    files = (ModelFile("config.json", 0, ""), weights)
    made = Model(
        id="tiny",
        title="Tiny",
        summary="sharper clicks",
        repo="facebook/tiny-model",
        revision="a" * 40,
        licence="Apache-2.0",
        gated=False,
        setting="SEGSTUDIO_TINY",
        files=files,
    )
    monkeypatch.setitem(MODELS, "tiny", made)
    monkeypatch.delenv("SEGSTUDIO_TINY", raising=False)
    return made


def test_every_model_is_pinned_to_a_commit_and_weights_to_their_hash() -> None:
    for model in MODELS.values():
        assert re.fullmatch(r"[0-9a-f]{40}", model.revision)
        # TripoSR's only weights are pickled: pinned, and read by torch as numbers only (weights_only).
        pickled = (".ckpt",) if model.layout == "triposr" else ()
        weights = [f for f in model.files if f.name.endswith((".safetensors", *pickled))]
        pinned = [f for f in weights if re.fullmatch(r"[0-9a-f]{64}", f.sha256)]
        # The commit pins CLAP's weights; a download is checked against the hub's own sha256 of them.
        assert weights and (pinned == weights or model.id == "clap")
        assert model.bytes > 0 and all(f.bytes > 0 for f in weights) != (model.about_bytes > 0)
        others = [f for f in model.files if f not in weights]
        assert not any(f.name.endswith((".pt", ".bin", ".ckpt", ".pkl", ".th")) for f in others)


def test_the_offer_of_the_default_names_size_and_licence() -> None:
    assert MODELS["sam2.1-tiny"].offer == "sharper clicks: 156 MB, Apache-2.0"
    assert "access on request" in MODELS["sam3"].offer
    assert MODELS["sam2.1-tiny"].preload.split()[0] == "facebook/sam2.1-hiera-tiny"


def test_looking_for_a_model_is_cheap() -> None:
    code = "import sys; from shared import hub; hub.locate('sam3'); print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"torch", "transformers", "huggingface_hub"} & set(done.stdout.split())


def test_download_completes_the_cache_and_reports_bytes(server: FakeHub, tiny: Model) -> None:
    told: list[tuple[float, str]] = []
    assert isinstance(hub.locate("tiny"), Missing)
    home = download("tiny", Progress(lambda fraction, stage: told.append((fraction, stage))))
    assert home == hub.folder("tiny") == hub.locate("tiny")
    assert home.parts[-2:] == ("snapshots", "a" * 40) and "hf home" in str(home)
    assert (home / "model.safetensors").read_bytes() == WEIGHTS
    assert (home / "config.json").read_bytes() == CONFIG
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0 and len(set(fractions)) >= 5
    assert any("of 26 MB" in stage for _, stage in told)
    assert not list(hub_settings.cache_folder().rglob("*.incomplete"))
    assert hub.origin("tiny")["revision"] == "a" * 40
    assert hub.origin("tiny")["sha256"] == {"model.safetensors": hashlib.sha256(WEIGHTS).hexdigest()}


def test_a_second_download_asks_for_nothing(server: FakeHub, tiny: Model) -> None:
    download("tiny")
    server.asked.clear()
    download("tiny")
    assert server.asked == []


def test_a_cancelled_download_resumes_where_it_stopped(server: FakeHub, tiny: Model) -> None:
    stop = Event()

    def report(fraction: float, stage: str) -> None:
        if fraction > 0.5:
            stop.set()

    with pytest.raises(Cancelled):
        download("tiny", Progress(report, stop))
    partial = list(hub_settings.cache_folder().rglob("*.incomplete"))
    assert len(partial) == 1 and 0 < partial[0].stat().st_size < len(WEIGHTS)
    assert hub.folder("tiny") is None and isinstance(hub.locate("tiny"), Missing)
    came = partial[0].stat().st_size
    download("tiny")
    assert server.gets("model.safetensors") == ["", f"bytes={came}-"]
    assert (hub.snapshot("tiny") / "model.safetensors").read_bytes() == WEIGHTS


def test_a_body_that_breaks_off_is_taken_up_within_the_same_call(
    server: FakeHub, tiny: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.file_download.time.sleep", lambda _: None)
    server.cut_after = 11_000_000
    home = download("tiny")
    assert (home / "model.safetensors").read_bytes() == WEIGHTS
    spans = server.gets("model.safetensors")
    assert spans[0] == "" and len(spans) == 3 and all(s.startswith("bytes=") for s in spans[1:])


def test_altered_content_is_refused_and_removed(server: FakeHub, tiny: Model) -> None:
    for name in ("config.json", "model.safetensors"):
        server.altered = {name}
        with pytest.raises(WeightsError, match=rf"{re.escape(name)} .* came altered"):
            download("tiny")
        assert not list(hub_settings.cache_folder().rglob("*.incomplete"))
    server.altered = set()
    assert download("tiny") == hub.folder("tiny")


def test_a_file_that_was_altered_on_disk_is_fetched_again(server: FakeHub, tiny: Model) -> None:
    weights = download("tiny") / "model.safetensors"
    weights.resolve().write_bytes(b"\0" * len(WEIGHTS))
    download("tiny")
    assert weights.read_bytes() == WEIGHTS
    weights.resolve().write_bytes(WEIGHTS[:1000])
    assert hub.folder("tiny") is None


def test_gated_weights_explain_how_to_get_access(
    server: FakeHub, tiny: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    for status in (401, 403):
        server.gate = status
        with pytest.raises(WeightsError, match=r"not granted.*ask at .*hf auth login.*SEGSTUDIO_TINY"):
            download("tiny")
    monkeypatch.setenv("HF_TOKEN", server.token)
    assert download("tiny") == hub.folder("tiny")


def test_the_token_never_reaches_the_store_that_weights_are_redirected_to(
    server: FakeHub, tiny: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", server.token)
    server.gate, server.store = 401, True
    home = download("tiny")
    assert (home / "model.safetensors").read_bytes() == WEIGHTS
    assert server.tokens_at_store and set(server.tokens_at_store) == {""}


def test_the_space_preloads_the_pinned_files() -> None:
    text = (Path(__file__).parents[2] / "spaces" / "suite" / "README.md").read_text("utf8")
    assert f"  - {MODELS['sam2.1-tiny'].preload}\n" in text


def test_unknown_repository_and_revision(server: FakeHub, tiny: Model) -> None:
    server.repo = "facebook/other"
    with pytest.raises(WeightsError, match="has no Tiny .*or hides it"):
        download("tiny")
    server.repo, server.revision = tiny.repo, "b" * 40
    with pytest.raises(WeightsError, match="does not have the pinned revision aaaaaaa"):
        download("tiny")


def test_a_server_that_fails_says_so(server: FakeHub, tiny: Model) -> None:
    server.broken = 500
    with pytest.raises(WeightsError, match="status 500.*resumes"):
        download("tiny")


def test_no_connection_says_so(tiny: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(WeightsError, match=r"connection to http://127\.0\.0\.1:9 failed.*network"):
        download("tiny")


def test_offline_is_respected(server: FakeHub, tiny: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(WeightsError, match="offline setting forbids.*HF_HUB_OFFLINE.*SEGSTUDIO_TINY"):
        download("tiny")
    assert server.asked == []
    monkeypatch.delenv("HF_HUB_OFFLINE")
    download("tiny")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert download("tiny") == hub.folder("tiny")


def test_a_full_disk_is_told_before_the_download(
    server: FakeHub, tiny: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = type("Usage", (), {"free": 1_000_000})
    monkeypatch.setattr(hub_download.shutil, "disk_usage", lambda _: free)
    with pytest.raises(WeightsError, match="needs 26 MB more .* 1 MB are free.*HF_HOME"):
        download("tiny")
    assert server.gets("model.safetensors") == []


def test_a_folder_that_cannot_be_written(
    server: FakeHub, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(WeightsError, match="could not be written.*HF_HOME"):
        download("tiny")


def test_unknown_model_names_the_known() -> None:
    with pytest.raises(WeightsError, match=r"no model 'sam9'.*sam2\.1-tiny"):
        download("sam9")


def test_a_folder_of_ones_own(tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "mine"
    home.mkdir()
    monkeypatch.setenv("SEGSTUDIO_TINY", str(home))
    found = hub.locate("tiny")
    assert isinstance(found, Missing) and "holds no config.json" in found.reason
    (home / "config.json").write_bytes(CONFIG)
    (home / "model.safetensors").write_bytes(b"weights")
    assert hub.locate("tiny") == home
    assert isinstance(hub.locate("tiny", own=False), Missing)
    told = hub.origin("tiny")
    assert told["folder"] == "mine"
    assert told["sha256"] == {"model.safetensors": hashlib.sha256(b"weights").hexdigest()}
    assert json.dumps(told)


def test_a_folder_of_checkpoints_needs_no_configuration(
    tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MODELS, "tiny", replace(tiny, layout="demucs"))
    home = tmp_path / "mine"
    home.mkdir()
    (home / "bag.yaml").write_text("models: [a]")
    monkeypatch.setenv("SEGSTUDIO_TINY", str(home))
    found = hub.locate("tiny")
    assert isinstance(found, Missing) and "holds no checkpoint" in found.reason
    (home / "a.th").write_bytes(b"weights")
    assert hub.locate("tiny") == home
    assert hub.origin("tiny")["sha256"] == {"a.th": hashlib.sha256(b"weights").hexdigest()}


def test_metas_own_checkpoint_is_explained(
    tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sam3.pt").write_bytes(b"pickle")
    for value in (tmp_path, tmp_path / "sam3.pt"):
        monkeypatch.setenv("SEGSTUDIO_TINY", str(value))
        found = hub.locate("tiny")
        assert isinstance(found, Missing) and "sam3.pt is Meta's own checkpoint" in found.reason
        assert "model.safetensors" in found.cure


def test_a_repository_of_ones_own(server: FakeHub, tiny: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGSTUDIO_TINY", "someone/finetuned")
    found = hub.locate("tiny")
    assert isinstance(found, Missing) and found.cure == "Run `hf download someone/finetuned`."
    home = hub_settings.repo_folder("someone/finetuned")
    snapshot = home / "snapshots" / ("c" * 40)
    snapshot.mkdir(parents=True)
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text("c" * 40)
    for name in ("config.json", "model.safetensors"):
        (snapshot / name).write_bytes(CONFIG)
    assert hub.locate("tiny") == snapshot
    monkeypatch.setenv("SEGSTUDIO_TINY", tiny.repo)
    assert isinstance(hub.locate("tiny"), Missing)
    download("tiny")
    assert hub.locate("tiny") == hub.snapshot("tiny")
    monkeypatch.setenv("SEGSTUDIO_TINY", "nowhere")
    found = hub.locate("tiny")
    assert isinstance(found, Missing) and "neither a folder nor a model" in found.reason
