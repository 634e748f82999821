"""Everything beside speech: who may ask, voices, readings, scripts, metrics, the document."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator

import av
import numpy as np
import pytest
import soundfile
from comfyui_glmtts.glmtts_runtime.voices.library import BUNDLED
from comfyui_glmtts.templates.bundled import find_template
from http_ask import Answer
from serve_command import Serve

TOKEN = "a-token-of-some-length"
SCRIPT = "glmtts: 1\ntitle: 早安\nvoices: {A: xiaoyu, B: leo}\nsegments: [A: 早上好。, B: Hi.]\n"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    server = Serve(tmp_path_factory.mktemp("guarded"), GLMTTS_SERVE_TOKEN=TOKEN)
    yield server
    assert server.stop() == 0


# --- who may ask


@pytest.mark.parametrize("path", ["/v1/models", "/v1/audio/voices", "/metrics", "/openapi.json"])
def test_with_a_token_nobody_is_answered_without_it(path: str, guarded: Serve) -> None:
    refused = guarded.ask(path)
    assert (refused.status, refused.error["code"]) == (401, "invalid_api_key")
    assert guarded.ask(path, Authorization="Bearer wrong").status == 401
    assert guarded.ask(path, Authorization=f"Bearer {TOKEN}").status == 200


def test_health_and_the_page_are_for_everybody(guarded: Serve) -> None:
    assert guarded.ask("/health").body == b"ok\n"
    page = guarded.ask("/")
    assert page.status == 200
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}])
def test_other_sites_are_refused(headers: dict[str, str], server: Serve) -> None:
    answer = server.ask("/v1/models", **headers)
    assert (answer.status, answer.error["code"]) == (403, "forbidden")


@pytest.mark.parametrize(("path", "status"), [("/nope", 404), ("/v1/read", 405)])
def test_what_there_is_not_is_told_in_the_same_shape(path: str, status: int, server: Serve) -> None:
    answer = server.ask(path)
    assert answer.status == status
    assert answer.error["type"] == "invalid_request_error"


def test_an_address_of_others_needs_a_token(glmtts: object) -> None:
    done = glmtts("serve", "0.0.0.0:8766", code=2)  # type: ignore[operator]
    assert "GLMTTS_SERVE_TOKEN" in done.stderr


# --- models, metrics, readings


def test_models_are_the_engine_and_what_programs_ask_for(server: Serve) -> None:
    names = [model["id"] for model in server.ask("/v1/models").json["data"]]
    assert names == ["preview", "tts-1", "tts-1-hd", "gpt-4o-mini-tts"]
    assert server.ask("/v1/models/tts-1").json["object"] == "model"
    assert server.ask("/v1/models/x").error["code"] == "model_not_found"


def test_metrics_count_answers(server: Serve) -> None:
    server.ask("/v1/models")
    text = server.ask("/metrics").body.decode()
    assert 'glmtts_serve_answers_total{route="/v1/models",status="200"}' in text
    assert '\nglmtts_serve_up{engine="preview"} 1\n' in text


def test_readings_are_told_character_by_character(server: Serve) -> None:
    answer = server.post("/v1/read", {"input": "银行行长"}).json
    assert [one["pinyin"] for one in answer["characters"]] == ["yin2", "hang2", "hang2", "zhang3"]
    assert server.post("/v1/read", {"input": "{行|xxx}"}).status == 400


# --- voices


def voice_form(name: str, **other: str) -> list[tuple[str, str | None, bytes]]:
    words = (BUNDLED / "leo.txt").read_bytes()
    fields = {"name": name, "transcript": words.decode(), "consent": "yes", **other}
    texts: list[tuple[str, str | None, bytes]] = [
        (key, None, value.encode()) for key, value in fields.items() if value
    ]
    return [*texts, ("audio_sample", "a.flac", (BUNDLED / "leo.flac").read_bytes())]


def test_a_voice_is_kept_judged_spoken_with_and_deleted(server: Serve) -> None:
    kept = server.form("/v1/audio/voices", *voice_form("新声音"))
    assert (kept.status, kept.json["name"]) == (201, "新声音")
    assert kept.json["quality"]["verdict"] in {"ok", "warn"}
    said = {"input": "你好。", "voice": "新声音", "response_format": "pcm"}
    assert server.post("/v1/audio/speech", said).status == 200
    again = server.form("/v1/audio/voices", *voice_form("新声音"))
    assert again.status == 409
    assert server.form("/v1/audio/voices", *voice_form("新声音", replace="true")).status == 201
    path = "/v1/audio/voices/%E6%96%B0%E5%A3%B0%E9%9F%B3"
    assert server.ask(path, "DELETE").json["deleted"] is True
    assert server.ask(path, "DELETE").status == 404
    assert server.post("/v1/audio/speech", said).status == 400


def test_voices_that_come_along_are_not_deleted(server: Serve) -> None:
    assert server.ask("/v1/audio/voices/leo", "DELETE").error["code"] == "not_yours"


@pytest.mark.parametrize(
    ("name", "other", "param"),
    [
        ("../../evil", {}, "name"),
        ("a/b", {}, "name"),
        (".hidden", {}, "name"),
        ("con", {}, "name"),
        ("x" * 300, {}, "name"),
        ("fine", {"consent": ""}, "consent"),
        ("fine", {"consent": "no"}, "consent"),
        ("fine", {"transcript": ""}, "transcript"),
        ("fine", {"colour": "red"}, "colour"),
    ],
)
def test_voices_that_cannot_be_kept(
    name: str, other: dict[str, str], param: str, server: Serve
) -> None:
    answer = server.form("/v1/audio/voices", *voice_form(name, **other))
    assert (answer.status, answer.error["param"]) == (400, param)
    assert not list((server.home / "data").rglob("*evil*"))


def bomb() -> bytes:
    """Ten hours of silence in a small file."""
    data = io.BytesIO()
    with soundfile.SoundFile(data, "w", 48_000, 1, format="FLAC", subtype="PCM_16") as file:
        for _ in range(600):
            file.write(np.zeros(48_000 * 60, np.int16))
    return data.getvalue()


@pytest.mark.parametrize(
    "content", [b"", b"no sound", b"RIFF\xff\xff\xff\xffWAVEfmt " + b"\xff" * 99, bomb()]
)
def test_recordings_that_are_none_or_far_too_long_are_refused(
    content: bytes, server: Serve
) -> None:
    *texts, _ = voice_form("fine")
    before = server.memory()
    answer = server.form(
        "/v1/audio/voices", *texts, ("audio_sample", "../a.wav".strip("./"), content)
    )
    assert answer.status == 400
    assert server.memory() - before < 50e6


def test_a_body_of_a_gigabyte_is_refused_before_it_is_sent(server: Serve) -> None:
    answer = server.ask(
        "/v1/audio/voices", "POST", b"", Content_Length=str(1 << 30),
        Content_Type="multipart/form-data; boundary=x",
    )  # fmt: skip
    assert answer.status == 413


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/v1/audio/speech", "application/json"),
        ("/v1/engine/cast", "application/json"),
        ("/v1/scripts", "multipart/form-data; boundary=x"),
    ],
)
def test_a_body_that_is_not_compressed_as_it_says_is_refused(
    path: str, kind: str, server: Serve
) -> None:
    answer = server.ask(path, "POST", b"no gzip", Content_Type=kind, Content_Encoding="gzip")
    assert (answer.status, answer.error["code"]) == (400, "invalid_body")


# --- scripts


def ended(server: Serve, answer: Answer) -> dict[str, object]:
    assert answer.status == 202, answer.body
    job = answer.json
    end = time.monotonic() + 60
    while job["status"] in {"queued", "running"}:
        assert time.monotonic() < end
        time.sleep(0.1)
        job = server.ask(f"/v1/scripts/{job['id']}").json
    return job


def test_a_script_becomes_its_files(server: Serve) -> None:
    script = SCRIPT.replace("segments: [", "segments: [{sound: a.flac}, ")
    sent = server.form(
        "/v1/scripts",
        ("script", "早安.yaml", script.encode()),
        ("file", "a.flac", (BUNDLED / "leo.flac").read_bytes()),
    )
    job = ended(server, sent)
    assert job["status"] == "done", job
    assert "manifest.json" in job["files"]  # type: ignore[operator]
    manifest = server.ask(f"/v1/scripts/{job['id']}/files/manifest.json")
    assert json.loads(manifest.body)["title"] == "早安"
    (sound,) = (name for name in job["files"] if name.endswith(".mp3"))  # type: ignore[attr-defined]
    heard = server.ask(f"/v1/scripts/{job['id']}/files/%E6%97%A9%E5%AE%89.mp3")
    assert sound == "早安.mp3"
    with av.open(io.BytesIO(heard.body)) as file:
        assert file.duration > 3e6
    events = server.ask(f"/v1/scripts/{job['id']}/events").body.decode()
    assert events.startswith("event: done\n")


def test_rows_of_a_bundled_template_become_announcements(server: Serve) -> None:
    sent = server.form(
        "/v1/scripts",
        ("template", None, b"queue-call"),
        ("rows", "rows.csv", find_template("queue-call").with_suffix(".csv").read_bytes()),
    )
    job = ended(server, sent)
    assert job["status"] == "done", job
    sounds = [name for name in job["files"] if name.endswith((".mp3", ".wav"))]  # type: ignore[attr-defined]
    assert len(sounds) >= 1
    unknown = server.form(
        "/v1/scripts", ("template", None, b"queue-cal"), ("rows", "r.csv", b"id\n1\n")
    )
    assert (unknown.status, unknown.error["param"]) == (400, "template")


def test_a_script_with_mistakes_fails_with_all_of_them(server: Serve) -> None:
    script = SCRIPT.replace("xiaoyu", "nobody").replace("leo", "noone")
    job = ended(server, server.form("/v1/scripts", ("script", "a.yaml", script.encode())))
    assert job["status"] == "failed"
    assert len(job["problems"]) == 2  # type: ignore[arg-type]
    assert str(server.home) not in json.dumps(job)


@pytest.mark.parametrize("name", ["../../../../etc/passwd", "/etc/passwd", "out/../../x"])
def test_a_script_stays_inside_what_came_with_it(name: str, server: Serve) -> None:
    script = SCRIPT.replace("segments: [", f"segments: [{{sound: {name}}}, ")
    job = ended(server, server.form("/v1/scripts", ("script", "a.yaml", script.encode())))
    assert job["status"] == "failed"


@pytest.mark.parametrize(
    "name", ["../x.yaml", "a/b.yaml", "..", "con.yaml", "", "a.x:y", f"a.{'x' * 300}"]
)
def test_names_of_files_that_some_system_cannot_store_are_refused(name: str, server: Serve) -> None:
    answer = server.form("/v1/scripts", ("script", name, SCRIPT.encode()))
    assert answer.status == 400
    assert not list(server.home.rglob("x.yaml"))


@pytest.mark.parametrize("path", ["/../../log", "/%2e%2e/%2e%2e/log", "/..%2f..%2flog"])
def test_only_files_of_the_job_are_sent(path: str, server: Serve) -> None:
    job = ended(server, server.form("/v1/scripts", ("script", "a.yaml", SCRIPT.encode())))
    assert server.ask(f"/v1/scripts/{job['id']}/files{path}").status == 404


def test_a_job_is_cancelled(server: Serve) -> None:
    lines = "".join(f"  - A: 这是第{number}句话，说得很长很长。\n" for number in range(400))
    script = f"glmtts: 1\nvoices: {{A: xiaoyu}}\nsegments:\n{lines}"
    job = server.form("/v1/scripts", ("script", "a.yaml", script.encode()))
    assert server.ask(f"/v1/scripts/{job.json['id']}", "DELETE").status == 200
    assert ended(server, job)["status"] == "cancelled"


# --- the document


def test_the_document_names_every_route(server: Serve) -> None:
    from comfyui_glmtts.serve.routes import _listed

    paths = server.ask("/openapi.json").json["paths"]
    declared = {(method.upper(), path) for path, found in paths.items() for method in found}
    context = type("Context", (), {})()
    served = {
        (method, path.replace(":.+", ""))
        for method, path, _ in _listed(context)
        if path not in {"/", "/assets/{name}"}
    }
    assert declared == served
