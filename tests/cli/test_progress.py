"""Progress for logs: a line now and then, and how long is left."""

from collections.abc import Iterator

from comfyui_glmtts.cli.progress import EVERY, lines


def test_a_line_is_written_every_ten_seconds_with_the_time_that_is_left() -> None:
    times: Iterator[float] = iter([0.0, 0.0, 4.0, 11.0, 12.0, 25.0, 26.0])
    written: list[str] = []
    report = lines(lambda: next(times), written.append)
    for done in (10, 14, 21, 22):
        report("speak", done, 100)
    report("speak", 60, 100)
    report("mp3", 1, 4)
    assert EVERY == 10.0
    assert written == ["speak: 21 of 100, about 1:19 left", "speak: 60 of 100, about 0:20 left"]


def test_what_was_there_before_is_not_counted_as_done() -> None:
    times = iter([0.0, 0.0, 20.0])
    written: list[str] = []
    report = lines(lambda: next(times), written.append)
    report("speak", 900, 1000)
    report("speak", 901, 1000)
    assert written == ["speak: 901 of 1000, about 33:00 left"]
