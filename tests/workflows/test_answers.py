"""What a server says is taken apart: other forms are the server's failure, mistakes a person's."""

import pytest
from comfyui_glmtts.mistakes import InputError, Place
from comfyui_glmtts.workflows.answers import ServerError, understood


@pytest.mark.parametrize("error", [KeyError("a"), ValueError("b"), RecursionError()])
def test_an_answer_of_another_form_is_the_servers_failure(error: Exception) -> None:
    with pytest.raises(ServerError, match="of a prompt is not ComfyUI's"), understood("a prompt"):
        raise error


def test_a_mistake_that_a_node_told_of_stays_a_mistake() -> None:
    with pytest.raises(InputError, match="speaker: There is none"), understood("a prompt"):
        raise InputError.at(Place("speaker"), "There is none.")
