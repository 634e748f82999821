# ruff: noqa: E501 - a table is read as lines
"""Parts of the patterns of English rules."""

from __future__ import annotations

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|(?<![\w.])\.\d+"
NUMBER = rf"(?:{NUMBER})"
DASH = r"\s?[-–—―~]\s?"
YEAR = r"(?:1[0-9]\d\d|20\d\d)"
COUNTED = (
    r"people|men|women|students|dollars|times|years|days|miles|meters|words|pages|units|employees|"
    r"items|hours|minutes|seconds|points|votes|steps|users|copies|cars|jobs|homes|deaths|cases|"
    r"euros|pounds|feet|tons|calories|fans|members|visitors|customers|workers|soldiers|kilometers|"
    r"square|cubic|percent|degrees|or more|or so|more|km|kg|mi|ft|lbs?|mg|kcal|cal|mAh|MHz|GHz|rpm|yards|acres"
)
"""After a number: it is an amount, and no year."""
