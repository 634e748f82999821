"""Golden schemas in, locales out: what the editor shows of every node, and what must be translated.

    python tests/editor/locales.py     # writes locales/en/nodeDefs.json

English is what the schemas say. The other languages are written by hand; `test_locales.py` holds
them against the English one, key by key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PACK = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "golden"
LOCALES = PACK / "locales"

Locale = dict[str, Any]


def schemas() -> dict[str, Any]:
    """By node: what a server's /object_info says of it."""
    return {
        path.stem: json.loads(path.read_text("utf-8")) for path in sorted(GOLDEN.glob("*.json"))
    }


def english(known: dict[str, Any]) -> Locale:
    """The English locale of the nodes, in the form the editor reads."""
    return {name: _node(schema) for name, schema in known.items()}


def texts(locale: Locale, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text of a locale with its place in it."""
    for key, value in locale.items():
        if isinstance(value, dict):
            yield from texts(value, (*place, key))
        else:
            yield (*place, key), value


def read(language: str, name: str = "nodeDefs") -> Locale:
    """A locale as it is committed."""
    found: Locale = json.loads((LOCALES / language / f"{name}.json").read_text("utf-8"))
    return found


def _node(schema: dict[str, Any]) -> Locale:
    outputs = zip(schema["output_name"], schema["output_tooltips"], strict=True)
    return {
        "display_name": schema["display_name"],
        "description": schema["description"],
        "inputs": dict(_inputs(schema["input"], "")),
        "outputs": {
            str(number): {"name": name, "tooltip": tooltip}
            for number, (name, tooltip) in enumerate(outputs)
        },
    }


def _inputs(told: dict[str, Any], prefix: str) -> Iterator[tuple[str, Locale]]:
    """The inputs with those that a choice brings along; the editor writes `a.b` as `a_b`."""
    for kind in ("required", "optional"):
        for name, (type_, options) in told.get(kind, {}).items():
            if type_ == "AUDIO_UI":  # a player has no label
                continue
            shown = {"name": options.get("display_name") or name, "tooltip": options["tooltip"]}
            choices = options.get("options") or []
            dynamic = [choice for choice in choices if isinstance(choice, dict)]
            words = [choice["key"] for choice in dynamic] or choices
            fixed = {str(word).replace(".", "_"): word for word in words if not _is_found(name)}
            yield prefix + name, {**shown, **({"options": fixed} if fixed else {})}
            for choice in dynamic:
                yield from _inputs(choice["inputs"], f"{prefix}{name}_")
            for grown in options.get("template", {}).get("names", ()):
                (template,) = options["template"]["input"]["optional"].values()
                yield (
                    f"{prefix}{name}_{grown}",
                    {"name": grown, "tooltip": template[1]["tooltip"]},
                )


def _is_found(name: str) -> bool:
    """Whether the choices are what a computer happens to hold, not words of ours."""
    return name in ("checkpoint", "voice", "reference")


if __name__ == "__main__":
    text = json.dumps(english(schemas()), indent=2, ensure_ascii=False)
    (LOCALES / "en" / "nodeDefs.json").write_text(text + "\n", "utf-8")
