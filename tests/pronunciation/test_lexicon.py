"""The lexicon: formats, matching, the named sentences, phoneme tokens, sandhi and lint."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from comfyui_glmtts.mistakes import InputError
from comfyui_glmtts.pronunciation.chinese.g2p.pinyin import parse as syllables
from comfyui_glmtts.pronunciation.chinese.g2p.sandhi import sandhi
from comfyui_glmtts.pronunciation.lexicon.expectations import check
from comfyui_glmtts.pronunciation.lexicon.export import FORMATS, exported
from comfyui_glmtts.pronunciation.lexicon.files import parse, read
from comfyui_glmtts.pronunciation.lexicon.lexicon import EMPTY, Lexicon
from comfyui_glmtts.pronunciation.lexicon.lint import lint_lexicon
from comfyui_glmtts.pronunciation.lexicon.named import bundled, named_lexicons, read_bundled
from comfyui_glmtts.pronunciation.phonemes import INVENTORY, Where, phonetic
from comfyui_glmtts.pronunciation.reader import Reader

THREE = """{"word": "重", "context": "重要", "phoneme": "zhòng"}
{"word": "行", "context": "银行", "phoneme": "háng"}
{"word": "血", "context": "流血", "phoneme": "xiě"}
"""


def rules(*entries: dict[str, object]) -> Lexicon:
    return parse("\n".join(json.dumps(entry) for entry in entries), "rules.jsonl")


def pinyin(text: str, lexicon: Lexicon = EMPTY, **scope: str) -> list[str | None]:
    return [c.pinyin for c in Reader(lexicon).read(text, **scope).characters]  # type: ignore[arg-type]


def test_the_named_sentences_are_read_right_without_rules() -> None:
    sentences = """
{银行行长|yín háng háng zhǎng}
{长城长|chang2 cheng2 chang2}，{长江长|chang2 jiang1 chang2}
{数一数|shu3 yi1 shu3}他{数次|shu4 ci4}说过{数学|shu4 xue2}
{还钱|huan2 qian2}的时候他{还|hai2}在{还价|huan2 jia4}
{行行|hang2 hang2}出状元
这件事很{重要|zhong4 yao4}，{重庆|chong2 qing4}{重新|chong2 xin1}审核
他{流血|liu2 xie3}了，抽{血|xue4}化验
"""
    count, failures = check(sentences, "sentences", Reader())
    assert (count, failures) == (33, [])


def test_three_rules_become_phoneme_tokens() -> None:
    spoken = Reader(parse(THREE, "three.jsonl")).read("银行很重要，他流血了")
    assert [c.source for c in spoken.characters if c.source.startswith("rule")] == [
        "rule 行/银行",
        "rule 重/重要",
        "rule 血/流血",
    ]
    assert phonetic(spoken) == "银<|H|><|ANG2|>很<|ZH|><|ONG4|>要，他流<|X|><|IE3|>了"


def test_every_token_of_a_whole_text_is_in_the_inventory() -> None:
    text = "绿女雪居嗯哼儿子花儿知吃诗日资次四又为问翁元云鱼月有"
    tokens = phonetic(Reader().read(text), where="all")
    assert set(tokens.replace("|><|", " ").strip("<|>").split()) <= INVENTORY


@pytest.mark.parametrize(
    "spelling",
    ["zhòng", "zhong4", "zhong_4", "ZHONG4", "(zhong4)", "<|ZH|><|ONG4|>", "zhòng "],
)
def test_a_syllable_may_be_spelled_in_any_usual_way(spelling: str) -> None:
    assert syllables(spelling) == ("zhong4",)


@pytest.mark.parametrize("spelling", ["lǜ", "lv4", "lu:4", "lü4", "LÜ4"])
def test_u_umlaut_is_v(spelling: str) -> None:
    assert syllables(spelling) == ("lv4",)


def test_upstream_files_are_read_as_they_are() -> None:
    lexicon = parse(
        '{"弦": "<|X|><|IAN2|>"}\n{"乡音无改鬓毛衰": "乡音无改鬓毛<|C|><|UEI1|>"}', "g2p.jsonl"
    )
    assert [rule.reading for rule in lexicon.rules] == [("xian2",), ("cui1",)]
    assert pinyin("乡音无改鬓毛衰", lexicon)[-1] == "cui1"
    assert pinyin("衰", lexicon) == ["shuai1"]


def test_the_longest_context_wins_and_priority_over_that() -> None:
    short = {"word": "行", "context": "行走", "phoneme": "xíng"}
    long = {"word": "行", "context": "行走江", "phoneme": "háng"}
    assert pinyin("行走江湖", rules(long, short))[0] == "hang2"
    assert pinyin("行走江湖", rules(long, {**short, "priority": 1}))[0] == "xing2"


def test_conditions_hold_rules_back() -> None:
    lexicon = rules(
        {"word": "长", "phoneme": "zhǎng", "not": ["长城"], "speaker": "anna"},
        {"word": "乐", "phoneme": "yuè", "left": ["音", "声"], "right": "团"},
    )
    assert pinyin("长城", lexicon, speaker="anna")[0] == "chang2"
    assert pinyin("很长", lexicon, speaker="anna")[1] == "zhang3"
    assert pinyin("很长", lexicon)[1] == "chang2"
    assert Reader(lexicon).read("音乐团").characters[1].source == "rule 乐"
    assert Reader(lexicon).read("快乐团").characters[1].source != "rule 乐"


def test_aliases_match_whole_latin_words_and_keep_the_map() -> None:
    spoken = Reader(rules({"word": "AI", "alias": "人工智能"})).read("AI和MAIN")
    assert spoken.spoken == "人工智能和MAIN"
    assert [c.at for c in spoken.characters][:5] == [0, 0, 1, 1, 2]


def test_a_context_may_hold_digits() -> None:
    lexicon = rules({"word": "行", "context": "3行", "phoneme": "háng"})
    assert Reader(lexicon).read("第3行").characters[2].source == "rule 行/三行"


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(
        '{"word": "行", "phonem": "háng"}\n{"word": "行", "phoneme": "hagn"}\nnonsense\n'
        '{"word": "重", "context": "轻", "phoneme": "zhòng"}\n{"phoneme": "háng"}\n',
        encoding="utf-8",
    )
    with pytest.raises(InputError) as error:
        read(file)
    assert [mistake.place.line for mistake in error.value.mistakes] == [1, 2, 3, 4, 5]
    assert 'Did you mean "phoneme"?' in str(error.value)
    assert str(error.value).count("Did you mean") == 2


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_what_a_format_can_say_comes_back(form: str) -> None:
    lexicon = rules({"word": "处理", "phoneme": "chu3 li3"}, {"word": "行", "phoneme": "hang2"})
    suffix = {"csv": ".csv", "pls": ".pls", "azure": ".xml"}.get(form, ".json")
    text, unsaid = exported(lexicon, form)
    again = Reader(parse(text, "file" + suffix))
    assert not unsaid
    spoken = again.read("处理行")
    assert [c.pinyin for c in spoken.characters] == ["chu3", "li3", "hang2"]
    assert all(c.source.startswith("rule") for c in spoken.characters)


def test_a_document_type_is_refused() -> None:
    with pytest.raises(InputError, match="document type"):
        parse('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><lexicon/>', "x.pls")


def test_equal_rules_have_equal_digests_wherever_they_stand() -> None:
    assert parse(THREE, "a.jsonl").digest == parse("\n" + THREE, "b.jsonl").digest
    assert parse(THREE, "a.jsonl").digest != EMPTY.digest


@pytest.mark.parametrize("name", bundled())
def test_a_bundled_dictionary_is_without_errors(name: str) -> None:
    lexicon = read_bundled(name)
    assert len(lexicon.rules) > 80
    assert not [finding for finding in lint_lexicon(lexicon) if finding.severity == "error"]


def test_bundled_dictionaries_leave_ordinary_text_alone() -> None:
    lexicon = named_lexicons(bundled())
    for text in ["六人参加了会议", "隆重庆祝", "其中风险很大", "市长安排了行程", "简单县城"]:
        assert pinyin(text, lexicon) == pinyin(text)


def test_lint_finds_contradictions_and_unknown_readings() -> None:
    lexicon = rules(
        {"word": "行", "phoneme": "háng"},
        {"word": "行", "phoneme": "xíng"},
        {"word": "行", "context": "行走", "phoneme": "zhòng"},
        {"word": "银行 卡", "phoneme": "yin2 hang2 ka3"},
        {"word": "好", "alias": "好的"},
    )
    assert {finding.code for finding in lint_lexicon(lexicon)} >= {"P101", "P102", "P104", "P106"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一个", "yi2 ge4"),
        ("一天", "yi4 tian1"),
        ("第一", "di4 yi1"),
        ("不是", "bu2 shi4"),
        ("不好", "bu4 hao3"),
        ("看一看", "kan4 yi5 kan4"),
        ("你好", "ni2 hao3"),
        ("一百", "yi4 bai3"),
    ],
)
def test_tones_change_in_connected_speech(text: str, expected: str) -> None:
    spoken = sandhi(Reader().read(text))
    assert " ".join(c.pinyin or "" for c in spoken.characters) == expected


@pytest.mark.parametrize(
    ("where", "tokens"),
    [
        ("none", "长江长，{行}吧。"),
        ("asked", "长江长，<|X|><|ING2|>吧。"),
        ("doubtful", "长江<|CH|><|ANG2|>，<|X|><|ING2|>吧。"),
        ("all", "<|CH|><|ANG2|><|J|><|IANG1|><|CH|><|ANG2|>，<|X|><|ING2|><|B|><|A5|>。"),
    ],
)
def test_characters_become_tokens_as_far_as_is_asked(where: Where, tokens: str) -> None:
    spoken = Reader().read("长江长，{行|xíng}吧。")
    assert phonetic(spoken, where=where) == tokens.replace("{行}", "行")
    assert phonetic(Reader().read("我们在这里等你。"), where="doubtful") == "我们在这里等你。"


def test_what_the_inventory_lacks_is_spelled_as_the_model_was_taught_it() -> None:
    every = phonetic(Reader().read("嗯，呣，来哟，{嗯|ng4}"), where="all")
    assert every == "<|EN1|>，<|M|><|U3|>，<|L|><|AI2|><|IO1|>，<|EN4|>"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", 'word,phoneme\n行,"háng\n' + "x" * 200_000, "a.csv:3: The table cannot be read"),
        ("a.tsv", "word\tphoneme\n" + "行" * 140_000 + "\tháng", "cannot be read"),
        ("a.pls", "<lexicon>" + "<a/>" * 900_000 + "</lexicon>", "too many tags"),
        ("a.pls", "<a>" * 500_000 + "</a>" * 500_000, "too many tags"),
        ("a.jsonl", '{"word": "行", "alias": "x"}\n' * 100_001, "more than 100000 rules"),
        ("a.json", "[" + "{}," * 100_001 + "{}]", "more than 100000 rules"),
        ("a.jsonl", '{"word": "%s", "alias": "x"}' % ("行" * 65), "64 characters at most"),
    ],
    ids=["open quote", "long cell", "tags", "deep tags", "rules", "mistakes", "long word"],
)
def test_a_file_that_would_take_all_day_is_refused_at_once(name: str, text: str, said: str) -> None:
    started = time.monotonic()
    with pytest.raises(InputError, match=said):
        parse(text, name)
    assert time.monotonic() - started < 20
