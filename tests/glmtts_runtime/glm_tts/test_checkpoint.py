"""The checkpoint folder: read as it is published, and refused with words where it is not."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import threading
import warnings
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import mutations
import pytest
import torch
from comfyui_glmtts.cli.app import app
from comfyui_glmtts.glmtts_runtime.engines import choose
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint import load
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.download import LARGE, SMALL, download
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.fingerprint import blob, fingerprint
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.layout import VARIABLE, Layout, find
from comfyui_glmtts.glmtts_runtime.glm_tts.checkpoint.sizes import PLANS
from comfyui_glmtts.glmtts_runtime.glm_tts.flow.solver import Flow, FlowConfig
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.llama import Llama
from comfyui_glmtts.glmtts_runtime.glm_tts.reference.whisper_vq import WhisperVQ
from comfyui_glmtts.glmtts_runtime.glm_tts.text.tokenizer import TextTokenizer
from comfyui_glmtts.glmtts_runtime.glm_tts.verify import PUBLISHED_PARAMETERS, verify
from comfyui_glmtts.glmtts_runtime.options import EngineOptions
from comfyui_glmtts.mistakes import InputError
from safetensors.torch import load_file, save_file
from speech import opened
from typer.testing import CliRunner

CPU = torch.device("cpu")
Damage = Callable[[Path], Path]


@pytest.fixture
def copied(tiny: Path, tmp_path: Path) -> Path:
    """A checkpoint of the test's own."""
    return Path(shutil.copytree(tiny, tmp_path / "checkpoint"))


def test_the_random_checkpoint_has_the_published_files_and_is_whole(tiny: Path) -> None:
    files = {str(p.relative_to(tiny).as_posix()) for p in tiny.rglob("*") if p.is_file()}
    shards = {f"llm/model-0000{number}-of-00002.safetensors" for number in (1, 2)}
    assert files == {*SMALL, *LARGE, *shards, "frontend/campplus.onnx"}
    report = verify(Layout(tiny))
    assert {part.name for part in report.parts} >= {"llm", "flow", "hift", "speech_tokenizer"}
    assert not report.published


def test_the_full_size_is_the_published_one_to_the_parameter() -> None:
    plan = PLANS["full"]
    with torch.device("meta"):
        networks = {
            "llm": Llama(plan.llama),
            "flow": Flow(FlowConfig(dit=plan.flow)),
            "speech_tokenizer": WhisperVQ(plan.tokenizer),
        }
    for name, network in networks.items():
        count = sum(value.numel() for value in network.parameters())
        assert count == pytest.approx(PUBLISHED_PARAMETERS[name], rel=0.001), name
    assert sum(v.numel() for v in networks["llm"].parameters()) == 1_552_009_216
    state = networks["flow"].state_dict()
    assert state["estimator.text_emb_layer.text_embed.weight"].shape == (100_001, 512)
    assert state["estimator.transformer_blocks.17.attn.to_q.weight"].shape == (768, 768)
    vocabulary = plan.vocabulary
    assert (vocabulary.end, vocabulary.begin, vocabulary.audio) == (59_253, 59_260, 61_498)


# --------------------------------------------------------------------------------------------------
# What is wrong with a folder is said, and nothing of it is run.


def cut(name: str) -> Damage:
    def damage(folder: Path) -> Path:
        file = folder / name
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        return file

    return damage


def swapped(name: str, other: str) -> Damage:
    def damage(folder: Path) -> Path:
        shutil.copy(folder / other, folder / name)
        return folder / name

    return damage


def rewritten(name: str, change: Callable[[str], str]) -> Damage:
    def damage(folder: Path) -> Path:
        file = folder / name
        file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
        return file

    return damage


def tensors(name: str, change: Callable[[dict[str, Any]], object]) -> Damage:
    def damage(folder: Path) -> Path:
        file = folder / name
        if file.suffix == ".safetensors":
            state = load_file(file)
            change(state)
            save_file(state, file)
        else:
            state = torch.load(file, weights_only=True)
            change(state.get("model", state))
            torch.save(state, file)
        return file

    return damage


class Trap:
    """Unpickled, it makes a file; the test looks for it."""

    def __init__(self, marker: Path) -> None:
        self.marker = str(marker)

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (self.marker,)


def trapped(name: str, *, old: bool) -> Damage:
    def damage(folder: Path) -> Path:
        trap = {"model": {"a": Trap(folder / "ran")}}
        if old:
            (folder / name).write_bytes(pickle.dumps(trap))
        else:
            torch.save(trap, folder / name)
        return folder / name

    return damage


class Reaching(torch.nn.Module):
    def forward(self, mel: torch.Tensor) -> torch.Tensor:
        return torch.from_file("ran", True, 100)  # type: ignore[no-any-return]


def reaching(folder: Path) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.jit.script(Reaching()).save(str(folder / LARGE[2]))
    return folder / LARGE[2]


FAULTS: dict[str, tuple[Damage, str]] = {
    "half a shard": (cut("llm/model-00001-of-00002.safetensors"), "cannot be read"),
    "half a flow": (cut("flow/flow.pt"), "cannot be read"),
    "half a vocoder": (cut("hift/hift.pt"), "cannot be read"),
    "half a program": (cut("vocos2d/generator_jit.ckpt"), "is not a TorchScript file"),
    "half a speaker encoder": (cut("frontend/campplus.onnx"), "cannot be read"),
    "half a configuration": (cut("llm/config.json"), "cannot be read"),
    "half a vocabulary": (cut("vq32k-phoneme-tokenizer/tokenizer_config.json"), "is not JSON"),
    "the vocoder as flow": (swapped("flow/flow.pt", "hift/hift.pt"), "lack"),
    "the flow as vocoder": (swapped("hift/hift.pt", "flow/flow.pt"), "is missing"),
    "a shard twice": (
        swapped("llm/model-00001-of-00002.safetensors", "llm/model-00002-of-00002.safetensors"),
        "do not hold the same tensors",
    ),
    "the shards for the speech tokenizer": (
        swapped("speech_tokenizer/model.safetensors", "llm/model-00001-of-00002.safetensors"),
        "is missing",
    ),
    "a tensor of another shape": (
        tensors(
            "llm/model-00001-of-00002.safetensors",
            lambda state: state.update({"model.layers.0.mlp.up_proj.weight": torch.zeros(3, 64)}),
        ),
        "has the shape [3, 64], not [128, 64]",
    ),
    "a tensor of whole numbers": (
        tensors(
            "speech_tokenizer/model.safetensors",
            lambda state: state.update(
                {"model.encoder.conv1.bias": torch.zeros(64, dtype=torch.int64)}
            ),
        ),
        "not floating-point",
    ),
    "a flow's tensor missing": (
        tensors("flow/flow.pt", lambda state: state.pop("estimator.proj_out.bias")),
        "estimator.proj_out.bias is missing",
    ),
    "a flow's tensor misspelt": (
        tensors(
            "flow/flow.pt",
            lambda state: state.update({"estimator.proj_out.bios": torch.zeros(80)}),
        ),
        'Did you mean "estimator.proj_out.bias"?',
    ),
    "half a weight-normalised pair": (
        tensors(
            "hift/hift.pt",
            lambda state: state.pop("conv_pre.parametrizations.weight.original1"),
        ),
        "conv_pre.parametrizations.weight.original1 is missing",
    ),
    "a flow of another kind": (
        rewritten("flow/config.yaml", lambda text: text.replace("spkr_emb_adaLN: True", "")),
        "spkr_emb_adaLN = False",
    ),
    "an unknown setting": (
        rewritten("flow/config.yaml", lambda text: text.replace("mel_dim", "mel_dims")),
        'Did you mean "mel_dim"?',
    ),
    "another class to build": (
        rewritten("flow/config.yaml", lambda t: t.replace("flow.flow.Flow", "os.mkdir")),
        "cannot be read",
    ),
    "python in the configuration": (
        rewritten("flow/config.yaml", lambda _: "flow: !!python/object/apply:os.mkdir [ran]\n"),
        "cannot be read",
    ),
    "a shard elsewhere": (
        rewritten(
            "llm/model.safetensors.index.json",
            lambda text: text.replace("model-00001-of", "../model-00001-of"),
        ),
        "outside its folder",
    ),
    "an audio token less": (
        rewritten(
            "vq32k-phoneme-tokenizer/tokenizer_config.json",
            lambda text: text.replace("<|audio_511|>", "<|other|>"),
        ),
        "has 511 audio tokens and the speech tokenizer 512",
    ),
    "an audio token out of its row": (
        rewritten(
            "vq32k-phoneme-tokenizer/tokenizer_config.json",
            lambda text: text.replace("<|audio_7|>", "<|audio_7000|>"),
        ),
        "not in a row at <|audio_7|>",
    ),
    "a pickle that runs code": (trapped("flow/flow.pt", old=False), "nothing of it was run"),
    "an old pickle that runs code": (trapped("hift/hift.pt", old=True), "nothing of it was run"),
    "a program that reaches for files": (reaching, "from_file"),
    "a billion layers": (
        rewritten(
            "llm/config.json",
            lambda text: text.replace('"num_hidden_layers": 2', '"num_hidden_layers": 1000000000'),
        ),
        "layers",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_file_is_named_and_nothing_in_it_is_run(
    name: str, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copied)
    damage, words = FAULTS[name]
    file = damage(copied)
    with pytest.raises(InputError) as caught:
        verify(Layout(copied))
    assert words in str(caught.value)
    assert str(file.parent) in str(caught.value)
    if file.name != "campplus.onnx":  # needed only for a voice not heard before
        with pytest.raises(InputError):
            opened(copied)
    assert not (copied / "ran").exists()


def test_everything_wrong_is_told_at_once(copied: Path) -> None:
    (copied / "hift/hift.pt").unlink()
    (copied / "frontend/campplus.onnx").unlink()
    cut("flow/flow.pt")(copied)
    with pytest.raises(InputError) as caught:
        verify(Layout(copied))
    files = [Path(mistake.place.file).name for mistake in caught.value.mistakes]
    assert sorted(files) == ["campplus.onnx", "flow.pt", "hift.pt"]
    assert all(mistake.remedy for mistake in caught.value.mistakes)


def test_a_flow_saved_bare_and_a_vocoder_with_older_names_load_the_same(copied: Path) -> None:
    layout = Layout(copied)

    def loaded() -> dict[str, torch.Tensor]:
        flow = load.load(load.flow_part(layout), CPU, torch.float32)
        hift = load.load(load.hift_part(layout), CPU, torch.float32)
        return {**flow.state_dict(), **hift.state_dict()}

    before = loaded()
    torch.save(torch.load(layout.flow, weights_only=True)["model"], layout.flow)
    older = {
        name.replace("parametrizations.weight.original0", "weight_g").replace(
            "parametrizations.weight.original1", "weight_v"
        ): value
        for name, value in torch.load(layout.hift, weights_only=True).items()
    }
    torch.save(older, layout.hift, _use_new_zipfile_serialization=False)
    after = loaded()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)


@pytest.mark.parametrize("wrapped", [("state_dict",), ("generator",), ("state_dict", "generator")])
def test_a_vocoder_is_found_where_trainers_put_it(wrapped: tuple[str, ...], copied: Path) -> None:
    file = Layout(copied).hift
    state = torch.load(file, weights_only=True)
    for name in reversed(wrapped):
        state = {name: state, "epoch": 3}
    torch.save(state, file)
    assert load.mistakes(load.hift_part(Layout(copied))) == []


def test_the_speaker_encoder_is_known_by_gits_name_for_it(
    copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hello").write_bytes(b"hello\n")
    assert blob(tmp_path / "hello") == "ce013625030ba8dba906f756967f9e9ca394464a"
    assert not verify(Layout(copied)).speaker_encoder
    # A clone of upstream's repository has it beside the folder of the weights.
    (tmp_path / "frontend").mkdir()
    moved = tmp_path / "frontend" / "campplus.onnx"
    (copied / "frontend" / "campplus.onnx").rename(moved)
    monkeypatch.setattr("comfyui_glmtts.glmtts_runtime.glm_tts.verify.SPEAKER_ENCODER", blob(moved))
    assert verify(Layout(copied)).speaker_encoder


def test_layers_above_the_codebook_are_left_unread(copied: Path) -> None:
    file = copied / "speech_tokenizer/model.safetensors"
    state = load_file(file)
    state["model.encoder.layers.2.fc1.weight"] = torch.zeros(2, 2)
    state["model.encoder.layer_norm.weight"] = torch.zeros(2)
    state["model.decoder.embed_tokens.weight"] = torch.zeros(2, 2)
    save_file(state, file)
    assert load.mistakes(load.tokenizer_part(Layout(copied))) == []


def test_loading_keeps_no_file_open_and_changes_precision(copied: Path) -> None:
    llama = load.load(load.llama_part(Layout(copied)), CPU, torch.bfloat16)
    for file in (copied / "llm").glob("*.safetensors"):
        file.write_bytes(b"\0" * file.stat().st_size)  # a mapped tensor would turn to zeros
    values = llama.model.embed_tokens.weight
    assert values.dtype == torch.bfloat16
    assert float(values.float().abs().sum()) > 0


def test_the_fingerprint_changes_with_one_byte_and_not_with_the_place(
    copied: Path, tiny: Path
) -> None:
    files = [p.relative_to(tiny) for p in sorted(tiny.rglob("*")) if p.is_file()]
    before = fingerprint(tiny / name for name in files)
    assert fingerprint(copied / name for name in files) == before
    hift = copied / "hift/hift.pt"
    data = bytearray(hift.read_bytes())
    data[-1000] ^= 1
    hift.write_bytes(data)
    assert fingerprint(copied / name for name in files) != before


def test_a_checkpoint_is_found_by_name_by_variable_and_one_folder_down(
    tiny: Path, tmp_path: Path
) -> None:
    assert find(tiny, environment={}).folder == tiny
    assert find(environment={VARIABLE: str(tiny)}).folder == tiny
    shutil.copytree(tiny / "llm", tmp_path / "GLM-TTS" / "ckpt" / "llm")
    assert find(tmp_path / "GLM-TTS", environment={}).folder == tmp_path / "GLM-TTS" / "ckpt"
    with pytest.raises(InputError, match="glmtts checkpoint download"):
        find(tmp_path, environment={})


def test_what_a_broken_off_download_lacks_is_known_and_auto_passes_it_over(copied: Path) -> None:
    assert Layout(copied).missing == ()
    shards = sorted(path.name for path in (copied / "llm").glob("*.safetensors"))
    (copied / "llm" / shards[0]).unlink()
    (copied / "hift" / "hift.pt").unlink()
    assert sorted(Layout(copied).missing) == sorted(["hift.pt", shards[0]])
    choice = choose(EngineOptions(checkpoint=copied))
    assert choice.options.engine != "glm-tts"
    assert "is not complete" in choice.reasons[0]


# --------------------------------------------------------------------------------------------------
# Text


def test_only_phonemes_are_tokens_of_their_own(tiny: Path) -> None:
    tokenizer = TextTokenizer.load(Layout(tiny).text_tokenizer)
    zh, ang3 = (tokenizer.added[name].id for name in ("<|ZH|>", "<|ANG3|>"))
    assert len(tokenizer.phonemes) == 204
    assert tokenizer.encode("a<|ZH|><|ANG3|>b") == [ord("a"), zh, ang3, ord("b")]
    written = tokenizer.encode("<|user|><|audio_3|>")
    assert tokenizer.audio.end not in written
    assert tokenizer.audio.first + 3 not in written


def test_white_space_goes_where_the_added_token_says_so(copied: Path) -> None:
    file = Layout(copied).text_tokenizer / "tokenizer_config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    for token in config["added_tokens_decoder"].values():
        if token["content"] == "<|ZH|>":
            token["lstrip"] = token["rstrip"] = True
    file.write_text(json.dumps(config), encoding="utf-8")
    tokenizer = TextTokenizer.load(file.parent)
    zh = tokenizer.added["<|ZH|>"].id
    assert tokenizer.encode("a <|ZH|> b") == [ord("a"), zh, ord("b")]


# --------------------------------------------------------------------------------------------------
# Downloads and the command line


@pytest.fixture
def site(tiny: Path) -> Iterator[tuple[str, list[str]]]:
    """The checkpoint served over HTTP, with ranges; every second answer for a large file breaks."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.partition("/resolve/master/")[2]
            if self.path.startswith("/nowhere/"):
                self.send_error(404)
                return
            file = tiny / ("frontend/campplus.onnx" if name == "campplus.onnx" else name)
            begin = int((self.headers.get("Range") or "bytes=0-")[6:-1])
            asked.append(f"{name}@{begin}")
            data = file.read_bytes()[begin:]
            self.send_response(206 if begin else 200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            broken = name == "flow/flow.pt" and not begin
            self.wfile.write(data[: len(data) // 2] if broken else data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/{{repository}}/resolve/master/{{file}}", asked
    server.shutdown()
    server.server_close()


def test_a_download_goes_on_where_it_broke_off_and_ends_whole(
    site: tuple[str, list[str]], tiny: Path, tmp_path: Path
) -> None:
    address, asked = site
    folder = tmp_path / "new"

    def fetch() -> Layout:
        return download(folder, source="modelscope", address=address, environment={})

    with pytest.raises(InputError, match="broke off"):
        fetch()
    assert not (folder / "flow/flow.pt").exists()
    asked.clear()
    verify(fetch())
    half = (tiny / "flow/flow.pt").stat().st_size // 2
    assert asked[0] == f"flow/flow.pt@{half}"
    assert (folder / "flow/flow.pt").read_bytes() == (tiny / "flow/flow.pt").read_bytes()
    assert not list(folder.rglob("*.part"))


def test_a_speaker_encoder_that_is_gone_comes_from_upstreams_repository(
    site: tuple[str, list[str]], tiny: Path, tmp_path: Path
) -> None:
    address, asked = site
    folder = Path(shutil.copytree(tiny, tmp_path / "new"))
    (folder / "frontend/campplus.onnx").unlink()
    download(
        folder,
        source="modelscope",
        address=address.replace("{repository}", "nowhere/{repository}"),
        upstream=address.format(repository="zai-org", file="campplus.onnx"),
        environment={},
    )
    assert asked == ["campplus.onnx@0"]
    verify(Layout(folder))


@pytest.mark.parametrize("source", ["huggingface", "modelscope"])
def test_an_offline_computer_touches_no_network(source: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="stay offline"):
        download(tmp_path, source=source, environment={"HF_HUB_OFFLINE": "1"})
    with pytest.raises(InputError, match="stay offline"):
        download(tmp_path, source=source, offline=True, environment={})


def test_the_command_line_makes_checks_and_refuses(tmp_path: Path) -> None:
    runner, folder = CliRunner(), tmp_path / "made"
    made = runner.invoke(app, ["checkpoint", "synth", str(folder), "--size", "tiny"])
    assert made.exit_code == 0
    checked = runner.invoke(app, ["checkpoint", "verify", str(folder), "--json"])
    assert json.loads(checked.stdout)["parameters"]["llm"] == 155_968
    again = runner.invoke(app, ["checkpoint", "synth", str(folder)])
    assert isinstance(again.exception, InputError)
    unknown = runner.invoke(app, ["checkpoint", "synth", str(tmp_path / "x"), "--size", "hlaf"])
    assert 'Did you mean "half"?' in str(unknown.exception)


def test_files_with_bytes_changed_are_read_or_refused_in_words(tmp_path: Path) -> None:
    numbers = mutations.weights(tmp_path, 300)
    assert numbers["read"] > 10
    assert numbers["refused"] > 50
