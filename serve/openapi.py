"""The routes -> an OpenAPI 3.1 document, in which every answer that can be given is declared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..version import __version__
from .order import FORMATS, KEYS, LONGEST, TYPES
from .speech import MOST_BATCH

_REF = "#/components/schemas/"


def document(voices: Sequence[str], models: Sequence[str]) -> dict[str, Any]:
    """The document of a server with these voices and models."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "GLM-TTS speech server",
            "version": __version__,
            "description": "Speech in Chinese and English, in the shape of OpenAI's API.",
        },
        "security": [{"bearer": []}, {}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(list(voices), list(models)),
        },
    }


def _paths() -> dict[str, Any]:
    audio = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in TYPES.values()}
    events = {"text/event-stream": {"schema": {"type": "object"}}}
    one = [_parameter("id", "[0-9a-f]{16}")]
    return {
        "/v1/audio/speech": {
            "post": _operation(
                "Speak a text", {**audio, **events}, body=_json("Speech"),
                fails=(400, 408, 413, 415, 422, 429, 503),
            )
        },
        "/v1/audio/speech/batch": {
            "post": _operation(
                "Speak several texts", _json("Batch answer"), body=_json("Batch"),
                fails=(400, 408, 413, 415, 429, 503),
            )
        },
        "/v1/audio/voices": {
            "get": _operation("The voices", _json("Voices")),
            "post": _operation(
                "Keep a recording as a voice", _json("Kept voice"), status=201,
                body={"multipart/form-data": {"schema": _named("Upload of a voice")}},
                fails=(400, 408, 409, 413, 415),
            ),
        },
        "/v1/audio/voices/{name}": {
            "delete": _operation(
                "Delete a voice that was added", _json("Deleted"),
                parameters=[_parameter("name", None)], fails=(403, 404),
            )
        },
        "/v1/models": {"get": _operation("The models", _json("Models"))},
        "/v1/models/{model}": {
            "get": _operation(
                "One model", _json("Model"), parameters=[_parameter("model", None)], fails=(404,)
            )
        },
        "/v1/read": {
            "post": _operation(
                "How a text is read", _json("Reading"), body=_json("Text"),
                fails=(400, 408, 413, 415, 429),
            )
        },
        "/v1/engine": {"get": _operation("The engine, for other machines of ours", _any())},
        "/v1/engine/voices/{digest}": {
            "put": _operation(
                "A voice, by its digest", _any(), status=201,
                parameters=[_parameter("digest", "[0-9a-f]{64}")],
                body={"application/octet-stream": {}}, fails=(400, 408, 413),
            )
        },
        "/v1/engine/cast": {
            "post": _operation(
                "Who speaks for voices", _any(), body=_any(), fails=(400, 408, 409, 413)
            )
        },
        "/v1/engine/speech": {
            "post": _operation(
                "Speak lines; frames of outcomes", {"application/octet-stream": {}}, body=_any(),
                fails=(400, 408, 409, 413, 429),
            )
        },
        "/v1/scripts": {
            "post": _operation(
                "Render a script with its files", _json("Job"), status=202,
                body={"multipart/form-data": {"schema": _named("Upload of a script")}},
                fails=(400, 408, 413, 415, 429),
            )
        },
        "/v1/scripts/{id}": {
            "get": _operation("How far a job is", _json("Job"), parameters=one, fails=(404,)),
            "delete": _operation("Cancel a job", _json("Job"), parameters=one, fails=(404,)),
        },
        "/v1/scripts/{id}/events": {
            "get": _operation("A job as it changes", events, parameters=one, fails=(404,))
        },
        "/v1/scripts/{id}/files/{name}": {
            "get": _operation(
                "A finished file", {"*/*": {}},
                parameters=[*one, _parameter("name", None)], fails=(404,),
            )
        },
        "/health": {"get": _operation("Whether it speaks", {"text/plain": {}})},
        "/metrics": {"get": _operation("Numbers for Prometheus", {"text/plain": {}})},
        "/openapi.json": {"get": _operation("This document", {"application/json": {}})},
    }  # fmt: skip


def _operation(
    summary: str,
    content: dict[str, Any],
    *,
    status: int = 200,
    body: dict[str, Any] | None = None,
    parameters: list[dict[str, Any]] | None = None,
    fails: tuple[int, ...] = (),
) -> dict[str, Any]:
    answers = {str(code): _failure(code) for code in (401, 403, 404, 405, *fails)}
    answers[str(status)] = {"description": "Done", "content": content}
    made: dict[str, Any] = {"summary": summary, "responses": answers}
    if body:
        made["requestBody"] = {"required": True, "content": body}
    if parameters:
        made["parameters"] = parameters
    return made


def _failure(code: int) -> dict[str, Any]:
    told: dict[str, Any] = {"description": "Not done", "content": _json("Error")}
    if code in {429, 503}:
        told["headers"] = {"Retry-After": {"schema": {"type": "string"}}}
    return told


def _parameter(name: str, pattern: str | None) -> dict[str, Any]:
    schema = {"type": "string", **({"pattern": f"^{pattern}$"} if pattern else {"minLength": 1})}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _named(name: str) -> dict[str, str]:
    return {"$ref": _REF + name.replace(" ", "")}


def _json(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": _named(name)}}


def _any() -> dict[str, Any]:
    return {"application/json": {"schema": {"type": "object"}}}


def _object(required: Sequence[str] = (), **fields: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": fields}


_TEXT = {"type": "string"}
_WORDS = {"type": "string", "minLength": 1, "maxLength": LONGEST}
_LIST = {"type": "array", "items": {"type": "object"}}


def _speech(voices: list[str], models: list[str]) -> dict[str, Any]:
    voice = {"type": "string", "enum": voices}
    fields = {
        "input": _WORDS,
        "model": {"type": "string", "enum": models},
        "voice": {"anyOf": [voice, {**_object(["id"], id=voice), "additionalProperties": False}]},
        "instructions": {"type": "string", "enum": voices, "description": "An emotion's name"},
        "response_format": {"type": "string", "enum": list(FORMATS), "default": "mp3"},
        "speed": {"type": "number", "minimum": 0.25, "maximum": 4, "default": 1},
        "stream_format": {
            "enum": ["audio", "sse"],
            "description": "Given: sound as it is made. Left out: the whole take.",
        },
        "language": {"enum": ["zh", "en"]},
        "seed": {"type": "integer", "minimum": 0, "maximum": 2**64 - 1, "default": 0},
    }
    assert tuple(fields) == KEYS
    return {**_object(["input", "voice"], **fields), "additionalProperties": False}


def _schemas(voices: list[str], models: list[str]) -> dict[str, Any]:
    speech = _speech(voices, models)
    file = {"type": "string", "format": "binary"}
    return {
        "Speech": speech,
        "Batch": {
            **_object(
                ["items"],
                items={
                    "type": "array", "minItems": 1, "maxItems": MOST_BATCH,
                    "items": {"type": "object", "properties": speech["properties"]},
                },
                **speech["properties"],
            ),
            "additionalProperties": False,
        },
        "Batchanswer": _object(
            ["results", "succeeded", "failed"],
            results=_LIST, succeeded={"type": "integer"}, failed={"type": "integer"},
        ),
        "Voices": _object(["voices"], voices=_LIST),
        "Keptvoice": _object(["id", "quality"], id=_TEXT, quality={"type": "object"}),
        "Uploadofavoice": _object(
            ["name", "audio_sample", "transcript", "consent"],
            name=_TEXT, audio_sample=file, transcript=_TEXT, consent=_TEXT,
            replace={"enum": ["true", "false"]},
        ),
        "Deleted": _object(["id", "deleted"], id=_TEXT, deleted={"type": "boolean"}),
        "Models": _object(["object", "data"], object=_TEXT, data=_LIST),
        "Model": _object(["id", "object"], id=_TEXT, object=_TEXT),
        "Text": {
            **_object(["input"], input=_WORDS, language={"enum": ["zh", "en"]}),
            "additionalProperties": False,
        },
        "Reading": _object(
            ["text", "spoken", "characters"], text=_TEXT, spoken=_TEXT, characters=_LIST,
            breaks=_LIST, findings=_LIST,
        ),
        "Uploadofascript": _object(
            script=file, template=_TEXT, rows=file, file={"type": "array", "items": file}
        ),
        "Job": _object(
            ["id", "status", "progress", "problems", "files"],
            id=_TEXT, object=_TEXT, created_at={"type": "integer"}, status=_TEXT,
            progress={"type": "object"}, problems={"type": "array", "items": _TEXT},
            files={"type": "array", "items": _TEXT},
        ),
        "Error": _object(
            ["error"],
            error=_object(
                ["message", "type", "param", "code"], message=_TEXT, type=_TEXT,
                param={"type": ["string", "null"]}, code={"type": ["string", "null"]},
            ),
        ),
    }  # fmt: skip
