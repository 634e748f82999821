# Everything runs in .venv, made here with nothing but Python 3.10 or newer.
# Without make: the README lists the same lines as plain `python -m` commands.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PY := $(BIN)/python

.PHONY: demo test browser editor gpu faults lint check bench pictures clean

demo: $(VENV)/demo.stamp ## Render the two-speaker example episode into out/demo
	$(PY) -m comfyui_glmtts render examples/podcast/episode.yaml --output out/demo

test: $(VENV)/dev.stamp ## Install what the tests need and run them, on all cores
	$(PY) -m pytest --numprocesses auto --dist worksteal --durations 10

browser: $(VENV)/dev.stamp ## The pages people look at, in a real Chromium (installed as `chromium`)
	$(PY) -m pytest tests/browser

editor: $(VENV)/dev.stamp ## The nodes, in two real ComfyUI servers and their editor (about 1.5 GB)
	$(PY) tests/editor/hosts.py
	$(PY) -m pytest tests/editor

gpu: $(VENV)/dev.stamp ## What wants a CUDA device: every fast path against the plain one
	$(PY) -m pytest -m gpu

faults: $(VENV)/dev.stamp ## What is done to the watched folder, at full size; docs/reliability.md
	$(PY) tests/faults/run.py --full

check: lint test browser editor ## Everything a change must pass

lint: $(VENV)/dev.stamp ## Style, types, and which room imports which
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	mkdir -p .dev && ln -sfn .. .dev/comfyui_glmtts
	$(PY) -m mypy
	$(BIN)/lint-imports

bench: $(VENV)/dev.stamp ## Speed, as ratios measured in one run
	$(PY) -m bench.table
	$(PY) -m bench
	$(PY) -m bench.flow
	$(PY) -m bench.long --minutes 1 15
	$(PY) bench/preview.py
	$(PY) bench/kokoro.py
	$(PY) bench/mastering.py
	$(PY) bench/edit.py
	$(PY) bench/announce.py --rows 1000 --kills 5

pictures: $(VENV)/dev.stamp ## Draw the screenshots of the documentation again
	$(PY) docs/images/make_review.py
	$(PY) tests/browser/draw_watch.py

$(VENV)/demo.stamp: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -e ".[kokoro,preview]"
	touch $@

$(VENV)/dev.stamp: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -e ".[kokoro,listen,preview,glm,dev]"
	touch $@

clean: ## Remove what the other targets made
	rm -rf $(VENV) .hosts out build dist *.egg-info
