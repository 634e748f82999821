import io
import itertools
from pathlib import Path

import numpy as np
import pytest
from comfyui_glmtts.production.pictures import layout as page_module
from comfyui_glmtts.production.pictures.canvas import extent
from comfyui_glmtts.production.pictures.layout import page
from comfyui_glmtts.production.pictures.timeline import BACKGROUND, COLOURS, Envelope, picture, png
from comfyui_glmtts.production.timeline import Bed, Clip, Mark, Timeline
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageColor, ImageFont

DATA = Path(page_module.__file__).with_name("data")
FONT = DATA / "timeline-sans-sc.otf"
RATE = 1000


def clip(speaker: str, start: float, end: float, text: str = "大家好。") -> Clip:
    begin = round(start * RATE)
    return Clip(
        line=1,
        speaker=speaker,
        text=text,
        take="",
        start=begin,
        length=round(end * RATE) - begin,
    )


def timeline(seconds: float, *clips: Clip, marks: tuple[Mark, ...] = ()) -> Timeline:
    beds = (
        Bed(
            file=Path("theme.ogg"),
            digest="",
            start=0,
            length=round(seconds * RATE / 4),
            fade_in=500,
            fade_out=2000,
            duck=-14,
        ),
    )
    return Timeline(
        rate=RATE,
        channels=2,
        length=round(seconds * RATE),
        clips=clips,
        beds=beds,
        marks=marks,
    )


def talk(seconds: float, chapters: int, *, every: float = 3.6) -> Timeline:
    """An episode of alternating speakers and evenly spaced chapters."""
    starts = np.arange(0, seconds - every, every)
    clips = [
        clip(("小雨", "阿明")[number % 2], start, start + every * 0.9)
        for number, start in enumerate(starts)
    ]
    step = round(seconds * RATE / max(1, chapters))
    marks = [Mark(start=n * step, title=f"第 {n + 1} 章：声音从哪里来") for n in range(chapters)]
    return timeline(seconds, *clips, marks=tuple(marks))


LOUD: Envelope = np.ones(600)


def test_the_same_episode_gives_the_same_bytes() -> None:
    episode = talk(200, 6)
    first, second = (png(episode, LOUD, title="声音的秘密") for _ in range(2))
    assert first == second
    image = Image.open(io.BytesIO(first))
    assert (image.format, image.mode, image.width) == ("PNG", "RGB", 1600)


@pytest.mark.parametrize("width", [400, 830, 1600, 2400])
def test_a_picture_keeps_its_shape_at_any_width(width: int) -> None:
    image = picture(talk(200, 2), LOUD, title="声音的秘密", width=width)
    assert image.width == width
    assert image.height / width == pytest.approx(0.4, abs=0.04)


def colour_at(image: Image.Image, x: float, y: float) -> str:
    red, green, blue = image.getpixel((round(x), round(y)))  # type: ignore[misc]
    return f"#{red:02X}{green:02X}{blue:02X}"


def colours_around(episode: Timeline, second: float, height: float) -> set[str]:
    """Colours of the waveform near a time; `height` is 0 at its top and 1 at its bottom."""
    image = picture(episode, LOUD)
    place = page(episode, image.width)
    top, bottom = place.wave
    x, y = place.x(second * RATE), top + height * (bottom - top)
    return {colour_at(image, x + step, y) for step in range(-4, 5)} & {*COLOURS}


def test_the_waveform_has_the_colour_of_who_speaks() -> None:
    episode = timeline(60, clip("a", 10, 20), clip("b", 30, 40))
    assert colours_around(episode, 15, 0.3) == {COLOURS[0]}
    assert colours_around(episode, 35, 0.3) == {COLOURS[1]}
    assert colours_around(episode, 25, 0.3) == set()


def test_two_at_once_share_the_waveform_above_and_below() -> None:
    episode = timeline(60, clip("a", 10, 30), clip("b", 20, 30))
    assert colours_around(episode, 25, 0.3) == {COLOURS[0]}
    assert colours_around(episode, 25, 0.7) == {COLOURS[1]}


def test_two_channels_are_drawn_up_and_down() -> None:
    episode = timeline(60, clip("a", 0, 60))
    image = picture(episode, np.stack([np.ones(100), np.zeros(100)]))
    place = page(episode, 1600)
    top, bottom = place.wave
    quarter = (bottom - top) / 4
    band = range(round(place.left) + 40, round(place.left) + 48)
    assert COLOURS[0] in {colour_at(image, x, top + quarter) for x in band}
    assert COLOURS[0] not in {colour_at(image, x, bottom - quarter) for x in band}


@pytest.mark.parametrize(("seconds", "chapters"), [(30, 2), (204, 6), (3600, 24), (600, 60)])
def test_chapter_titles_neither_overlap_nor_leave_the_picture(seconds: int, chapters: int) -> None:
    place = page(talk(seconds, chapters), 1600)
    assert len(place.marks) == chapters
    assert place.labels
    for row, labels in itertools.groupby(sorted(place.labels, key=row_of), key=row_of):
        assert row < 3
        spans = sorted((label.left, label.left + extent(label.text, 24)) for label in labels)
        assert all(end < start for (_, end), (start, _) in itertools.pairwise(spans))
        assert spans[-1][1] <= place.right


def row_of(label: page_module.Label) -> int:
    return label.row


def test_the_last_title_turns_round_rather_than_being_cut() -> None:
    marks = (Mark(start=0, title="开场"), Mark(start=58_000, title="下期预告：听众的来信"))
    first, last = page(timeline(60, marks=marks), 1600).labels
    assert last.text == "下期预告：听众的来信"
    assert first.left > first.x
    assert last.left < last.x


def test_titles_are_whole_where_there_is_room() -> None:
    texts = [label.text for label in page(talk(204, 6), 1600).labels]
    assert texts == [f"第 {number} 章：声音从哪里来" for number in range(1, 7)]


@pytest.mark.parametrize(
    ("seconds", "step"),
    [
        (0.5, 1),
        (12, 1),
        (60, 5),
        (204, 30),
        (600, 60),
        (3600, 300),
        (36_000, 3600),
        (10**7, 864_000),
    ],
)
def test_ticks_are_round_and_not_crowded(seconds: float, step: int) -> None:
    ticks = page(timeline(seconds, clip("小雨", 0, seconds)), 1600).ticks()
    assert ticks[0] == 0
    assert {after - before for before, after in itertools.pairwise(ticks)} <= {step}
    assert len(ticks) <= 14


def test_a_thousand_speakers_share_sixteen_lanes() -> None:
    place = page(timeline(1000, *(clip(f"{n}", n, n + 1) for n in range(1000))), 1600)
    assert len(place.names) == 16
    assert place.names[-1] == "+ 985"
    assert place.height < 1600


def test_silence_and_nothing_at_all_can_be_drawn() -> None:
    nothing = Timeline(rate=48_000, channels=1, length=0, clips=())
    assert picture(nothing, np.zeros(0)).width == 1600
    assert picture(talk(60, 1), np.full(50, np.nan)).width == 1600


HOSTILE = st.text(max_size=400)


@settings(max_examples=40, deadline=None)
@given(
    title=HOSTILE,
    lines=st.lists(
        st.tuples(HOSTILE, HOSTILE, st.floats(0, 100), st.floats(0.001, 50)), max_size=5
    ),
    marks=st.lists(st.tuples(HOSTILE, st.floats(0, 120)), max_size=8),
    peaks=st.lists(st.floats(), max_size=30),
)
def test_any_timeline_can_be_drawn(
    title: str,
    lines: list[tuple[str, str, float, float]],
    marks: list[tuple[str, float]],
    peaks: list[float],
) -> None:
    clips = [clip(name, start, start + length, text) for name, text, start, length in lines]
    chapters = tuple(Mark(start=round(at * RATE), title=name) for name, at in marks)
    picture(timeline(120, *clips, marks=chapters), np.array(peaks), title=title, width=400)


# Colours: contrast by WCAG 2.2, colour blindness by Machado, Oliveira and Fernandes (2009, table 1,
# severity 1), differences in CIE L*a*b*.

VISION = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour: str) -> Envelope:
    values = np.array(ImageColor.getrgb(colour)) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(light: Envelope) -> Envelope:
    ratio = XYZ @ np.clip(light, 0, 1) / XYZ.sum(axis=1)
    x, y, z = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(one: str, other: str) -> float:
    dark, bright = sorted(float(XYZ[1] @ linear(colour)) for colour in (one, other))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", COLOURS)
def test_colours_stand_out_from_the_page_and_carry_white_words(colour: str) -> None:
    assert contrast(colour, BACKGROUND) >= 3
    assert contrast(colour, "#FFFFFF") >= 3


@pytest.mark.parametrize("vision", VISION)
def test_colours_are_told_apart_whatever_the_viewer_sees(vision: str) -> None:
    seen = [lab(VISION[vision] @ linear(colour)) for colour in COLOURS]
    differences = [np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)]
    assert min(differences) >= 10  # about 2 is just noticeable side by side
    assert differences[0] >= 80  # the two speakers most episodes have


# The font.


def test_the_font_draws_every_character_of_gb2312() -> None:
    font = ImageFont.truetype(str(FONT), 24, layout_engine=ImageFont.Layout.BASIC)
    missing = bytes(font.getmask("\U0010fffd"))
    pairs = itertools.product(range(0xB0, 0xF8), range(0xA1, 0xFF))
    hanzi = [bytes(pair).decode("gb2312", "ignore") for pair in pairs]
    hanzi = [char for char in hanzi if char]
    assert len(hanzi) == 6763
    others = "ABCxyz019 àéüÿ āáǎàǖǘǚǜń，。！？：；“”‘’《》（）……——、·￥％ＡＢＣ１２３ひカ♪繁體說話"
    for char in [*hanzi, *others.replace(" ", "")]:
        assert bytes(font.getmask(char)) != missing, char


def test_the_font_is_small_free_and_has_a_name_of_its_own() -> None:
    assert FONT.stat().st_size < 3_000_000
    family, style = ImageFont.truetype(str(FONT), 10).getname()
    assert (family, style) == ("Timeline Sans SC", "Regular")
    assert "SIL OPEN FONT LICENSE Version 1.1" in (DATA / "OFL.txt").read_text("utf-8")
