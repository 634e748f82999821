from comfyui_glmtts.mistakes import InputError, Mistake, Place, nearest


def test_a_mistake_says_where_what_and_what_to_do() -> None:
    place = Place("a.yaml", 4, 7)
    mistake = Mistake(place, 'Unknown key "speker".', nearest("speker", ["speaker"]))
    assert str(mistake) == 'a.yaml:4:7: Unknown key "speker". Did you mean "speaker"?'


def test_an_error_lists_every_mistake_a_line_each() -> None:
    place = Place("a.yaml")
    error = InputError([Mistake(place, "One.", "Fix it."), Mistake(place, "Two.", "")])
    assert str(error) == "a.yaml: One. Fix it.\na.yaml: Two."
