"""Whose voice it is, and that they agreed: kept beside the recording, shown, and required."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml
from comfyui_glmtts.glmtts_runtime.voices.consent import Consent, described
from comfyui_glmtts.glmtts_runtime.voices.library import BUNDLED, VoiceLibrary
from comfyui_glmtts.glmtts_runtime.voices.sidecar import read_sidecar
from comfyui_glmtts.mistakes import InputError

Glmtts = Callable[..., subprocess.CompletedProcess[str]]
RECORDING = BUNDLED / "leo.flac"
WORDS = (BUNDLED / "leo.txt").read_text("utf-8").strip()
GIVEN = ("--consent", "王小明", "--agreed", "2026-11-01", "--for", "a podcast")
PAST = ("--consent", "王", "--agreed", "2019-01-01", "--for", "x", "--until", "2020-01-01")
SCRIPT = """\
glmtts: 1
consent: required
voices:
  A: xiaoyu
  B: ming
segments:
- A: 你好。
- B: 你好。
"""


def added(glmtts: Glmtts, *options: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    return glmtts(
        "voices", "add", "ming", str(RECORDING), "--text", WORDS, "--replace", *options, code=code
    )


def listed(glmtts: Glmtts) -> dict[str, tuple[object, bool]]:
    voices = json.loads(glmtts("voices", "list", "--json").stdout)["voices"]
    return {voice["name"]: (voice["consent"], voice["expired"]) for voice in voices}


def test_a_voice_carries_who_agreed_and_the_list_shows_what_is_missing(glmtts: Glmtts) -> None:
    added(glmtts)
    assert listed(glmtts)["ming"] == (None, False)
    assert "missing" in glmtts("voices", "list").stdout
    added(glmtts, *GIVEN, "--until", "2020-01-01", code=2)
    added(glmtts, "--consent", "王小明", "--agreed", "2019-01-01", "--for", "a podcast",
          "--until", "2020-01-01")  # fmt: skip
    given = {"person": "王小明", "agreed": "2019-01-01", "for": "a podcast", "until": "2020-01-01"}
    assert listed(glmtts)["ming"] == (given, True)
    assert "expired 2020-01-01" in glmtts("voices", "list").stdout
    added(glmtts, *GIVEN)
    assert listed(glmtts)["ming"] == (
        {"person": "王小明", "agreed": "2026-11-01", "for": "a podcast"},
        False,
    )
    added(glmtts, "--consent", "synthetic")
    assert listed(glmtts)["ming"] == ("synthetic", False)
    added(glmtts)
    assert listed(glmtts)["ming"] == (None, False)


def test_bundled_voices_are_nobodys() -> None:
    library = VoiceLibrary([], user=Path("nowhere"))
    assert {name: library.get(name).consent for name in library.names()} == dict.fromkeys(
        library.names(), Consent()
    )


def test_a_script_that_requires_it_names_the_speaker_without(
    glmtts: Glmtts, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(SCRIPT, encoding="utf-8")
    added(glmtts)
    told = glmtts("render", "a.yaml", code=2).stderr
    assert "a.yaml:5:6: Nobody has agreed to the voice" in told
    added(
        glmtts, "--consent", "王", "--agreed", "2019-01-01", "--for", "x", "--until", "2020-01-01"
    )
    told = glmtts("render", "a.yaml", code=2).stderr
    assert 'a.yaml:5:6: The consent to the voice "ming" ended on 2020-01-01.' in told
    added(glmtts, *GIVEN)
    glmtts("render", "a.yaml", "-o", "out")
    (log,) = (tmp_path / "home").rglob("made-*.jsonl")
    line = json.loads(log.read_text("utf-8").splitlines()[0])
    assert line["voices"]["B"]["consent"]["person"] == "王小明"


def test_a_recording_that_a_script_names_has_its_consent_beside_it(
    glmtts: Glmtts, tmp_path: Path
) -> None:
    (tmp_path / "me.flac").write_bytes(RECORDING.read_bytes())
    voice = f"{{reference: me.flac, transcript: '{WORDS}'}}"
    (tmp_path / "a.yaml").write_text(SCRIPT.replace("ming", voice), encoding="utf-8")
    assert "a.yaml:5:3: Nobody" in glmtts("render", "a.yaml", code=2).stderr
    (tmp_path / "me.yaml").write_text("consent: synthetic\n")
    glmtts("render", "a.yaml", "-o", "out")


WRONG = [
    ("consent: yes\n", "This is no consent."),
    ("consent: [a]\n", "This is no consent."),
    ("consent: {person: A}\n", 'The consent does not say "agreed".'),
    ("consent: {agreed: 2026-01-01, for: x}\n", 'The consent does not say "person".'),
    ("consent: {person: A, agreed: 2026-01-01}\n", 'The consent does not say "for".'),
    ("consent: {person: A, agreed: 2026, for: x}\n", '"2026" is no day.'),
    ("consent: {person: A, agreed: soon, for: x}\n", '"soon" is not a date.'),
    ("consent: {person: A, agreed: 2026-02-30, for: x}\n", '"2026-02-30" is not a date.'),
    ("consent: {person: A, agreed: 2026-01-02, for: x, until: 2026-01-01}\n", "ends before"),
    ("consent: {person: A, agreed: 2026-01-02, for: x, unitl: 2027-01-01}\n", 'key "unitl"'),
]


@pytest.mark.parametrize(("written", "told"), WRONG)
def test_a_wrong_consent_is_told_with_its_place(written: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_sidecar(path)
    assert any(told in mistake.what for mistake in caught.value.mistakes)
    assert caught.value.mistakes[0].place.line == 1


OPTIONS = [
    (("--consent", "A"), "--consent: The consent does not say"),
    (("--agreed", "2026-01-01"), 'does not say "person"'),
    (("--consent", "A", "--agreed", "1.1.", "--for", "x"), '--agreed: "1.1." is not a date'),
]


@pytest.mark.parametrize(("given", "told"), OPTIONS)
def test_wrong_options_are_told_by_name(given: tuple[str, ...], told: str, glmtts: Glmtts) -> None:
    assert told in added(glmtts, *given, code=2).stderr


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    consent = Consent(person="Ann", agreed="2026-01-01", purpose="all", until="2027-01-01")
    path = tmp_path / "a.yaml"
    path.write_text(yaml.safe_dump({"consent": consent.entry()}), encoding="utf-8")
    assert read_sidecar(path).consent == consent
    assert described(consent, date(2027, 1, 1)) == "Ann until 2027-01-01"
    assert described(consent, date(2027, 1, 2)) == "expired 2027-01-01"
