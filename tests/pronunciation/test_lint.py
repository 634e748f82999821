"""Lint: one small lexicon, or text, for each code, which raises that code and no other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from comfyui_glmtts.cli.commands import lexicon as commands
from comfyui_glmtts.mistakes import Place
from comfyui_glmtts.pronunciation.lexicon.files import parse
from comfyui_glmtts.pronunciation.lexicon.lexicon import Lexicon
from comfyui_glmtts.pronunciation.lint import CODES, lint_lexicon, lint_spoken
from comfyui_glmtts.pronunciation.reader import Reader
from comfyui_glmtts.pronunciation.spoken import Character, SpokenText
from typer.testing import CliRunner

Entry = dict[str, object]

LEXICONS: dict[str, list[Entry]] = {
    "P101": [{"word": "好", "phoneme": "zhòng"}],
    "P102": [{"word": "行", "phoneme": "háng"}, {"word": "行", "phoneme": "xíng"}],
    "P103": [
        {"word": "行", "context": "行走", "phoneme": "háng"},
        {"word": "行", "context": "行走江", "phoneme": "hàng"},
    ],
    "P104": [{"word": "行，长", "phoneme": "háng zhǎng"}],
    "P105": [{"word": "行", "phoneme": "háng"}, {"word": "行", "phoneme": "hang2"}],
    "P106": [{"word": "甲", "alias": "乙方"}, {"word": "乙", "alias": "甲方"}],
    "P107": [{"word": "甲", "alias": "乙丙"}, {"word": "乙", "alias": "丁"}],
    "P108": [{"word": "𥥈", "phoneme": "wong4"}],
    "P109": [{"word": "长", "context": "[长]100米", "phoneme": "zhǎng"}],
    "P110": [{"word": "银行", "phoneme": "yín háng"}],
    "P111": [
        {"word": "银行", "phoneme": "yín xíng"},
        {"word": "行长", "phoneme": "hàng zhǎng"},
    ],
    "P112": [{"word": "行", "context": "言行", "phoneme": "háng"}],
    "P113": [{"word": "计划", "alias": "方案"}],
    "P114": [{"word": ["ＡＩ", "AI"], "alias": "人工智能"}],
    "P115": [{"word": "重", "phoneme": "chóng"}],
}
TEXTS = {"P111": ["银行长来了"], "P112": ["你好"]}
TRANSCRIPTS = {"P115": ["这很重要"]}
SENTENCES = {
    "P201": Reader().read("行长"),
    "P202": SpokenText("乐", (Character("乐", 0, "le4", "model", 0.5),)),
    "P203": Reader().read("好𠀂"),
    "P301": Reader().read("做了3/4"),
    "P302": Reader().read("3-1"),
    "P303": Reader().read("98年搬来"),
    "P304": Reader().read("2队"),
    "P305": Reader().read("17:16"),
    "P306": Reader().read("[pasue:500ms]好"),
}


def rules(entries: list[Entry]) -> Lexicon:
    return parse("\n".join(json.dumps(entry) for entry in entries), "rules.jsonl")


def codes(entries: list[Entry], *texts: str) -> set[str]:
    return {finding.code for finding in lint_lexicon(rules(entries), texts)}


def test_every_code_has_its_example() -> None:
    assert {*LEXICONS, *SENTENCES} == set(CODES)


@pytest.mark.parametrize("code", LEXICONS)
def test_the_lexicon_of_a_code_raises_that_code_alone(code: str) -> None:
    found = lint_lexicon(
        rules(LEXICONS[code]), TEXTS.get(code, ()), transcripts=TRANSCRIPTS.get(code, ())
    )
    assert {finding.code for finding in found} == {code}
    assert all(finding.place.file == "rules.jsonl" for finding in found)


@pytest.mark.parametrize("code", SENTENCES)
def test_the_sentence_of_a_code_raises_that_code_alone(code: str) -> None:
    found = lint_spoken(SENTENCES[code], Place("text", 1, 1))
    assert {finding.code for finding in found} == {code}


@pytest.mark.parametrize(
    "text",
    [
        "3-5天，比分2-1，气温-5℃，订单号2024-0015",
        "1/3的用户，2024/06/18，上午9:30，比例是1:3",
        "2年级，2个人，1998年，2024巴黎奥运会",
        "He met 5 of 3,000 people on 4 July 2024 at 9:30 pm.",
        "{行|háng}业[pause:500ms]，（停）",
    ],
)
def test_what_the_words_around_settle_is_no_guess(text: str) -> None:
    found = {finding.code for finding in lint_spoken(Reader().read(text), Place("text", 1, 1))}
    assert not {code for code in found if code.startswith("P3")}


def test_a_guess_tells_its_place_and_what_is_said() -> None:
    spoken = Reader().read("明天5/6来")
    (found,) = [f for f in lint_spoken(spoken, Place("text", 1, 1)) if f.code == "P301"]
    assert found.place.column == 3
    assert "五月六日" in found.what


def test_rules_that_meet_in_another_rule_s_key_are_told_without_texts() -> None:
    meeting = [*LEXICONS["P111"], {"word": "长", "context": "银行长", "phoneme": "cháng"}]
    assert "P111" in codes(meeting)
    decided = [{**LEXICONS["P111"][0], "priority": 1}, *meeting[1:]]
    assert "P111" not in codes(decided)


def test_a_rule_for_one_speaker_or_language_is_used_where_its_context_stands() -> None:
    spoken_by_anna: Entry = {"word": "行", "phoneme": "háng", "speaker": "anna"}
    assert (
        codes([spoken_by_anna, {"word": "AI", "alias": "A I", "language": "en"}], "行 AI") == set()
    )


def test_a_full_width_key_is_looked_up_as_texts_are() -> None:
    lexicon = rules([{"word": "ＡＩ", "alias": "人工智能"}])
    assert Reader(lexicon).read("AI和ＡＩ").spoken == "人工智能和人工智能"


def test_a_traditional_spelling_with_a_rule_is_no_finding() -> None:
    assert codes([{"word": ["计划", "計畫"], "alias": "方案"}]) == set()


def test_transcripts_are_an_option_and_warnings_end_with_status_0(tmp_path: Path) -> None:
    app = typer.Typer()
    app.add_typer(commands.app, name="lexicon")
    (tmp_path / "rules.jsonl").write_text('{"word": "重", "phoneme": "chóng"}', encoding="utf-8")
    (tmp_path / "voice.txt").write_text("\n这很重要\n", encoding="utf-8")
    arguments = ["lexicon", "lint", str(tmp_path / "rules.jsonl"), "--json"]
    result = CliRunner().invoke(app, [*arguments, "--transcript", str(tmp_path / "voice.txt")])
    (found,) = json.loads(result.stdout)
    assert (found["code"], found["severity"], found["line"]) == ("P115", "warning", 1)
    assert result.exit_code == 0
