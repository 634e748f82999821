# Everything runs in .venv, made here with nothing but Python 3.10 or newer.
# Without make: the README lists the same lines as plain `python -m` commands.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PY := $(BIN)/python

.PHONY: demo test browser lint check bench clean

demo: $(VENV)/demo.stamp ## Render the two-speaker example episode into out/demo
	$(PY) -m comfyui_glmtts render examples/podcast/episode.yaml --output out/demo

test: $(VENV)/dev.stamp ## Install what the tests need and run them
	$(PY) -m pytest

browser: $(VENV)/dev.stamp ## The pages people look at, in a real Chromium (installed as `chromium`)
	$(PY) -m pytest tests/browser

check: lint test ## Everything a change must pass

lint: $(VENV)/dev.stamp ## Style, types, and which room imports which
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	mkdir -p .dev && ln -sfn .. .dev/comfyui_glmtts
	$(PY) -m mypy
	$(BIN)/lint-imports

bench: $(VENV)/dev.stamp ## Speed, as ratios measured in one run
	$(PY) bench/preview.py
	$(PY) bench/mastering.py
	$(PY) bench/edit.py

$(VENV)/demo.stamp: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -e ".[preview]"
	touch $@

$(VENV)/dev.stamp: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -e ".[preview,glm,dev]"
	touch $@

clean: ## Remove what the other targets made
	rm -rf $(VENV) out build dist *.egg-info
