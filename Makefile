# Everything goes through these targets; each makes the environment first if it is not there.
PYTHON ?= python3.11
VENV ?= .venv
# TORCH=cpu takes torch without CUDA from pytorch.org; TORCH=cuda (default on PyPI for Linux) takes it with.
TORCH ?=
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check
TORCH_INDEX := $(if $(filter cpu,$(TORCH)),--extra-index-url https://download.pytorch.org/whl/cpu)

.DEFAULT_GOAL := help
.PHONY: help env demo run ui test test-all lint wheel-test format bench accuracy soak audit screenshots figures clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(VENV)/.ready: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --quiet $(TORCH_INDEX) --constraint constraints.txt torch torchvision
	$(PIP) --quiet $(TORCH_INDEX) --constraint constraints.txt --editable '.[dev]'
	@$(BIN)/python tools/usable_opencv.py
	@touch $@

env: $(VENV)/.ready  ## the Python environment in .venv

demo: $(VENV)/.ready  ## make the demo world, run everything on it, say where to look
	$(BIN)/reid-assets demo

run: $(VENV)/.ready  ## run on outputs/cv (or REID_ROOT)
	$(BIN)/reid-assets run

ui: $(VENV)/.ready  ## the Dagster UI on http://127.0.0.1:3000
	$(BIN)/reid-assets ui

# One more than cores: the stories with a real daemon wait most of their time.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PYTEST := $(BIN)/python -m pytest --numprocesses $(WORKERS) --maxprocesses 8 --dist loadfile --no-loadscope-reorder
test: $(VENV)/.ready  ## the tests that are not marked `long` (about twelve minutes on two cores)
	$(PYTEST) -m "not long"

test-all: $(VENV)/.ready  ## all tests (about half an hour on two cores)
	$(PYTEST)

lint: $(VENV)/.ready  ## ruff (lint and format), mypy, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

wheel-test:  ## build the wheel, install it into a fresh environment, use it in an empty folder (five minutes)
	tools/wheel_test.sh $(PYTHON) $(TORCH_INDEX)

format: $(VENV)/.ready  ## let ruff format everything
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.ready  ## seconds per stage beside a plain implementation; crops under occlusion; grouping at size (25 minutes)
	$(BIN)/python -m benchmarks.stages
	$(BIN)/python -m benchmarks.pooling
	$(BIN)/python -m benchmarks.association

accuracy: $(VENV)/.ready  ## the grouping on labelled tracks (REID_LABELLED): regimes, sites, few tracks, confidence, constants
	$(BIN)/python -m benchmarks.accuracy
	$(BIN)/python -m benchmarks.accuracy.expected
	$(BIN)/python -m benchmarks.accuracy.few_tracks
	$(BIN)/python -m benchmarks.accuracy.reliability
	$(BIN)/python -m benchmarks.accuracy.review
	$(BIN)/python -m benchmarks.accuracy.fit_cut
	$(BIN)/python -m benchmarks.accuracy.sensitivity

soak: $(VENV)/.ready  ## twenty kills; every file operation fails once (hours; REID_SOAK_FAULTS=100: fewer); 200 videos at once
	$(PYTEST)
	$(BIN)/python -m pytest soak -s --timeout=21600

audit: $(VENV)/.ready  ## known vulnerabilities in the versions of constraints.txt (asks pypi.org)
	@test -x .audit/bin/pip-audit || ($(PYTHON) -m venv .audit && .audit/bin/pip install --quiet pip-audit)
	.audit/bin/pip-audit --requirement constraints.txt --no-deps --disable-pip

screenshots: $(VENV)/.ready  ## pictures of the UI on the demo world, into docs/pictures
	$(BIN)/python tools/screenshots.py

# There is a folder of this name.
.PHONY: docs
$(VENV)/.docs: $(VENV)/.ready
	$(PIP) --quiet --constraint constraints.txt --editable '.[docs]'
	@touch $@

docs: $(VENV)/.docs  ## the documentation site, into site/; a broken link is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

figures: $(VENV)/.ready  ## the figures of docs/association.md, on the demo
	$(BIN)/python tools/association_figures.py

clean:  ## remove the environment and the outputs of the demo
	rm -rf $(VENV) outputs/demo
