"""Options that several commands share, spread from a dataclass into each command's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest
import typer
from comfyui_glmtts.cli.groups import with_groups
from typer.testing import CliRunner

Folders = Annotated[list[Path], typer.Option("--folder", default_factory=list)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooking:
    folders: Folders
    heat: Annotated[int, typer.Option("--heat", "-H", min=1, max=9)] = 3


@with_groups
def cook(
    dish: Annotated[str, typer.Argument(help="What to cook.")],
    cooking: Cooking,
    loud: Annotated[bool, typer.Option("--loud")] = False,
) -> None:
    """Cook a DISH."""
    typer.echo(f"{dish} {cooking} {loud}")


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.command()(cook)
    return app


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["soup"], f"soup {Cooking(folders=[])} False"),
        (["-H", "5", "soup", "--loud"], f"soup {Cooking(folders=[], heat=5)} True"),
        (
            ["soup", "--folder", "a", "--folder", "b"],
            f"soup {Cooking(folders=[Path('a'), Path('b')])} False",
        ),
    ],
)
def test_a_group_is_made_of_its_own_options(
    arguments: list[str], said: str, app: typer.Typer
) -> None:
    done = CliRunner().invoke(app, arguments)
    assert done.stdout.strip() == said


def test_options_of_a_group_are_checked_and_helped_like_any_other(app: typer.Typer) -> None:
    assert CliRunner().invoke(app, ["soup", "--heat", "12"]).exit_code == 2
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "100"}).stdout
    assert "Cook a DISH." in shown
    for option in ("--folder", "--heat", "--loud"):
        assert option in shown
