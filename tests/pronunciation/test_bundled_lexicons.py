"""The bundled dictionaries: large enough, clean, every rule alive, and silent in ordinary text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from comfyui_glmtts.pronunciation.chinese.g2p.pinyin import parse
from comfyui_glmtts.pronunciation.finding import Finding
from comfyui_glmtts.pronunciation.lexicon.lexicon import Rule
from comfyui_glmtts.pronunciation.lexicon.lint import lint_lexicon
from comfyui_glmtts.pronunciation.lexicon.named import bundled, named_lexicons, read_bundled
from comfyui_glmtts.pronunciation.reader import Reader

ORDINARY = (Path(__file__).parent / "data" / "ordinary.txt").read_text("utf-8").splitlines()
MARK = re.compile(r"\{(?P<word>[^|}]+)\|(?P<said>[^}]+)\}")
BORROWED = {"金日磾", "说/犹可说也"}
"""Read with another character's reading, which no table of this one's readings holds."""


def findings(*names: str) -> list[Finding]:
    return lint_lexicon(named_lexicons(names))


def test_the_seven_fields_are_there() -> None:
    expected = ("finance", "medicine", "names", "places", "poetry", "railway", "tech")
    assert bundled() == expected


@pytest.mark.parametrize("name", bundled())
def test_each_dictionary_holds_a_few_hundred_rules(name: str) -> None:
    assert 250 <= len(read_bundled(name).rules) <= 400


@pytest.mark.parametrize("name", bundled())
def test_each_dictionary_passes_lint(name: str) -> None:
    """No rule twice, none shadowed, none that normalisation hides, every reading a known one."""
    bad = [
        finding
        for finding in findings(name)
        if (finding.severity != "note" or finding.code in {"P103", "P105"})
        and not any(f" {rule}:" in f" {finding.what}" for rule in BORROWED)
    ]
    assert not bad, "\n".join(map(str, bad))


def test_dictionaries_do_not_contradict_one_another() -> None:
    assert not [finding for finding in findings(*bundled()) if finding.severity == "error"]


@pytest.mark.parametrize("name", bundled())
def test_every_rule_is_heard_in_its_own_context(name: str) -> None:
    lexicon = read_bundled(name)
    told = [rule for rule in lexicon.rules if rule.reading]
    spoken = Reader(lexicon).read_all([rule.key for rule in told])
    unheard: list[Rule] = []
    for rule, text in zip(told, spoken, strict=True):
        start, end = next(rule.spans())
        characters = text.characters[start:end]
        if tuple(c.pinyin for c in characters) != rule.reading or not all(
            c.source.startswith("rule ") for c in characters
        ):
            unheard.append(rule)
    assert not unheard


@pytest.mark.parametrize("name", bundled())
def test_every_alias_is_said(name: str) -> None:
    lexicon = read_bundled(name)
    for rule in lexicon.rules:
        if rule.alias:
            assert Reader(lexicon).read(f"用{rule.key}写").spoken == f"用{rule.alias}写"


def test_there_are_hundreds_of_ordinary_sentences() -> None:
    assert len(ORDINARY) == len(set(ORDINARY)) >= 250


def test_ordinary_sentences_change_only_where_they_are_marked() -> None:
    """All dictionaries at once; what a mark holds is read as it says, all else as without them."""
    plain = [MARK.sub(lambda mark: mark["word"], line) for line in ORDINARY]
    without = Reader().read_all(plain)
    together = Reader(named_lexicons(bundled())).read_all(plain)
    for line, before, after in zip(ORDINARY, without, together, strict=True):
        expected = [character.pinyin for character in before.characters]
        assert after.spoken == before.spoken, line
        removed = 0
        for mark in MARK.finditer(line):
            start = mark.start() - removed
            syllables = [parse(said)[0] for said in mark["said"].split()]
            expected[start : start + len(syllables)] = syllables
            removed += len(mark[0]) - len(mark["word"])
        assert [character.pinyin for character in after.characters] == expected, line
