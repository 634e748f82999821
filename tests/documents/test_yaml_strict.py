"""The strict YAML reader by itself: both parsers agree, nothing hostile gets far."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
import yaml
from comfyui_glmtts.documents.findings import Findings
from comfyui_glmtts.documents.strict_yaml import DEEPEST, Items, Node, Scalar, Table, parse
from comfyui_glmtts.mistakes import InputError, Place
from hypothesis import given
from hypothesis import strategies as st

PARSERS = [yaml.SafeLoader, yaml.CSafeLoader]


def tree(text: str, parser: type[Any] = yaml.CSafeLoader) -> Any:
    findings = Findings()
    node = parse(text, "f", findings, parser=parser)
    findings.check()
    return values(node)


def values(node: Node) -> Any:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        return [values(item) for item in node.items]
    return {key.text: values(value) for key, value in node.entries}


@pytest.mark.parametrize("parser", PARSERS)
def test_everything_is_a_string_with_its_place(parser: type[Any]) -> None:
    node = parse("a: 8:05\n好: [NO, {c: ~}]\n", "f", Findings(), parser=parser)
    assert isinstance(node, Table)
    first, second = node.entries
    assert first == (Scalar(Place("f", 1, 1), "a"), Scalar(Place("f", 1, 4), "8:05"))
    assert second[1].place == Place("f", 2, 4)
    assert values(node) == {"a": "8:05", "好": ["NO", {"c": "~"}]}


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    "text",
    ["a: b", "---\na: b\n...\n", "--- \na: b\n# end\n", "# x\n\na: b\n...\n# y\n", '{"a": "b"}'],
)
def test_one_document_may_be_marked_or_not(text: str, parser: type[Any]) -> None:
    assert tree(text, parser) == {"a": "b"}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: b: c\n", (1, 5)),
        ("a:\n\t- b\n", (2, 1)),
        ("a: @b\n", (1, 4)),
        ('a: "b\n', (1, 4)),
        ("a: [b\nc: d\n", (2, 2)),
        ("a: {b: c\nd: e\n", (2, 2)),
        ("a: b\n c: d\n", (2, 3)),
        ('a: "b" c\n', (1, 8)),
        ("a: - b\n", (1, 4)),
        ("}\n", (1, 1)),
        ("a: !x!y b\n", (1, 4)),
        ("a: &b c\n", (1, 4)),
        ("a: 1\na: 2\n", (2, 1)),
        ("a: b #c\n", (1, 6)),
        ("%YAML 1.1\n---\na\n", (1, 1)),
        ("a\n---\nb\n", (2, 1)),
        ("a: 1\n...\nb: 2\n", (3, 1)),
        ("[" * (DEEPEST + 1), (1, DEEPEST + 1)),
        ("a:\n- b\n - c\n- d: e: f\n", (4, 7)),
    ],
)
def test_both_parsers_refuse_in_the_same_words(text: str, place: tuple[int, int]) -> None:
    messages = []
    for parser in PARSERS:
        with pytest.raises(InputError) as caught:
            tree(text, parser)
        messages.append(str(caught.value))
        first = caught.value.mistakes[0].place
        assert (first.line, first.column) == place
    assert messages[0] == messages[1]


def test_as_many_levels_as_allowed_are_read() -> None:
    assert values(parse("[" * DEEPEST + "]" * DEEPEST, "f", Findings())) is not None


@pytest.mark.parametrize("escape", [r"\UFFFFFFFF", r"\U00110000", r"\ud83d", r"\0", r"\x7f"])
@pytest.mark.parametrize("parser", PARSERS)
def test_an_escape_for_what_is_no_text_is_a_mistake(escape: str, parser: type[Any]) -> None:
    with pytest.raises(InputError):
        tree(f'a: "{escape}"', parser)


def test_directives_by_the_thousand_are_not_even_parsed() -> None:
    bomb = "".join(f"%TAG !{i}! x\n" for i in range(100_000))
    for text in (bomb, f"a: b\n...\n{bomb}"):
        with pytest.raises(InputError, match=r"Directives|second document"):
            tree(text)


@pytest.mark.parametrize(
    "text", ["- a\n" * 10**6, "[" + "a," * 2 * 10**6, "a:\n" + " x\n" * 10**6, "# x\n" * 10**6]
)
def test_a_file_of_the_largest_size_takes_bounded_memory(text: str) -> None:
    tracemalloc.start()
    try:
        parse(text, "f", Findings())
    except InputError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 200 * 10**6


plain = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8)
trees = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(plain, inner, max_size=4),
    max_leaves=12,
)


@given(trees)
def test_what_yaml_writes_is_read_back_by_both_parsers(value: Any) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, default_style='"')
    for parser in PARSERS:
        assert tree(text.replace("!!null ", ""), parser) == value
