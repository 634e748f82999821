"""The engine from end to end on random weights: what is said depends on the request alone."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
import torch
from comfyui_glmtts.audio.wave import Wave
from comfyui_glmtts.glmtts_runtime.engine import (
    Emotion,
    OutOfMemoryError,
    SpeechError,
    SpeechRequest,
)
from comfyui_glmtts.glmtts_runtime.glm_tts.acoustic_model import AcousticRequest, joined, noise
from comfyui_glmtts.glmtts_runtime.glm_tts.device import device, precision
from comfyui_glmtts.glmtts_runtime.glm_tts.engine import GlmEngine
from comfyui_glmtts.glmtts_runtime.glm_tts.flow.mask import block_mask, mel_block
from comfyui_glmtts.glmtts_runtime.glm_tts.flow.solver import FlowInput, Trajectory, follow, solve
from comfyui_glmtts.glmtts_runtime.glm_tts.guards import check_tokens, check_transcript, check_wave
from comfyui_glmtts.glmtts_runtime.glm_tts.llm.passage import AudioIds
from comfyui_glmtts.glmtts_runtime.glm_tts.request_state import RequestState
from comfyui_glmtts.glmtts_runtime.glm_tts.stream import AHEAD, BLOCKS
from comfyui_glmtts.glmtts_runtime.glm_tts.text.prompt import PromptSegment, prompt
from comfyui_glmtts.glmtts_runtime.glm_tts.text.written import written
from comfyui_glmtts.glmtts_runtime.options import EngineOptions
from comfyui_glmtts.glmtts_runtime.runtime import Runtime
from comfyui_glmtts.glmtts_runtime.seeds import derived
from comfyui_glmtts.glmtts_runtime.text_chunks import chunks
from comfyui_glmtts.glmtts_runtime.voices.voice import Voice
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.pronunciation.phonemes import INVENTORY
from comfyui_glmtts.pronunciation.reader import Language, Reader
from comfyui_glmtts.pronunciation.spoken import Break, Character, SpokenText
from speech import ANNA, BEN, CALM, CPU, nothing, opened, request, same, speak, spoken, voice

# --------------------------------------------------------------------------------------------------
# One line's sound is its own


def test_a_line_alone_in_a_batch_of_eight_and_after_a_restart_sounds_the_same(
    engine: GlmEngine, tiny: Path
) -> None:
    batch = [
        request(text, seed=seed, voice=who, sample_rate=rate)
        for seed, (text, who, rate) in enumerate(
            zip(
                (
                    "你好。",
                    "几点了？",
                    "再见！",
                    "我们走吧。",
                    "好的。",
                    "Hello.",
                    "谢谢。",
                    "不行。",
                ),
                (ANNA, BEN, CALM, ANNA, BEN, CALM, ANNA, BEN),
                (24_000, 32_000) * 4,
                strict=True,
            )
        )
    ]
    together = speak(engine, batch)
    assert all(
        same(speak(engine, [one])[0], wave) for one, wave in zip(batch, together, strict=True)
    )
    with opened(tiny) as restarted:
        assert restarted.fingerprint == engine.fingerprint
        assert all(map(same, speak(restarted, batch[::-1]), together[::-1]))


def test_another_seed_voice_rate_or_text_sounds_different(engine: GlmEngine) -> None:
    plain, *others = speak(
        engine,
        [
            request(),
            request(seed=1),
            request(voice=BEN),
            request(rate=1.2),
            request("你们好。"),
            request(sample_rate=32_000),
        ],
    )
    assert not any(same(plain, other) for other in others)
    assert speak(engine, [request()])[0].samples.tolist() == plain.samples.tolist()


def test_both_sample_rates_last_equally_long_and_are_right_in_one_process(
    engine: GlmEngine,
) -> None:
    low, high = speak(engine, [request(seed=3), request(seed=3, sample_rate=32_000)])
    assert (low.rate, high.rate) == (24_000, 32_000)
    assert low.seconds == pytest.approx(high.seconds, abs=0.021)
    features = engine.references(ANNA)
    assert set(features.mels) == {24_000, 32_000}
    # The same sound by filters of its own at either rate: alike but for the windows' lengths.
    louder = features.mels[32_000][:140] - features.mels[24_000][:140]
    assert float((louder - np.log(4 / 3)).abs().mean()) < 0.02


def test_a_faster_rate_is_shorter_by_just_that(engine: GlmEngine) -> None:
    plain, faster = speak(engine, [request(seed=5), request(seed=5, rate=1.25)])
    assert faster.seconds == pytest.approx(plain.seconds / 1.25, abs=0.02)


def test_a_pause_inside_a_line_is_as_long_as_asked(engine: GlmEngine) -> None:
    (wave,) = speak(engine, [request(spoken=spoken("你好。再见。", (Break(3, 0.7),)), seed=2)])
    runs = np.diff(np.flatnonzero(np.concatenate(([True], wave.samples != 0, [True]))))
    assert runs.max() - 1 == pytest.approx(0.7 * 24_000, abs=2)


# --------------------------------------------------------------------------------------------------
# Emotion


def emotion(*parts: tuple[Voice, float], strength: float = 1.0) -> Emotion:
    return Emotion(parts=parts, strength=strength)


def test_no_strength_is_the_voices_own_manner(engine: GlmEngine) -> None:
    own, none = speak(engine, [request(), request(emotion=emotion((CALM, 1.0), strength=0.0))])
    assert same(own, none)


def test_an_emotion_prompts_the_language_model_and_the_voice_keeps_the_flow(
    engine: GlmEngine,
) -> None:
    state = engine._prepare(0, request(emotion=emotion((CALM, 1.0))))
    assert isinstance(state, RequestState)
    ((reference, weight),) = state.prompts
    assert weight == 1.0
    assert list(reference.speech) == engine.references(CALM).tokens.tolist()
    assert torch.equal(state.features.speaker, engine.references(ANNA).speaker)


def test_a_mixture_is_weighted_by_strength_and_alike_alone_and_in_a_batch(
    engine: GlmEngine,
) -> None:
    mixture = request(emotion=emotion((CALM, 0.7), (BEN, 0.3), strength=0.5), seed=4)
    state = engine._prepare(0, mixture)
    assert isinstance(state, RequestState)
    assert [weight for _, weight in state.prompts] == pytest.approx([0.5, 0.35, 0.15])
    (alone,) = speak(engine, [mixture])
    batch = speak(engine, [request(seed=seed) for seed in range(5)] + [mixture])
    assert same(batch[-1], alone)
    assert not same(alone, speak(engine, [request(seed=4)])[0])


# --------------------------------------------------------------------------------------------------
# Long text


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("你好。", ["你好。"]),
        ("好。" * 40, ["好。" * 15, "好。" * 15, "好。" * 10]),
        (
            "“走！”然后就走了。" * 6,
            ["“走！”然后就走了。" * 3] * 2,
        ),
        ("好" * 58 + "。好。", ["好" * 58 + "。好。"[:1], "好。"]),
        ("好" * 50 + "。好。", ["好" * 50 + "。好。"]),
        ("一" * 130, ["一" * 60, "一" * 60, "一" * 10]),
        ("圆周率是3.14159，" * 12, None),
        ("version 2.0.1 of the programme is out now " * 12, None),
        ("It costs 3.5 dollars. He paid it. " * 8, None),
    ],
)
def test_text_is_cut_at_sentences_and_never_inside_a_word(text: str, cut: list[str] | None) -> None:
    found = ["".join(c.char for c in piece.spoken.characters) for piece in chunks(spoken(text))]
    assert "".join(found) == text
    if cut is not None:
        assert found == cut
    for piece in found[:-1]:
        edge = text[len(piece) - 1 : len(piece) + 1] if text.startswith(piece) else ""
        assert not (edge.isascii() and edge.isalnum() and len(edge) == 2), edge


def test_what_one_reading_replaced_stays_together() -> None:
    characters = [Character("一", at) for at in range(58)] + [Character("重", 58)] * 6
    found = chunks(SpokenText("", tuple(characters)))
    assert [len(piece.spoken.characters) for piece in found] == [58, 6]


def test_earlier_pieces_are_told_to_later_ones_unless_told_not_to(engine: GlmEngine) -> None:
    text = "今天天气很好，我们一起出去走一走，看一看山，听一听水，再回家吃饭喝茶聊天。" * 2
    (told,) = speak(engine, [request(text, seed=1)])
    engine.history = False
    try:
        (untold,) = speak(engine, [request(text, seed=1)])
    finally:
        engine.history = True
    assert len(chunks(spoken(text))) == 2
    assert not same(told, untold)


def test_history_gives_way_to_what_is_to_be_said() -> None:
    audio = AudioIds(first=1000, count=100, begin=500, end=501)
    reference = PromptSegment(text=(1, 2, 3, 4), speech=(7,) * 100)
    history = [
        PromptSegment(text=(number,) * 10, speech=(number,) * 250) for number in (11, 12, 13)
    ]
    ids = prompt(reference, history, (5,) * 4, audio)
    # 100 + 2 * 250 of speech and some 100 to come are within 750; a third 250 would not be.
    words = [1, 2, 3, 4, *[12] * 10, *[13] * 10, *[5] * 4]
    assert list(ids) == [*words, 500, *[1007] * 100, *[1012] * 250, *[1013] * 250]


def test_pieces_are_joined_without_clicks() -> None:
    loud = np.ones(2400, np.float32)
    whole = joined([(loud, 0.1), (loud, 0.0)], 24_000)
    assert len(whole) == 2 * 2400 + 2400
    assert float(np.abs(np.diff(whole)).max()) < 0.05


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("你好！", "你好。"),
        ("真的吗？", "真的吗?"),
        ("真的吗？是！好", "真的吗?是.好。"),
        ("“AI”很好，", "ai很好。"),
        ("苹果、梨；桃", "苹果，梨，桃。"),
        ("Don't stop!", "don't stop."),
        ("self-attention 机制", "self attention 机制。"),
        ("等等……好", "等等。好。"),
        ("额，我额外想想", "呃，我额外想想。"),
        ("咯咯笑，走咯", "咯咯笑，走喽。"),
        ("噢，我知道了。欸，你怎么才来？", "哦，我知道了。诶，你怎么才来?"),
    ],
)
def test_text_is_written_as_the_model_reads_it(text: str, read: str) -> None:
    assert written(spoken(text), INVENTORY) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("等等……好", "等等。好。"),
        ("他（小王），来了。", "他小王，来了。"),
        ("他，（小王）来了。", "他，小王来了。"),
        ("我用 GPT (very good) 了", "我用gpt very good了。"),
        ("太好了！我们赢了", "太好了.我们赢了。"),
        ("他说：“你好！”然后——走了……", "他说，你好.然后，走了。"),
        ("He is (very) tall.", "he is very tall."),
        ("Is it (yes)?No, wow.That is", "is it yes? no, wow. that is."),
    ],
)
def test_marks_that_were_made_commas_are_what_upstream_makes_of_them(text: str, read: str) -> None:
    language: Language = "zh" if "\u4e00" <= text[0] <= "\u9fff" else "en"
    assert written(Reader().read(text, language=language), INVENTORY) == read


def test_a_reading_asked_for_is_written_in_phonemes() -> None:
    characters = (
        Character("行", 0, "hang2", "inline"),
        Character("长", 5, "zhang3", "model"),
    )
    assert written(SpokenText("", characters), INVENTORY) == "<|H|><|ANG2|>长。"


def test_a_reading_asked_for_holds_where_another_character_would_stand() -> None:
    alone = SpokenText("", (Character("额", 0, "e2", "inline"), Character("，", 1)))
    assert written(alone, INVENTORY) == "<|E2|>。"
    unasked = SpokenText("", (Character("额", 0, "e2", "default"), Character("，", 1)))
    assert written(unasked, INVENTORY, where="all") == "<|E4|>。"


# --------------------------------------------------------------------------------------------------
# Guards


def test_tokens_and_waves_that_are_wrong_are_seen() -> None:
    well = list(range(50))
    assert check_tokens(well, 8, ran_out=False) is None
    assert "end" in (check_tokens(well, 8, ran_out=True) or "")
    assert "stuck" in (check_tokens([*well, *[3] * 30], 8, ran_out=False) or "")
    assert "too long" in (check_tokens(list(range(400)), 8, ran_out=False) or "")
    assert "too short" in (check_tokens(well, 60, ran_out=False) or "")
    assert check_wave(np.zeros(100, np.float32)) == "it is silent"
    assert check_wave(np.full(100, np.nan, np.float32)) == "it is not a sound"
    assert check_wave(np.full(100, 0.1, np.float32)) is None


def test_a_piece_that_comes_out_wrong_is_drawn_again_a_few_times_and_reported(
    engine: GlmEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comfyui_glmtts.glmtts_runtime.glm_tts.guards.SLACK", -100.0)
    (outcome,) = engine.synthesize([request()], progress=nothing, cancel=nothing)
    assert isinstance(outcome.result, Wave)
    assert len(outcome.notes) == 3
    assert [note.rpartition("; ")[2] for note in outcome.notes] == ["drawn again"] * 2 + ["kept"]


def test_redrawing_follows_the_seed_too(engine: GlmEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = speak(engine, [request(seed=9)])[0]
    monkeypatch.setattr("comfyui_glmtts.glmtts_runtime.glm_tts.guards.SLACK", -100.0)
    first, second = speak(engine, [request(seed=9)])[0], speak(engine, [request(seed=9)])[0]
    assert same(first, second)
    assert not same(first, plain)


def test_a_transcript_that_cannot_be_right_is_doubted(
    engine: GlmEngine, caplog: pytest.LogCaptureFixture
) -> None:
    assert check_transcript(12, 3.0) is None
    assert "few words" in (check_transcript(2, 8.0) or "")
    wordy = voice("wordy", 200, "这" * 90)
    with caplog.at_level(logging.WARNING):
        speak(engine, [request(voice=wordy), request(voice=wordy)])
    assert [record.message.count("many words") for record in caplog.records] == [1]


def test_what_cannot_be_spoken_fails_alone(engine: GlmEngine) -> None:
    short = Voice.of("short", Wave(np.zeros(100, np.float32), 16_000), "啊")
    requests = [request("……"), request(voice=short), request(sample_rate=8_000), request()]
    results = {
        outcome.index: outcome.result
        for outcome in engine.synthesize(requests, progress=nothing, cancel=nothing)
    }
    assert [isinstance(results[index], SpeechError) for index in range(4)] == [True] * 3 + [False]
    assert "nothing to say" in str(results[0])
    assert "too short" in str(results[1])
    assert "8000 Hz" in str(results[2])


def test_memory_running_out_is_said_in_the_engines_words(
    engine: GlmEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")

    monkeypatch.setattr(type(engine.llama), "forward", full)
    with pytest.raises(OutOfMemoryError, match="CUDA out of memory"):
        list(engine.synthesize([request()], progress=nothing, cancel=nothing))


def test_cancelling_stops_within_a_step(engine: GlmEngine) -> None:
    calls = 0

    def cancel() -> None:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(engine.synthesize([request("你好，" * 20)], progress=nothing, cancel=cancel))
    assert calls == 5


def test_progress_rises_to_its_total(engine: GlmEngine) -> None:
    seen: list[tuple[int, int]] = []
    requests = [request("今天天气很好。" * 12, seed=1), request()]
    list(
        engine.synthesize(
            requests, progress=lambda done, whole: seen.append((done, whole)), cancel=nothing
        )
    )
    assert seen[-1] == (4, 4)
    assert seen == sorted(seen)


# --------------------------------------------------------------------------------------------------
# Streaming


def streamed(engine: GlmEngine, one: SpeechRequest) -> list[Wave]:
    return list(engine.stream(one, progress=nothing, cancel=nothing))


def test_the_first_block_is_out_before_the_last_token_is_drawn(engine: GlmEngine) -> None:
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    waves = engine.stream(
        request("今天天气很好，我们走吧。", seed=1), progress=nothing, cancel=count
    )
    next(waves)
    first = steps
    rest = list(waves)
    assert rest
    assert first == 25
    assert steps > first + 20


def test_a_stream_speaks_the_same_tokens_in_the_same_time(engine: GlmEngine) -> None:
    one = request("今天天气很好，我们走吧。", seed=1)
    (whole,) = speak(engine, [one])
    waves = streamed(engine, one)
    assert len(waves) > 1
    assert sum(len(wave.samples) for wave in waves) == len(whole.samples)
    assert {wave.rate for wave in waves} == {24_000}


def test_a_short_piece_streams_as_the_very_same_samples(engine: GlmEngine) -> None:
    one = next(
        candidate
        for candidate in (request("嗯。", seed=seed) for seed in range(20))
        if speak(engine, [candidate])[0].seconds < 1.0
    )
    (whole,), waves = speak(engine, [one]), streamed(engine, one)
    assert np.array_equal(np.concatenate([wave.samples for wave in waves]), whole.samples)


def test_a_stream_has_no_steps_at_its_joins(engine: GlmEngine) -> None:
    waves = streamed(engine, request("今天天气很好，我们走吧。", seed=1, rate=1.1))
    whole = np.concatenate([wave.samples for wave in waves])
    usual = np.abs(np.diff(whole)).max()
    edges = np.cumsum([len(wave.samples) for wave in waves])[:-1]
    assert all(abs(float(whole[edge] - whole[edge - 1])) <= usual for edge in edges)
    assert np.isfinite(whole).all()


def test_what_a_stream_gave_away_is_followed_by_every_later_solve(engine: GlmEngine) -> None:
    tokens = np.random.RandomState(3).randint(0, 512, 75).tolist()
    features = engine.references(ANNA)
    before = len(features.tokens)
    sizes = [mel_block(size) for size in (before, *BLOCKS)]

    def flow_input(count: int) -> FlowInput:
        asked = AcousticRequest(
            tokens=tokens[:count], features=features, sample_rate=24_000, rate=1.0, seed=7
        )
        return engine.acoustic.flow_input(asked)

    def solved(count: int, past: Trajectory | None) -> tuple[torch.Tensor, torch.Tensor]:
        mask = block_mask(sizes, 2 * (before + count))
        return follow(engine.acoustic.flow, flow_input(count), engine.acoustic.solver, mask, past)

    first, states = solved(25, None)
    final = 2 * (before + 25 - AHEAD[0])
    second, later = solved(75, Trajectory(states, keep=final))
    assert torch.equal(later[:, :final], states[:, :final])
    (whole,) = solve(engine.acoustic.flow, [flow_input(75)], engine.acoustic.solver)
    heard = final - len(features.mels[24_000])
    # What was heard stays within a few hundredths of what the next solve says there, and near
    # what everything at once would have said; a mel has a deviation of about 1.4.
    assert float((first[:heard] - second[:heard]).abs().max()) < 0.1
    assert float((first[:heard] - whole[:heard]).abs().mean()) < 0.15


def test_noise_of_a_longer_utterance_begins_with_a_shorter_ones() -> None:
    long, short = noise(7, 300, 80), noise(7, 130, 80)
    assert torch.equal(long[:130], short)
    assert not torch.equal(noise(8, 130, 80), short)


# --------------------------------------------------------------------------------------------------
# Voices


def test_a_voice_is_heard_once_and_then_read_from_its_file(tiny: Path, tmp_path: Path) -> None:
    with opened(tiny, features=tmp_path) as first:
        encoded = first.references(ANNA)
    (file,) = tmp_path.glob("*.safetensors")
    assert file.name.startswith(ANNA.digest)
    with opened(tiny, features=tmp_path) as second:
        second.references._encoder = lambda: pytest.fail("it was heard again")
        read = second.references(ANNA)
    assert torch.equal(read.tokens, encoded.tokens)
    assert torch.equal(read.mels[32_000], encoded.mels[32_000])


def test_damaged_features_are_made_anew(tiny: Path, tmp_path: Path) -> None:
    with opened(tiny, features=tmp_path) as first:
        encoded = first.references(ANNA)
    (file,) = tmp_path.glob("*.safetensors")
    file.write_bytes(file.read_bytes()[:100])
    with opened(tiny, features=tmp_path) as second:
        assert torch.equal(second.references(ANNA).tokens, encoded.tokens)
    assert file.stat().st_size > 100


def test_a_reference_of_over_half_a_minute_is_heard_in_chunks(engine: GlmEngine) -> None:
    time = np.arange(65 * 16_000) / 16_000
    long = Wave((0.2 * np.sin(2 * np.pi * 200 * time)).astype(np.float32), 16_000)
    features = engine.references(Voice.of("long", long, "很长"))
    assert features.tokens.shape == (65 * 25,)
    outcome = next(
        iter(
            engine.synthesize(
                [request(voice=Voice.of("l", long, "长"))], progress=nothing, cancel=nothing
            )
        )
    )
    assert isinstance(outcome.result, Wave)


# --------------------------------------------------------------------------------------------------
# Around it


def test_seeds_are_their_own_for_every_piece_attempt_and_purpose() -> None:
    seeds = {
        derived(seed, piece, attempt)
        for seed in (-1, 0, 1)
        for piece in (0, 1)
        for attempt in (0, 1)
    }
    assert len(seeds) == 12
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert derived(1, 0, 0) == 3917325207537043500


def test_the_shared_runtime_speaks_as_the_engine_does(engine: GlmEngine, tiny: Path) -> None:
    runtime = Runtime(lambda _: opened(tiny))
    shared = runtime.engine(EngineOptions(engine="glm-tts", checkpoint=tiny))
    try:
        assert shared.fingerprint == engine.fingerprint
        outcomes = list(shared.synthesize([request(seed=6)], progress=nothing, cancel=nothing))
        assert isinstance(outcomes[0].result, Wave)
        assert same(outcomes[0].result, speak(engine, [request(seed=6)])[0])
    finally:
        runtime.close()


def test_a_device_is_found_named_or_refused() -> None:
    assert device("cpu") == CPU
    assert device().type in ("cuda", "mps", "cpu")
    assert precision(CPU, "float32") == torch.float32
    assert precision(torch.device("cuda")) == torch.bfloat16
    for wrong in ("tpux", "cuda:99"):
        with pytest.raises(InputError):
            device(wrong)
    with pytest.raises(InputError, match="float16"):
        precision(CPU, "floatt16")
