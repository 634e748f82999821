"""Tables of what people say, and the steps that lead to a reading: words, grammar, dictionaries."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest
from comfyui_glmtts.pronunciation.chinese.g2p import dictionary, grammar
from comfyui_glmtts.pronunciation.chinese.g2p.lattice import words_of
from comfyui_glmtts.pronunciation.chinese.g2p.readings import decide
from comfyui_glmtts.pronunciation.chinese.g2p.sandhi import sandhi
from comfyui_glmtts.pronunciation.lint import doubts
from comfyui_glmtts.pronunciation.reader import Reader

TABLES = Path(__file__).parent / "readings"


def wrong(table: Path) -> tuple[list[str], int]:
    """What is read otherwise than `table` says, and how many readings it tells."""
    texts, told = [], []
    for line in table.read_text(encoding="utf-8").splitlines():
        marked, _, readings = line.partition("\t")
        pieces = marked.split("[")
        at = [sum(map(len, pieces[:n])) - (n - 1) for n in range(1, len(pieces))]
        texts.append(marked.replace("[", "").replace("]", ""))
        told.append(dict(zip(at, readings.split(" "), strict=True)))
    found = []
    for text, expected, spoken in zip(texts, told, Reader().read_all(texts), strict=True):
        said = sandhi(spoken) if table.stem.endswith("sandhi") else spoken
        heard = {character.at: character.pinyin for character in said.characters}
        for at, reading in expected.items():
            if heard[at] != reading:
                found.append(f"{text[:at]}[{text[at]}]{text[at + 1 :]} {reading}")
    return found, sum(map(len, told))


@pytest.mark.parametrize("name", sorted(path.stem for path in TABLES.glob("*.tsv")))
def test_hardly_a_reading_of_the_tables_is_missed(name: str) -> None:
    found, told = wrong(TABLES / f"{name}.tsv")
    assert len(found) <= 0.015 * told, "\n".join(found)


def test_what_was_kept_aside_is_read_nearly_as_well() -> None:
    """Sentences nothing was fitted to: they tell what to expect of others."""
    results = [wrong(table) for table in sorted((TABLES / "held_out").glob("*.tsv"))]
    missed = [line for found, _ in results for line in found]
    assert len(missed) <= 0.07 * sum(told for _, told in results), "\n".join(missed)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("导游说这里", "导游 说 这里"),
        ("有人看守门员扑球", "有人 看 守门员 扑 球"),
        ("武汉市长江大桥", "武汉市 长江大桥"),
        ("重2公斤,OK吗", "重 2 公斤 , OK 吗"),
    ],
)
def test_words_are_chosen_before_readings(text: str, words: str) -> None:
    assert " ".join(token.word for token in words_of(text)[0]) == words


def test_a_phrase_across_the_borders_of_words_is_not_heard() -> None:
    assert "游说" not in {phrase.word for phrase in words_of("导游说这里")[1]}
    assert "游说" in {phrase.word for phrase in words_of("他来游说我")[1]}


GRAMMAR = """
# a comment
SET @owed = 书|钱
还 huan2 : @owed 早|都? _ 了|$
还 hai2? : _
一[行] hang2 : _ !人
*不[了] liao3 : v _
得 dei3 : n+ _ v
""".splitlines()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("书早还了", {2: "huan2"}),
        ("钱还了", {1: "huan2"}),
        ("还有", {}),
        ("他还说", {1: "hai2?"}),
        ("一行代码", {1: "hang2"}),
        ("学生得说", {2: "dei3"}),
        ("他得说", {}),
    ],
)
def test_a_line_of_the_grammar_fits_its_neighbours(
    text: str, told: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = grammar.parsed(GRAMMAR)
    monkeypatch.setattr(grammar, "grammar", lambda: rules)
    assert dict(grammar.told(words_of(text)[0])) == told


@pytest.mark.parametrize(("mark", "doubtful"), [("", []), ("~", [2])])
def test_a_line_that_ends_in_a_tilde_decides_like_others_and_is_worth_an_ear(
    mark: str, doubtful: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = grammar.parsed(["得 de5? : _", f"得 dei3{mark} : n+ _ v", "得 de2 : n+ _"])
    monkeypatch.setattr(grammar, "grammar", lambda: rules)
    said = Reader().read("学生得说")
    assert (said.characters[2].pinyin, said.characters[2].source) == ("dei3", "grammar")
    assert [doubt.index for doubt in doubts([said])[0]] == doubtful


def test_pypinyins_dictionaries_are_compiled_once_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda *_, **__: str(tmp_path))
    first = dictionary.installed.__wrapped__()
    (kept,) = (tmp_path / "readings").iterdir()
    monkeypatch.setattr(dictionary, "compiled", lambda: pytest.fail("compiled again"))
    assert dictionary.installed.__wrapped__() == first
    assert first.readings["行"][:2] == ("xing2", "hang2")
    assert "银" in first.phrases
    assert kept.name.startswith("pypinyin-")


def test_a_cache_that_cannot_be_written_costs_only_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda *_, **__: str(tmp_path / "file"))
    assert dictionary.installed.__wrapped__().readings["好"][0] == "hao3"


def test_a_sure_reading_is_said_to_be_sure_and_a_guess_is_not() -> None:
    (decided,) = decide(["乐山大佛很乐"])
    said = [d.confidence for d in decided if d]
    assert said[0] > 0.99
    assert said[-1] < 0.9
