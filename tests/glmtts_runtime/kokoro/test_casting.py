"""Which of Kokoro's speakers speaks for which voice."""

from __future__ import annotations

import numpy as np
import pytest
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.kokoro.casting import cast, nearest, speakers
from comfyui_glmtts.glmtts_runtime.kokoro.engine import KokoroEngine
from comfyui_glmtts.glmtts_runtime.kokoro.speakers import SPEAKERS, blend, style, table
from comfyui_glmtts.glmtts_runtime.voices.library import VoiceLibrary
from comfyui_glmtts.glmtts_runtime.voices.prosody import Prosody, prosody
from comfyui_glmtts.glmtts_runtime.voices.voice import Voice


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
    ("told", "found"),
    [
        ("zm_yunxi", (("zm_yunxi", 1.0),)),
        ({"zf_xiaoni": 0.4, "zf_xiaoxiao": 0.6}, (("zf_xiaoxiao", 0.6), ("zf_xiaoni", 0.4))),
    ],
)
def test_a_person_names_a_speaker_or_a_mixture(told: object, found: object) -> None:
    assert speakers(told) == found


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ("zf_xiaoxao", 'no speaker "zf_xiaoxao".\nDid you mean "zf_xiaoxiao"?'),
        ({}, "weights are numbers above 0"),
        ({"af_heart": 0.0}, "weights are numbers above 0"),
        ({"af_heart": -1.0, "af_bella": 2.0}, "weights are numbers above 0"),
        ({"af_heart": float("nan")}, "weights are numbers above 0"),
    ],
)
def test_a_name_or_weights_that_cannot_be_are_refused(told: object, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        speakers(told)


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
    assert len(own) >= 11
    together = cast(list(voices.values()), prosody)
    assert len(set(together.values())) == 14
    alone = [name for name, voice in voices.items() if together[voice.digest] == ((name, 1.0),)]
    assert len(alone) >= 10


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
