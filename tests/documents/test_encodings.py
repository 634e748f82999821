"""Texts in encodings nobody named: read where one is plausible, refused in doubt."""

import pytest
from comfyui_glmtts.documents.encodings import decoded, plausible
from comfyui_glmtts.mistakes import InputError

TEXTS = {
    "gb18030": ["编号,商品,价格\n1,苹果,12\n", "二楼,促销,免费", "请注意，G1234次列车晚点二十分"],
    "big5": ["編號,商品,價格\n1,蘋果,12\n", "id,from\na1,臺北\n", "高雄,臺中"],
    "cp932": ["番号,商品\n1,りんご\n", "お知らせします。電車が遅れています", "東京,大阪"],
    "cp949": ["번호,상품,가격\n1,사과,12\n", "안내 말씀 드립니다. 열차가 늦어지고 있습니다"],
    "cp1252": ["id,city\n1,Zürich\n2,Orléans\n", "Café à la crème", "id,price\n1,12 €\n"],
}
CASES = [(name, text) for name, texts in TEXTS.items() for text in texts]


@pytest.mark.parametrize(("name", "text"), CASES)
def test_a_text_is_read_in_the_encoding_that_makes_it_plausible(name: str, text: str) -> None:
    assert decoded(text.encode(name), "a.csv") == text


@pytest.mark.parametrize("text", [text for _, text in CASES])
@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_told_by_itself(name: str, text: str) -> None:
    assert decoded(text.encode(name), "a.csv") == text


@pytest.mark.parametrize(
    "data",
    [b"id,x\n1,\xff\xfe\n", "ｱｲｳ".encode("cp932"), b"\x81\x20\x8d", "好\x01".encode("gbk")],
)
def test_what_makes_no_sense_is_refused_with_its_line(data: bytes) -> None:
    with pytest.raises(InputError, match=r"a\.csv:\d: The file is not UTF-8.*--encoding"):
        decoded(data, "a.csv")


def test_two_that_are_as_plausible_are_both_named() -> None:
    doubtful = "서울".encode("cp949")
    found = plausible(doubtful)
    assert len(found) != 1 or found == ["cp949"]
    assert decoded(doubtful, "a.csv", "euc_kr") == "서울"


def test_an_encoding_that_is_named_is_taken_at_its_word() -> None:
    assert decoded("ｱｲｳ".encode("cp932"), "a.csv", "shift_jis") == "ｱｲｳ"
    with pytest.raises(InputError, match="No encoding"):
        decoded(b"a", "a.csv", "klingon")
    with pytest.raises(InputError, match="is not in ascii"):
        decoded(b"\xff", "a.csv", "ascii")
