"""Templates of people who mean harm, or made a mistake, against the real worker process."""

import os
import sys
import time
from pathlib import Path

import pytest
from comfyui_glmtts import worker_pipe
from comfyui_glmtts.mistakes import InputError, Mistake
from comfyui_glmtts.templates import sandbox as sandbox_module
from comfyui_glmtts.templates.sandbox import NAME, Sandbox
from hypothesis import given, settings
from hypothesis import strategies as st

ROW: dict[str, object] = {
    "id": "007", "city": "上海", "minutes": 15, "late": True, "stops": ["南京", "苏州"],
    "reason": "", "row": 1, "language": "zh",
}  # fmt: skip
TEMPLATE = """\
glmtts_template: 1
title: {zh: 试}
languages: [zh]
fields: {id: text, city: text, minutes: integer, late: flag, stops: list, reason: text}
name: "{{ id }}"
text:
  zh: |
"""


def template(folder: Path, text: str) -> Path:
    path = folder / "t.yaml"
    indented = "".join(f"    {line}\n" for line in text.split("\n"))
    path.write_text(TEMPLATE + indented, encoding="utf-8")
    return path


def said(folder: Path, text: str, rows: int = 1) -> list[str | Mistake]:
    """What becomes of some equal rows."""
    with Sandbox.of(template(folder, text)) as sandbox:
        return list(sandbox.render("zh", [ROW] * rows))  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("开往{{ city }}。", "开往上海。"),
        ("{{ id }}号", "007号"),
        ("{% if minutes > 10 %}晚点{{ minutes }}分钟{% endif %}", "晚点15分钟"),
        ("{{ stops | join('、') }}", "南京、苏州"),
        ("{% for s in stops %}{{ loop.index }}{{ s }}{% endfor %}", "1南京2苏州"),
        ("{{ minutes / 2 }}", "7.5"),
        ("{{ minutes * 2 / 3 }}", "10"),
        ("{{ reason or '没有' }}", "没有"),
        ("{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(city) }}", "<上海>"),
        ("{{ city.startswith('上') and '是' }}", "是"),
        ("{% if late %}晚{% else %}早{% endif %}", "晚"),
        ("{行|háng}，[pause:500ms]", "{行|háng}，[pause:500ms]"),
        ("{{ row }} {{ language }}", "1 zh"),
    ],
)
def test_a_text_is_made_of_a_row(tmp_path: Path, text: str, expected: str) -> None:
    assert said(tmp_path, text) == [expected]


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        ("{{ citty }}", 'no field "citty"', 'mean "city"'),
        ("{{ city | xyzzy }}", 'no filter "xyzzy"', "Known:"),
        ("{{ city | defualt('x') }}", 'no filter "defualt"', 'mean "default"'),
        ("{% if city is oddd %}{% endif %}", 'no test "oddd"', 'mean "odd"'),
        ("{% include 'x' %}", "include %} cannot be used", "text itself"),
        ("{% import 'x' as y %}", "import %} cannot be used", "text itself"),
        ("{% extends 'x' %}", "extends %} cannot be used", "text itself"),
        ("{{ lipsum() }}", 'no field "lipsum"', "Known:"),
        ("{{ city ", "not Jinja2", "{{ field }}"),
        ("{% for x in stops %}", "not Jinja2", "endif"),
        ("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "Too many levels", "Simplify"),
        ("{% for a in stops %}" * 30 + "{% endfor %}" * 30, "Too many levels", "Simplify"),
        ("{% if late %}" * 100 + "{% endif %}" * 100, "Too many levels", "Simplify"),
    ],
)
def test_mistakes_in_a_text_are_told_before_any_row(
    tmp_path: Path, text: str, what: str, remedy: str
) -> None:
    with pytest.raises(InputError) as error:
        Sandbox.of(template(tmp_path, "第一行\n" + text))
    (mistake,) = error.value.mistakes
    assert what in mistake.what
    assert remedy in mistake.remedy
    if "levels" not in what:
        assert mistake.place.line == 9


def test_all_mistakes_of_yaml_and_jinja2_are_told_at_once(tmp_path: Path) -> None:
    path = template(tmp_path, "{{ a }}\n{{ b }}\n{{ a }}")
    path.write_text(path.read_text("utf-8").replace("name:", "chimes: bell\nname:"), "utf-8")
    with pytest.raises(InputError) as error:
        Sandbox.of(path)
    assert [(m.place.line, m.what) for m in error.value.mistakes] == [
        (5, 'Unknown key "chimes".'),
        (9, 'There is no field "a".'),
        (10, 'There is no field "b".'),
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{{ reason.x }}", "no attribute 'x'"),
        ("{{ {}['x'] }}", "no attribute 'x'"),
        ("{{ None }}", "cannot be spoken"),
        ("{{ stops }}", "A list has no words"),
        ("{{ late }}", "A flag has no words"),
        ("{{ {'a': 1} }}", "cannot be spoken"),
        ("{{ range(3) }}", "cannot be spoken"),
        ("{{ city.upper }}", "cannot be spoken"),
        ("{{ self }}", "cannot be spoken"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("{{ city < 1 }}", "TypeError"),
        ("{{ city | int(default=none) + city }}", "TypeError"),
    ],
)
def test_what_nobody_could_say_is_a_mistake_at_its_line(
    tmp_path: Path, text: str, what: str
) -> None:
    (mistake,) = said(tmp_path, "好\n\n" + text)
    assert isinstance(mistake, Mistake)
    assert what in mistake.what
    assert mistake.place.line == 10


ESCAPES = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ city['__class__'] }}",
    "{{ city | attr('__class__') }}",
    "{{ (city,) | map(attribute='__class__') | first }}",
    "{{ '{0.__class__}'.format(city) }}",
    "{{ '{0.__class__}'.format_map({'0': 1}) }}",
    "{{ range.__self__ }}",
    "{{ range.__globals__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{% for x in stops %}{{ loop._iterable }}{% endfor %}",
    "{% for x in stops %}{{ loop.__init__.__globals__ }}{% endfor %}",
    "{% macro m() %}{{ caller }}{% endmacro %}{{ m.__globals__ }}",
    "{% macro m() %}{% endmacro %}{{ m._func.__globals__ }}",
    "{{ stops.append('x') }}",
    "{{ stops.__class__ }}",
    "{{ {}.update({'a': 1}) }}",
    "{{ cycler.__init__ }}",
    "{{ joiner.__init__ }}",
    "{{ namespace(a=1).__init__ }}",
    "{{ ().__class__.__base__ }}",
    "{{ city.encode().__class__ }}",
    "{{ dict }}",
    "{% set ns = namespace() %}",
    "{{ url_for.__globals__ }}",
    "{{ minutes.__class__.__base__ }}",
    "{{ minutes.real }}",
    "{{ city.translate({}) }}",
    "{{ [city]|map('attr', '__class__')|list }}",
    "{{ [city]|sort(attribute='__class__.__base__') }}",
)


@pytest.mark.parametrize("text", ESCAPES)
def test_no_template_reaches_what_is_inside(tmp_path: Path, text: str) -> None:
    try:
        (answer,) = said(tmp_path, text)
    except InputError as error:
        (answer,) = error.mistakes
    assert isinstance(answer, Mistake), answer
    assert answer.place.line == 8


GREEDY = (
    "{{ 'x' * 10**8 }}",
    "{{ stops * 1000000 }}",
    "{{ 10**100 }}",
    "{{ 9**9**9 }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '{:>100000000}'.format('x') }}",
    "{{ range(10**9) | list }}",
    "{{ range(2000) | join }}",
    "{{ city.zfill(10**9) }}",
    "{{ city.center(10**9) }}",
    "{{ 'x' | center(1000000000) }}",
    "{{ 'x' | indent(1000000000) }}",
    "{% for a in range(1000) %}{% for b in range(1000) %}aaaaaaaaaaaaaaaa{% endfor %}{% endfor %}",
    "{% macro m(x) %}{{ m(x) }}{% endmacro %}{{ m(1) }}",
)


@pytest.mark.parametrize("text", GREEDY)
def test_a_template_that_wants_too_much_is_refused_and_quickly(tmp_path: Path, text: str) -> None:
    started = time.monotonic()
    try:
        answers = said(tmp_path, text, rows=2)
    except InputError:
        answers = []
    assert all(isinstance(answer, Mistake) for answer in answers), answers
    assert time.monotonic() - started < 30


MEMORY = (
    "".join("{% set a = a ~ a ~ a ~ a ~ a ~ a ~ a ~ a %}" for _ in range(10)) + "{{ a | length }}"
)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a limit on memory")
def test_a_text_that_eats_memory_ends_its_worker_and_the_next_row_gets_a_new_one(
    tmp_path: Path,
) -> None:
    text = "{% set a = city %}{% if row == 2 %}" + MEMORY + "{% endif %}好"
    with Sandbox.of(template(tmp_path, text)) as sandbox:
        rows = [ROW | {"row": number} for number in range(1, 5)]
        answers = list(sandbox.render("zh", rows))  # type: ignore[arg-type]
    assert [isinstance(answer, str) for answer in answers] == [True, False, True, True]
    assert "memory" in str(answers[1])


SLOW = (
    "{% if row == 2 %}"
    + "".join(f"{{% for x{n} in range(1000) %}}" for n in range(4))
    + "{% endfor %}" * 4
    + "{% endif %}好"
)


def test_a_text_that_takes_forever_is_ended_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox_module, "PATIENCE", 1.0)
    with Sandbox.of(template(tmp_path, SLOW)) as sandbox:
        rows = [ROW | {"row": number} for number in range(1, 5)]
        answers = list(sandbox.render("zh", rows))  # type: ignore[arg-type]
    assert [isinstance(answer, str) for answer in answers] == [True, False, True, True]
    assert "longer than 1 s" in str(answers[1])


def test_a_template_that_ends_every_worker_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox_module, "PATIENCE", 0.5)
    with pytest.raises(InputError, match="longer than"):
        said(tmp_path, SLOW.replace("row == 2", "true"), rows=1000)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limits")
def test_the_worker_can_open_no_file(tmp_path: Path) -> None:
    """As if somebody had found a way out: code of ours runs inside and tries."""
    attempt = (
        "import comfyui_glmtts.templates.sandbox_environment as environment\n"
        "import comfyui_glmtts.templates.sandbox_worker as worker\n"
        "def tried(language, value):\n"
        "    try:\n"
        "        open(value)\n"
        "    except OSError as error:\n"
        "        return error.strerror\n"
        "environment.FILTERS = {**environment.FILTERS, 'tried': tried}\n"
        "worker.main()\n"
    )
    start = worker_pipe.START.replace("sys.modules[module].main()", attempt)
    assert start != worker_pipe.START
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker_pipe, "START", start)
        (answer,) = said(tmp_path, "{{ '/etc/passwd' | tried }}")
    assert "open files" in str(answer)


def test_a_worker_that_was_killed_is_replaced(tmp_path: Path) -> None:
    with Sandbox.of(template(tmp_path, "{{ city }}")) as sandbox:
        assert sandbox._worker
        sandbox._worker._process.kill()
        sandbox._worker._process.wait()
        first, second = sandbox.render("zh", [ROW, ROW])  # type: ignore[list-item]
    assert isinstance(first, Mistake)
    assert second == "上海"


def test_data_is_never_a_template(tmp_path: Path) -> None:
    row = ROW | {"city": "{{ 7 * 7 }}{% include 'x' %}"}
    with Sandbox.of(template(tmp_path, "去{{ city }}")) as sandbox:
        (answer,) = sandbox.render("zh", [row])  # type: ignore[list-item]
    assert answer == "去{{ 7 * 7 }}{% include 'x' %}"


def test_names_of_files_are_made_like_texts(tmp_path: Path) -> None:
    with Sandbox.of(template(tmp_path, "好")) as sandbox:
        assert list(sandbox.render(NAME, [ROW])) == ["007"]  # type: ignore[list-item]


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet="{}%#|'()[].~ \nabcity1ifor", min_size=1, max_size=40))
def test_any_text_is_made_or_told_to_be_wrong(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    try:
        (answer,) = said(tmp_path_factory.getbasetemp(), "好" + text)
    except InputError:
        return
    assert isinstance(answer, (str, Mistake))
