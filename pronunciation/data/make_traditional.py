"""wetext's grammar of traditional characters -> traditional.txt: traditional, simplified, in pairs.

Run once, by hand: `python -m comfyui_glmtts.pronunciation.data.make_traditional`.
"""

from __future__ import annotations

from pathlib import Path

from ..chinese.g2p.readings import known_readings

KEPT = "著乾瞭藉麽徵於幺喎夥蒐祂閤"
"""Characters that words decide (see `words_of_both`) or that are read otherwise when simplified."""


def main() -> None:
    """Write the table of single characters."""
    from wetext import Normalizer

    normalizer = Normalizer(lang="zh", operator="tn", traditional_to_simple=True)
    pairs = []
    for char in known_readings():
        if char in KEPT or not "\u3400" <= char <= "\u9fff":
            continue
        simple = str(normalizer.normalize(char))
        if len(simple) == 1 and simple != char:
            pairs.append(char + simple)
    path = Path(__file__).parent / "traditional.txt"
    path.write_text("\n".join(sorted(pairs)) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
