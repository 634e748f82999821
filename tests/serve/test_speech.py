"""`/v1/audio/speech`: what is asked for, what sounds, what is refused and in which words."""

from __future__ import annotations

import base64
import io
import json
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import av
import numpy as np
import pytest
from http_ask import Answer
from label_readers import by_ffprobe
from serve_command import Serve

SAID = {"model": "tts-1", "input": "早上好，今天是星期一。", "voice": "xiaoyu"}


def speak(server: Serve, **more: object) -> Answer:
    return server.post("/v1/audio/speech", {**SAID, **more})


def seconds(data: bytes) -> float:
    """As FFmpeg decodes it."""
    with av.open(io.BytesIO(data)) as file:
        return sum(frame.samples / frame.sample_rate for frame in file.decode(audio=0))


def pcm(server: Serve, **more: object) -> bytes:
    answer = speak(server, response_format="pcm", **more)
    assert answer.status == 200, answer.body
    return answer.body


@pytest.mark.parametrize(
    ("format", "kind", "more"),
    [
        ("mp3", "audio/mpeg", 0.1),
        ("opus", "audio/ogg", 0.05),
        ("aac", "audio/aac", 0.12),
        ("flac", "audio/flac", 0.0),
        ("wav", "audio/wav", 0.0),
    ],
)
@pytest.mark.parametrize("stream", [None, "audio"])
def test_every_format_lasts_what_the_samples_last(
    format: str, kind: str, more: float, stream: str | None, server: Serve
) -> None:
    how = {"stream_format": stream} if stream else {}
    answer = speak(server, response_format=format, **how)
    assert (answer.status, answer.headers["Content-Type"]) == (200, kind)
    lasts = len(pcm(server)) / 2 / 24_000
    # Encoders put silence around it, a packet or two.
    assert lasts - 0.001 <= seconds(answer.body) <= lasts + more + 0.001
    assert ("Content-Length" in answer.headers) == (stream is None)


@pytest.mark.parametrize("format", ["mp3", "opus", "flac", "aac", "wav"])
@pytest.mark.parametrize("stream", [None, "audio"])
def test_every_answer_says_that_it_is_synthetic(
    format: str, stream: str | None, server: Serve, tmp_path: Path
) -> None:
    how = {"stream_format": stream} if stream else {}
    path = tmp_path / f"a.{format}"
    path.write_bytes(speak(server, response_format=format, **how).body)
    if format == "wav":  # a chunk that FFmpeg does not look at, before the sound
        data = path.read_bytes()
        at = data.index(b"AIGC")
        assert at < data.index(b"data")
        label = data[at + 8 : at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")].decode()
    else:
        label = by_ffprobe(path)["AIGC"]
    assert json.loads(label)["Label"] == "1"
    assert len(json.loads(label)["ProduceID"]) == 32


def test_without_a_format_it_is_mp3(server: Serve) -> None:
    assert speak(server).headers["Content-Type"] == "audio/mpeg"


def test_the_same_text_and_seed_are_the_same_bytes(server: Serve) -> None:
    assert speak(server, seed=7).body == speak(server, seed=7).body
    assert pcm(server, seed=7, stream_format="audio") == pcm(server, seed=7)


def test_speed_shortens_the_line(server: Serve) -> None:
    slow, usual, fast = (len(pcm(server, speed=speed)) for speed in (0.5, 1, 2.0))
    assert slow > 1.6 * usual > 2.5 * fast


def test_a_voice_may_be_an_object(server: Serve) -> None:
    assert pcm(server, voice={"id": "xiaoyu"}) == pcm(server)


def test_instructions_name_an_emotion(server: Serve) -> None:
    assert pcm(server, instructions="Leo") != pcm(server)


def test_events_hold_the_same_sound(server: Serve) -> None:
    answer = speak(server, response_format="mp3", stream_format="sse")
    assert answer.headers["Content-Type"] == "text/event-stream"
    data = [line[6:] for line in answer.body.decode().split("\n") if line.startswith("data: ")]
    assert data.pop() == "[DONE]"
    *deltas, done = map(json.loads, data)
    assert {event["type"] for event in deltas} == {"speech.audio.delta"}
    assert done["type"] == "speech.audio.done"
    assert set(done["usage"]) == {"input_tokens", "output_tokens", "total_tokens"}
    sound = b"".join(base64.b64decode(event["audio"]) for event in deltas)
    assert sound == speak(server, response_format="mp3", stream_format="audio").body


@pytest.mark.parametrize(
    ("more", "param", "said"),
    [
        ({"input": ""}, "input", "Nothing is written here"),
        ({"input": None}, "input", "`input` is missing"),
        ({"input": "……"}, "input", "nothing to say"),
        ({"input": "字" * 4097}, "input", "longer than 4096"),
        ({"input": "{行|xxx}"}, "input", "xxx"),
        ({"voice": "xiaoyi"}, "voice", 'Did you mean "xiaoyu"?'),
        ({"voice": {"name": "leo"}}, "voice", "Unknown key"),
        ({"voice": ["leo"]}, "voice", "A voice is a name"),
        ({"voice": "../../etc/passwd"}, "voice", "There is no voice"),
        ({"model": "whisper-1"}, "model", "not one of the choices"),
        ({"response_format": "ogg"}, "response_format", "not one of the choices"),
        ({"speed": 9}, "speed", "Choose from 0.25 to 4"),
        ({"speed": "fast"}, "speed", "no number"),
        ({"seed": -1}, "seed", "out of range"),
        ({"stream_format": "mp3"}, "stream_format", "not one of the choices"),
        ({"instructions": "Speak gladly"}, "instructions", "There are: aming, grace"),
        ({"sped": 1}, "sped", 'Did you mean "speed"?'),
    ],
)
def test_a_mistake_is_answered_with_its_field_and_a_remedy(
    more: dict[str, object], param: str, said: str, server: Serve
) -> None:
    answer = speak(server, **more)
    assert answer.status == 400
    assert answer.error["type"] == "invalid_request_error"
    assert answer.error["param"] == param
    assert said in answer.error["message"]


def test_all_mistakes_are_answered_at_once(server: Serve) -> None:
    message = speak(server, voice="nobody", speed=0).error["message"]
    assert "voice:" in message
    assert "speed:" in message


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b'{"input": "a", "input": "b"}', "application/json", 400),
        (b"[" * 5000, "application/json", 400),
        (b'{"speed": NaN, "input": "a", "voice": "leo"}', "application/json", 400),
        (b"input=a", "application/x-www-form-urlencoded", 415),
        (b" " * (2 << 20), "application/json", 413),
    ],
)
def test_what_is_no_request_is_told_so(body: bytes, kind: str, status: int, server: Serve) -> None:
    answer = server.ask("/v1/audio/speech", "POST", body, Content_Type=kind)
    assert answer.status == status
    assert answer.error["message"]


def test_a_batch_answers_each_item_by_itself(server: Serve) -> None:
    items = [
        {"input": "早上好，今天是星期一。"},
        {"input": "hi", "voice": "x"},
        {"input": "Hello."},
    ]
    answer = server.post(
        "/v1/audio/speech/batch", {"voice": "xiaoyu", "response_format": "pcm", "items": items}
    )
    assert (answer.json["succeeded"], answer.json["failed"]) == (2, 1)
    first, second, _ = answer.json["results"]
    assert base64.b64decode(first["audio_data"]) == pcm(server)
    assert second["error"]["param"] == "items[1].voice"


@pytest.mark.parametrize("items", [None, [], "hello", [{}] * 33])
def test_a_batch_holds_1_to_32_items(items: object, server: Serve) -> None:
    answer = server.post("/v1/audio/speech/batch", {"voice": "leo", "items": items})
    assert (answer.status, answer.error["param"]) == (400, "items")


def test_whoever_goes_away_cancels_the_line(server: Serve) -> None:
    address = urlsplit(server.url)
    body = json.dumps({**SAID, "input": "这是一段很长的话。" * 400}).encode()
    head = f"POST /v1/audio/speech HTTP/1.1\r\nHost: {address.netloc}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    for _ in range(2):
        with socket.create_connection((address.hostname, address.port)) as client:
            client.sendall(head.encode() + body)
            while "\nglmtts_serve_lines_speaking 0\n" in server.ask("/metrics").body.decode():
                time.sleep(0.02)
    began = time.monotonic()
    while "\nglmtts_serve_lines_speaking 0\n" not in server.ask("/metrics").body.decode():
        assert time.monotonic() - began < 10
        time.sleep(0.1)
    assert "\nglmtts_serve_gone_total 2\n" in server.ask("/metrics").body.decode()


def test_what_is_heard_is_speech_and_not_silence(server: Serve) -> None:
    samples = np.frombuffer(pcm(server), "<i2")
    assert np.abs(samples).max() > 3000
