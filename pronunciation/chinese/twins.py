"""Words -> how Taiwan and Hong Kong write them, where that is no simplified word's own form."""

from __future__ import annotations

TWINS = {
    "计划": "計畫", "了望": "瞭望", "特征": "特徵", "象征": "象徵", "征兆": "徵兆", "征候": "徵候",
    "征婚": "徵婚", "征稿": "徵稿", "答复": "答覆", "回复": "回覆", "借口": "藉口", "凭借": "憑藉",
    "账号": "帳號", "账户": "帳戶", "部分": "部份", "身份": "身分",
}  # fmt: skip
