"""`--engine http://…`: a server's engine as one's own, whatever becomes of the server meanwhile."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from urllib.parse import urlsplit

import pytest
from comfyui_glmtts.glmtts_runtime.engine import Emotion, Outcome, SpeechRequest
from comfyui_glmtts.glmtts_runtime.options import Sampling
from comfyui_glmtts.glmtts_runtime.remote.engine import RemoteEngine
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.glmtts_runtime.wire import (
    WireError,
    digests,
    outcome_frame,
    read_outcome,
    read_request,
    read_voice,
    request_value,
    voice_bytes,
)
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.production.takes import take_key
from comfyui_glmtts.progress import unwatched
from comfyui_glmtts.pronunciation.reader import Reader
from serve_command import Serve

Run = Callable[..., CompletedProcess[str]]
LIBRARY = VoiceLibrary([])
SCRIPT = """glmtts: 1
title: 早安
voices: {A: xiaoyu, B: leo}
segments:
  - A: 早上好，{行|háng}长。[pause:300ms]今天是星期一。
  - B: Good morning, everyone.
  - {line: 这是第三句话。, speaker: A, emotion: {leo: 70%, aming: 30%}}
"""


def request(text: str, **more: object) -> SpeechRequest:
    spoken = Reader().read(text)
    return SpeechRequest(spoken=spoken, voice=LIBRARY.get("leo"), **more)  # type: ignore[arg-type]


def travelled(sent: SpeechRequest) -> SpeechRequest:
    value = json.loads(json.dumps(request_value(sent)))
    voices = {
        voice.digest: read_voice(voice_bytes(voice)) for voice in map(LIBRARY.get, ("leo", "aming"))
    }
    assert digests(value) <= voices.keys()
    return read_request(value, voices.__getitem__)


@pytest.mark.parametrize(
    "sent",
    [
        request("早上好，{行|háng}长。[pause:300ms]今天（星期一）……"),
        request("Good morning.", seed=2**64 - 1, rate=1.1, sample_rate=32_000, phoneme="all"),
        request("好", emotion=Emotion(parts=((LIBRARY.get("aming"), 1.0),), strength=0.3)),
        request("好", sampling=Sampling(temperature=0.5, top_p=0.9, top_k=3)),
    ],
)
def test_a_request_that_travelled_has_the_same_take(sent: SpeechRequest) -> None:
    assert take_key(travelled(sent), "engine") == take_key(sent, "engine")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("characters", []),
        ("characters", [["a"]]),
        ("characters", [[1, 0, None, "", 1.0, ""]]),
        ("characters", [["a", "0", None, "", 1.0, ""]]),
        ("characters", 7),
        ("characters", [["a", 0, None, "", 1.0, ""]] * 20_001),
        ("breaks", [[0, "x"]]),
        ("voice", None),
        ("voice", ["0" * 64, "x", []]),
        ("voice", [{}, "x", []]),
        ("emotion", [[], "strong"]),
        ("seed", -1),
        ("seed", 2**64),
        ("seed", True),
        ("rate", 0),
        ("rate", float("nan")),
        ("sample_rate", 10**9),
        ("sampling", [1, 2]),
        ("sampling", ["1.0", 0.8, 25, True]),
        ("phoneme", "some"),
        ("text", None),
    ],
)
def test_what_is_no_request_is_refused(key: str, value: object) -> None:
    bad = {**request_value(request("早上好。")), key: value}
    with pytest.raises(WireError):
        digests(bad)
        read_request(
            json.loads(json.dumps(bad)), {LIBRARY.get("leo").digest: LIBRARY.get("leo")}.__getitem__
        )


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]\n", b'{"rate": 1}\nabcd', b"{\n", b'{"rate": 24000, "transcript": "a"}\nabc'],
)
def test_what_is_no_voice_is_refused(data: bytes) -> None:
    with pytest.raises(WireError):
        read_voice(data)


def test_an_outcome_travels_to_the_bit(server: Serve) -> None:
    engine = RemoteEngine.open(server.url)
    (spoken,) = engine.synthesize([request("早上好。")], progress=unwatched, cancel=unwatched)
    again = read_outcome(outcome_frame(spoken)[4:])
    assert not isinstance(spoken.result, Exception)
    assert not isinstance(again.result, Exception)
    assert again.result.samples.tobytes() == spoken.result.samples.tobytes()
    assert (again.index, again.times) == (spoken.index, spoken.times)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_render_by_a_server_is_the_local_one_byte_for_byte(
    server: Serve, glmtts: Run, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(SCRIPT)
    glmtts("render", "a.yaml", "-o", "here", "--engine", "preview", "--cache", "one")
    glmtts("render", "a.yaml", "-o", "there", "--engine", server.url, "--cache", "two")
    assert files(tmp_path / "here") == files(tmp_path / "there")
    again = glmtts(
        "render", "a.yaml", "-o", "third", "--engine", server.url, "--cache", "one", "--json"
    )
    assert json.loads(again.stdout)["synthesised"] == 0  # the takes are the same ones too


def test_a_server_that_is_killed_and_started_again_finishes_the_work(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = tmp_path_factory.mktemp("killed")
    server = Serve(home)
    address = urlsplit(server.url).netloc
    engine = RemoteEngine.open(server.url)
    sent = [request(f"这是第{number}句话，说得很长很长，一直说下去。") for number in range(60)]
    found: list[Outcome] = []
    restarted: list[Serve] = []

    def restart() -> None:
        server.kill()
        time.sleep(1)
        restarted.append(Serve(home, address=address))

    restarting = threading.Thread(target=restart)
    for outcome in engine.synthesize(sent, progress=unwatched, cancel=unwatched):
        found.append(outcome)
        if len(found) == 5:
            restarting.start()
    restarting.join()
    assert sorted(outcome.index for outcome in found) == list(range(60))
    assert not any(isinstance(outcome.result, Exception) for outcome in found)
    assert restarted[0].stop() == 0


def test_whoever_stops_listening_cancels_the_work(server: Serve) -> None:
    engine = RemoteEngine.open(server.url)
    sent = [request(f"这是第{number}句没有人要听的话。" * 30) for number in range(60)]
    asked = 0

    def cancel() -> None:
        nonlocal asked
        asked += 1
        if asked > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(engine.synthesize(sent, progress=unwatched, cancel=cancel))
    end = time.monotonic() + 15
    while "\nglmtts_serve_lines_speaking 0\n" not in server.ask("/metrics").body.decode():
        assert time.monotonic() < end
        time.sleep(0.1)


# --- who is there


class _Stranger(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"hi")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def stranger() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Stranger) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_server_that_is_no_speech_server_is_told(stranger: str) -> None:
    with pytest.raises(InputError, match="no server of `glmtts serve`"):
        RemoteEngine.open(stranger)


def test_a_server_that_is_not_there_is_told(glmtts: Run) -> None:
    done = glmtts("say", "你好", "--engine", "http://127.0.0.1:1", code=2)
    assert "cannot be reached" in done.stderr
    assert "glmtts serve" in done.stderr


@pytest.mark.parametrize("engine", ["http://", "ftp://x", "kokro", "http://a b"])
def test_what_is_no_engine_is_told(engine: str, glmtts: Run) -> None:
    assert "There is no engine" in glmtts("say", "你好", "--engine", engine, code=2).stderr


def test_a_token_is_asked_for_and_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLMTTS_SERVE_TOKEN", "a-token-of-some-length")
    server = Serve(tmp_path)
    assert RemoteEngine.open(server.url).name == "preview"
    monkeypatch.setenv("GLMTTS_SERVE_TOKEN", "another-token-of-some-length")
    with pytest.raises(InputError, match="GLMTTS_SERVE_TOKEN"):
        RemoteEngine.open(server.url)
    assert server.stop() == 0
