"""Voices are found in the layouts people have, added whole or not at all, and removed."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pytest
import soundfile
from comfyui_glmtts.audio.recording import decode
from comfyui_glmtts.glmtts_runtime.voices.library import (
    BUNDLED,
    DEFAULT,
    VoiceLibrary,
    voice_from,
)
from comfyui_glmtts.glmtts_runtime.voices.quality import Verdict, check
from comfyui_glmtts.mistakes import InputError, Place

RATE = 24_000
TONE = (0.3 * np.sin(2 * np.pi * 200 * np.arange(5 * RATE) / RATE)).astype("f4")


def put(folder: Path, name: str, samples: np.ndarray = TONE, rate: int = RATE) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    soundfile.write(folder / name, samples, rate)
    return folder / name


@pytest.fixture
def library(tmp_path: Path) -> VoiceLibrary:
    """One given folder, the user's own and a bundled one."""
    for origin in ("given", "bundled"):
        put(tmp_path / origin, "shared.wav")
        (tmp_path / origin / "shared.txt").write_text(origin, encoding="utf-8")
    return VoiceLibrary([tmp_path / "given"], user=tmp_path / "user", bundled=tmp_path / "bundled")


@pytest.mark.parametrize(
    ("audio", "transcript", "name"),
    [
        ("amy.wav", "amy.txt", "amy"),
        ("amy.wav", "amy.reference.txt", "amy"),
        ("amy.FLAC", "amy.txt", "amy"),
        ("amy.mp3", "amy.txt", "amy"),
        ("amy.ogg", "amy.txt", "amy"),
        ("小雨.wav", "小雨.txt", "小雨"),
        ("v1.2.wav", "v1.2.txt", "v1.2"),
        ("amy/reference.wav", "amy/reference.txt", "amy"),
        (unicodedata.normalize("NFD", "zoë.wav"), unicodedata.normalize("NFD", "zoë.txt"), "zoë"),
    ],
)
def test_the_layouts_of_other_packs_are_read_as_they_are(
    audio: str, transcript: str, name: str, tmp_path: Path
) -> None:
    path = tmp_path / audio
    put(path.parent, path.name)
    (tmp_path / transcript).write_text("\ufeff 你好，\n world \n", encoding="utf-8")
    voice = VoiceLibrary([tmp_path], user=tmp_path / "u", bundled=tmp_path / "b").get(name)
    assert (voice.name, voice.transcript) == (name, "你好， world")
    assert voice.reference.rate == RATE
    assert voice.reference.seconds == pytest.approx(5, abs=0.1)


def test_a_reference_transcript_wins_over_other_words_beside_it(tmp_path: Path) -> None:
    put(tmp_path, "amy.wav")
    (tmp_path / "amy.txt").write_text("about amy", encoding="utf-8")
    (tmp_path / "amy.reference.txt").write_text("what she says", encoding="utf-8")
    assert VoiceLibrary([tmp_path]).get("amy").transcript == "what she says"


def test_the_first_folder_with_a_name_has_it(library: VoiceLibrary) -> None:
    assert library.names() == ["shared"]
    assert library.get("shared").transcript == "given"


def test_given_folders_come_before_the_users_and_those_before_the_bundled(
    library: VoiceLibrary, tmp_path: Path
) -> None:
    for folder, name in (("bundled", "a"), ("user", "b"), ("given", "z"), ("given", "c")):
        put(tmp_path / folder, f"{name}.wav")
    assert library.names() == ["c", "shared", "z", "b", "a"]


def test_an_unknown_voice_is_told_with_the_nearest_name(library: VoiceLibrary) -> None:
    with pytest.raises(InputError, match='Did you mean "shared"') as caught:
        library.get("shred", place=Place("script.yaml", 4, 9))
    assert str(caught.value.mistakes[0].place) == "script.yaml:4:9"


@pytest.mark.parametrize(
    ("transcript", "what"),
    [
        (None, "has no transcript"),
        (b"", "has no transcript"),
        ("你好".encode("gbk"), "is not UTF-8 text"),
        (b"x" * 20_000, "too long"),
    ],
)
def test_a_voice_without_usable_words_is_a_mistake(
    transcript: bytes | None, what: str, tmp_path: Path
) -> None:
    put(tmp_path, "amy.wav")
    if transcript is not None:
        (tmp_path / "amy.txt").write_bytes(transcript)
    with pytest.raises(InputError, match=what) as caught:
        VoiceLibrary([tmp_path]).get("amy")
    assert caught.value.mistakes[0].remedy


def test_a_recording_becomes_one_channel_of_16_khz_at_least(tmp_path: Path) -> None:
    stereo = np.stack([TONE, np.zeros_like(TONE)], axis=1)
    assert voice_from(put(tmp_path, "a.wav", stereo), "x", "a").reference.rate == RATE
    low = voice_from(put(tmp_path, "b.wav", TONE, 8000), "x", "b").reference
    assert (low.rate, len(low.samples)) == (16_000, 2 * len(TONE))


def test_a_recording_longer_than_a_minute_is_a_mistake(tmp_path: Path) -> None:
    path = put(tmp_path, "long.wav", np.tile(TONE, 13))
    with pytest.raises(InputError, match="longer than 60 seconds"):
        voice_from(path, "x", "long", place=Place("script.yaml", 2))


def test_an_added_voice_is_kept_whole(library: VoiceLibrary, tmp_path: Path) -> None:
    audio = put(tmp_path / "in", "take 3.wav", np.stack([TONE, TONE], axis=1))
    entry = library.add("小雨", audio, " 你好，\n世界 ")
    assert sorted(path.name for path in library.user.iterdir()) == ["小雨.flac", "小雨.txt"]
    voice = library.get("小雨")
    assert (entry.folder, voice.transcript) == (library.user, "你好， 世界")
    np.testing.assert_allclose(voice.reference.samples, TONE, atol=1e-4)


def test_a_voice_is_replaced_only_when_told(library: VoiceLibrary, tmp_path: Path) -> None:
    put(library.user / "amy", "reference.wav")
    (library.user / "amy" / "reference.txt").write_text("old", encoding="utf-8")
    audio = put(tmp_path / "in", "new.wav", 0.5 * TONE)
    for name in ("amy", "AMY"):
        with pytest.raises(InputError, match='There is a voice "amy" already'):
            library.add(name, audio, "new")
    assert library.get("amy").transcript == "old"
    library.add("amy", audio, "new", replace=True)
    assert library.get("amy").transcript == "new"
    assert sorted(path.name for path in library.user.iterdir()) == ["amy.flac", "amy.txt"]


def test_a_decoded_voice_is_kept_under_any_name(library: VoiceLibrary, tmp_path: Path) -> None:
    voice = voice_from(put(tmp_path, "amy.wav"), "hello", "amy")
    library.keep(voice, "zoë")
    kept = library.get("zoë")
    assert kept.transcript == "hello"
    assert np.allclose(kept.reference.samples, voice.reference.samples, atol=1e-6)
    with pytest.raises(InputError, match="zoë"):
        library.keep(voice, "Zoë")
    library.keep(voice, "Zoë", replace=True)
    assert [name for name in library.names() if name.lower() == "zoë"] == ["Zoë"]


def test_whoever_asks_for_none_gets_the_default_voice_not_the_first(tmp_path: Path) -> None:
    put(tmp_path, "aaa.wav")
    library = VoiceLibrary([tmp_path], user=tmp_path / "none")
    assert library.names()[0] == "aaa"
    assert library.default().name == DEFAULT
    assert library.turns() == [DEFAULT, *(name for name in library.names() if name != DEFAULT)]


def test_a_library_without_the_default_voice_gives_another(
    library: VoiceLibrary, tmp_path: Path
) -> None:
    assert library.default().name == "shared"
    empty = VoiceLibrary([], user=tmp_path / "none", bundled=tmp_path / "none")
    with pytest.raises(InputError, match="Add one"):
        empty.default()


@pytest.mark.parametrize(
    "name", ["", "../evil", "a/b", "con", ".hidden", "x" * 300, "dot.", "a\\b"]
)
def test_a_name_no_system_can_store_is_a_mistake(
    name: str, library: VoiceLibrary, tmp_path: Path
) -> None:
    audio = put(tmp_path / "in", "a.wav")
    with pytest.raises(InputError):
        library.add(name, audio, "words")
    assert not library.user.exists()


@pytest.mark.parametrize(
    ("audio", "words"), [("absent.wav", "words"), ("text.wav", "words"), ("good.wav", "  ")]
)
def test_what_cannot_be_a_voice_leaves_nothing_behind(
    audio: str, words: str, library: VoiceLibrary, tmp_path: Path
) -> None:
    put(tmp_path, "good.wav")
    (tmp_path / "text.wav").write_text("not sound")
    with pytest.raises(InputError):
        library.add("amy", tmp_path / audio, words)
    assert not library.user.exists()


def test_only_ones_own_voices_are_removed(library: VoiceLibrary, tmp_path: Path) -> None:
    library.add("amy", put(tmp_path / "in", "a.wav"), "words")
    library.remove("amy")
    assert list(library.user.iterdir()) == []
    with pytest.raises(InputError, match="is not your own"):
        library.remove("shared")
    with pytest.raises(InputError, match="There is no voice"):
        library.remove("amy")
    assert library.names() == ["shared"]


def test_a_voice_in_a_folder_of_its_own_is_removed_with_the_folder(library: VoiceLibrary) -> None:
    put(library.user / "amy", "reference.wav")
    (library.user / "amy" / "reference.txt").write_text("words", encoding="utf-8")
    library.remove("amy")
    assert list(library.user.iterdir()) == []


@pytest.mark.parametrize("name", ["aming", "grace", "jiayi", "laochen", "leo", "xiaoyu"])
def test_a_bundled_voice_is_small_and_a_good_reference(name: str) -> None:
    entry = VoiceLibrary([], user=Path("nowhere")).find(name)
    recording = decode(entry.audio)
    assert entry.audio.stat().st_size < 300_000
    assert (recording.rate, len(recording.samples)) == (RATE, 1)
    assert 5 <= recording.seconds <= 8
    words = VoiceLibrary([], user=Path("nowhere")).get(name).transcript
    assert check(recording, words).verdict is Verdict.OK
    assert VoiceLibrary([], user=Path("nowhere")).get(name).speakers, "Kokoro speaks for it"


def test_the_bundled_voices_tell_their_licence() -> None:
    assert "Apache-2.0" in (BUNDLED / "LICENSE.md").read_text(encoding="utf-8")
