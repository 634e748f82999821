"""Rules from a file, from a text or bundled -> a pronunciation dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import inputs
from .host import contents, folders
from .host.api import CATEGORY, io
from .values import LEXICON

if TYPE_CHECKING:
    from ..pronunciation.lexicon.lexicon import Lexicon

_EXAMPLE = '{"word": "重庆", "phoneme": "chong2 qing4"}\n{"word": "GLM", "alias": "G L M"}'


class PronunciationDictionary(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="GLMTTS_Dictionary",
            display_name="Pronunciation Dictionary",
            category=CATEGORY,
            description="Rules for how words are read. Connect several in a chain: of two rules "
            "for the same words the later one wins.",
            search_aliases=["lexicon", "polyphone", "pinyin", "phoneme", "reading"],
            inputs=_inputs(),
            outputs=[
                LEXICON.Output(
                    "dictionary", display_name="dictionary", tooltip="All rules together."
                ),
                io.String.Output(
                    "report",
                    display_name="report",
                    tooltip="How many rules there are, and what is doubtful about them.",
                ),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, source: dict[str, Any], **_: Any) -> str | float:
        if source["source"] != "file":
            return ""
        if source.get("file") is None:
            return contents.unknown()
        return contents.of([folders.input_file(source["file"], "file")])

    @classmethod
    def execute(cls, source: dict[str, Any], dictionary: Lexicon | None = None) -> io.NodeOutput:
        from ..pronunciation.lexicon.lexicon import EMPTY
        from ..pronunciation.lexicon.lint import lint_lexicon

        rules = _read(source)
        whole = (dictionary or EMPTY).merged(rules)
        findings = [str(one) for one in lint_lexicon(rules) if one.severity != "note"]
        return io.NodeOutput(whole, "\n".join([f"{len(whole.rules)} rules", *findings]))


def _rules() -> io.Input:
    return io.String.Input(
        "rules",
        multiline=True,
        default=_EXAMPLE,
        dynamic_prompts=False,
        tooltip="One rule a line, as JSON: word with phoneme (pinyin) or alias (other words); "
        "context, not, left, right, language, speaker and priority narrow it.",
    )


def _read(source: dict[str, Any]) -> Lexicon:
    from ..pronunciation.lexicon.files import parse, read
    from ..pronunciation.lexicon.named import read_bundled

    if source["source"] == "file":
        return read(folders.input_file(source.get("file") or "", "file"))
    if source["source"] == "bundled":
        return read_bundled(source["name"])
    return parse(source["rules"], "rules")


def _inputs() -> list[io.Input]:
    from ..pronunciation.lexicon.named import bundled

    return [
        io.DynamicCombo.Input(
            "source",
            options=[
                io.DynamicCombo.Option("text", [_rules()]),
                io.DynamicCombo.Option(
                    "file",
                    [inputs.file("file", "A dictionary: JSON Lines, CSV, TSV, PLS or JSON.")],
                ),
                io.DynamicCombo.Option(
                    "bundled",
                    [
                        io.Combo.Input(
                            "name",
                            options=list(bundled()),
                            tooltip="A dictionary that comes along.",
                        )
                    ],
                ),
            ],
            tooltip="Where the rules are: written here, in a file, or bundled.",
        ),
        LEXICON.Input(
            "dictionary",
            optional=True,
            tooltip="Rules that hold too, unless these say otherwise.",
        ),
    ]
