"""The official `openai` client against the server: what programs written for OpenAI do."""

from __future__ import annotations

import asyncio
import io

import av
import openai
import pytest
from serve_command import Serve

TEXT = "Good morning, everyone."


@pytest.fixture
def client(server: Serve) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0)


@pytest.mark.parametrize("format", ["mp3", "opus", "aac", "flac", "wav", "pcm"])
def test_speech_is_created_in_every_format(format: str, client: openai.OpenAI) -> None:
    answer = client.audio.speech.create(
        model="tts-1",
        voice="leo",
        input=TEXT,
        response_format=format,  # type: ignore[arg-type]
        speed=1.25,
    )
    if format == "pcm":
        assert len(answer.content) > 24_000
        return
    with av.open(io.BytesIO(answer.content)) as file:
        assert sum(frame.samples for frame in file.decode(audio=0)) > 12_000


def test_speech_streams_while_it_is_made(client: openai.OpenAI) -> None:
    with client.audio.speech.with_streaming_response.create(
        model="gpt-4o-mini-tts", voice="leo", input=TEXT, stream_format="audio"
    ) as answer:
        parts = list(answer.iter_bytes(1024))
    assert len(parts) > 2
    whole = client.audio.speech.create(model="tts-1", voice="leo", input=TEXT)
    assert b"".join(parts) == whole.content


def test_many_ask_at_once(server: Serve) -> None:
    async def ask() -> list[bytes]:
        async with openai.AsyncOpenAI(base_url=f"{server.url}/v1", api_key="none") as client:
            answers = await asyncio.gather(
                *(
                    client.audio.speech.create(
                        model="tts-1", voice="leo", input=f"{TEXT} {number % 4}"
                    )
                    for number in range(16)
                )
            )
            return [answer.content for answer in answers]

    found = asyncio.run(ask())
    assert [found.index(sound) for sound in found] == [0, 1, 2, 3] * 4


def test_mistakes_are_raised_as_openais(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as told:
        client.audio.speech.create(model="tts-1", voice="nobody", input=TEXT)
    assert told.value.param == "voice"
    assert told.value.type == "invalid_request_error"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("whisper")


def test_models_are_listed(client: openai.OpenAI) -> None:
    assert "preview" in [model.id for model in client.models.list()]
