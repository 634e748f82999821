"""Noto Sans CJK (OTC) -> timeline-sans-sc.otf: the subset that pictures are lettered with.

Run by hand, see README.md; needs fonttools, which the project itself does not.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset

FAMILY = "Timeline Sans SC"
SIMPLIFIED_CHINESE = 2  # the collection's third font
PINYIN = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüêńňǹḿĀÁǍÀĒÉĚÈŌÓǑÒÜ"
# Met in names, yet outside GB 2312.
NAMES = "喆堃玥珺翀昇彧祎祺赟烜炘犇淼骉焱垚鑫煊珏琭瑀璟璠晞晟暐昉旸旻芃苒茜荻菀葳蓁薇瑄禛铖镕镠钇"
SIGNS = "–—‘’“”…•€‰℃™♪♫→←↑↓▶■□●○"


def encodable(codec: str, leads: Iterable[int]) -> set[int]:
    """The code points of a two-byte codec's rows."""
    points = set()
    for lead in leads:
        for trail in range(0x40, 0xFF):
            try:
                points.add(ord(bytes([lead, trail]).decode(codec)))
            except UnicodeDecodeError:
                continue
    return points


def wanted() -> set[int]:
    """Every code point the subset keeps, as far as the source has it."""
    latin = {*range(0x20, 0x7F), *range(0xA0, 0x100)}
    punctuation_and_kana = {*range(0x3000, 0x3100), *range(0xFF00, 0xFFF0)}
    gb2312 = encodable("gb2312", range(0xA1, 0xF8))
    common_traditional = encodable("big5", range(0xA4, 0xC7))
    extra = {ord(char) for char in PINYIN + NAMES + SIGNS}
    return latin | punctuation_and_kana | gb2312 | common_traditional | extra


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="NotoSansCJK-Regular.ttc")
    source = parser.parse_args().source
    options = subset.Options(
        font_number=SIMPLIFIED_CHINESE,
        hinting=False,
        layout_features=[],
        notdef_outline=True,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        recalc_timestamp=False,
    )
    options.drop_tables += ["BASE", "DSIG", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    rename(font)
    subset.save_font(font, str(Path(__file__).with_name("timeline-sans-sc.otf")), options)


def rename(font: subset.ttLib.TTFont) -> None:
    """Give the derived font a name of its own; "Noto" is its makers' trademark."""
    compact = FAMILY.replace(" ", "")
    names = {1: FAMILY, 2: "Regular", 3: f"{compact}-Regular", 4: FAMILY, 6: f"{compact}-Regular"}
    for name_id, text in names.items():
        font["name"].setName(text, name_id, 3, 1, 0x409)
    outlines = font["CFF "].cff
    outlines.fontNames = [f"{compact}-Regular"]
    top = outlines.topDictIndex[0]
    top.FullName, top.FamilyName = FAMILY, FAMILY
    for index, part in enumerate(top.FDArray):
        part.FontName = f"{compact}-Regular-{index}"


if __name__ == "__main__":
    main()
