"""Which of Kokoro's speakers speaks for which voice."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import CastingEngine, SpeechRequest
from comfyui_glmtts.glmtts_runtime.kokoro.casting import cast, nearest
from comfyui_glmtts.glmtts_runtime.kokoro.engine import KokoroEngine
from comfyui_glmtts.glmtts_runtime.kokoro.speakers import SPEAKERS, blend, style, table
from comfyui_glmtts.glmtts_runtime.preview.engine import PreviewEngine
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.glmtts_runtime.voices.prosody import Prosody, prosody
from comfyui_glmtts.glmtts_runtime.voices.voice import Voice
from comfyui_glmtts.mistakes import InputError

Ask = Callable[..., SpeechRequest]


def test_fourteen_speakers_come_along_with_a_style_for_every_length() -> None:
    assert len(SPEAKERS) == 14
    assert sum(speaker.language == "zh" for speaker in SPEAKERS.values()) == 8
    for name in SPEAKERS:
        assert table(name).shape == (510, 256)
        assert np.isfinite(table(name)).all()


def test_a_mixture_lies_between_its_speakers_whatever_their_order_and_sum() -> None:
    mixture = blend({"zf_xiaoni": 2.0, "zf_xiaoxiao": 6.0})
    assert mixture == blend({"zf_xiaoxiao": 0.75, "zf_xiaoni": 0.25})
    expected = 0.75 * table("zf_xiaoxiao")[9] + 0.25 * table("zf_xiaoni")[9]
    assert np.allclose(style(mixture, 10), expected, atol=1e-6)


@pytest.mark.parametrize(
    "weights",
    [{}, {"af_heart": 0.0}, {"af_heart": -1.0, "af_bella": 2.0}, {"af_heart": float("nan")}],
)
def test_weights_that_cannot_be_mixed_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="weights are numbers above 0"):
        blend(weights)


def test_a_speaker_that_does_not_exist_is_told_with_the_nearest(engine: KokoroEngine) -> None:
    voice = Voice("anna", Wave(np.zeros(9, np.float32), 24_000), "", "d", (("af_hart", 1.0),))
    with pytest.raises(InputError, match=r'anna: Kokoro has no speaker "af_hart".*"af_heart"'):
        engine.cast([voice])


def test_what_a_voice_file_says_of_its_speakers_is_taken(
    engine: KokoroEngine, tmp_path: Path
) -> None:
    base = VoiceLibrary([]).find("xiaoyu")
    for name, told in (
        ("one", "kokoro: zm_yunxi\n"),
        ("two", "kokoro: {zf_xiaoni: 1, zf_xiaoxiao: 3}\n"),
        ("none", None),
    ):
        shutil.copy(base.audio, tmp_path / f"{name}.flac")
        (tmp_path / f"{name}.txt").write_text(f"{name}。", encoding="utf-8")
        if told:
            (tmp_path / f"{name}.yaml").write_text(told, encoding="utf-8")
    library = VoiceLibrary([tmp_path])
    one, two, none = engine.cast([library.get(name) for name in ("one", "two", "none")])
    assert one.speakers == (("zm_yunxi", 1.0),)
    assert two.speakers == (("zf_xiaoxiao", 0.75), ("zf_xiaoni", 0.25))
    assert len(none.speakers) == 1
    (tmp_path / "one.yaml").write_text("kokoro: {zm_yunxi: loud}\nspeaker: x\n", encoding="utf-8")
    with pytest.raises(InputError, match=r'one\.yaml:1:20: "loud" is no weight(.|\n)*Unknown key'):
        library.get("one")


def heard(engine: KokoroEngine, ask: object, name: str) -> Voice:
    """A reference spoken by one of Kokoro's own."""
    chinese = SPEAKERS[name].language == "zh"
    text = "飞机因为大雾推迟了两个小时才起飞。" if chinese else "The meeting was moved to Thursday."
    who = Voice("x", Wave(np.zeros(9, np.float32), 24_000), "", name, ((name, 1.0),))
    [outcome] = engine.synthesize(
        [ask(text, voice=who)], progress=lambda _done, _total: None, cancel=lambda: None
    )
    return Voice.of(name, outcome.result, text)


def test_each_speaker_heard_as_a_reference_is_cast_as_itself_or_its_like(
    engine: KokoroEngine, ask: object
) -> None:
    voices = {name: heard(engine, ask, name) for name in SPEAKERS}
    found = {name: nearest(voice, prosody(voice)) for name, voice in voices.items()}
    own = [name for name, who in found.items() if name in dict(who)]
    assert len(own) >= 9
    assert "zf_xiaoni" not in own  # who is misheard speaks only for those who name her
    together = cast(list(voices.values()), prosody)
    assert len(set(together.values())) == 14
    alone = [name for name, voice in voices.items() if together[voice.digest] == ((name, 1.0),)]
    assert len(alone) >= 9


def test_no_two_references_of_one_script_have_the_same_speaker() -> None:
    base = VoiceLibrary([]).get("xiaoyu")
    voices = [Voice.of(f"{n}", base.reference, f"第{n}个人。") for n in range(40)]
    named = Voice("named", base.reference, "好。", "named", blend({"zf_xiaoxiao": 1.0}))
    found = cast([named, *voices], prosody)
    assert found["named"] == blend({"zf_xiaoxiao": 1.0})
    assert len(set(found.values())) == 41
    solos = [who for who in found.values() if len(who) == 1]
    assert len(solos) == 8  # mixtures begin when all speakers are taken


def test_a_reference_in_english_is_cast_among_english_speakers() -> None:
    flat = Wave(np.zeros(24_000, np.float32), 24_000)
    for transcript, language in (("Good morning.", "en"), ("早上好。", "zh")):
        voice = Voice.of("x", flat, transcript)
        who = nearest(voice, Prosody(hertz=120.0, semitones=6.0, tempo=4.5))
        assert {SPEAKERS[name].language for name, _ in who} == {language}


def test_only_an_engine_that_cannot_clone_casts(engine: KokoroEngine) -> None:
    assert isinstance(engine, CastingEngine)
    with PreviewEngine() as preview:
        assert not isinstance(preview, CastingEngine)


def test_who_was_chosen_is_told_once_and_who_was_named_never(
    engine: KokoroEngine, ask: Ask
) -> None:
    base = VoiceLibrary([]).get("leo")
    chosen = Voice.of("chosen", base.reference, "Nobody named anybody.")
    other = Voice.of("named", base.reference, "Somebody did.")
    named = replace(other, speakers=(("af_bella", 1.0),))
    voices = engine.cast([chosen, named])
    requests = [ask("Yes.", voice=voice) for voice in (*voices, *voices)]
    outcomes = engine.synthesize(requests, progress=lambda _done, _total: None, cancel=lambda: None)
    notes = [note for outcome in outcomes for note in outcome.notes]
    assert len(notes) == 1
    assert "speaks for “chosen”" in notes[0]
