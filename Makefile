# One word a job. Everything is installed into .venv from requirements.lock, whose hashes pip checks.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready
EXAMPLES := $(wildcard examples/*.json examples/*.txt examples/*.md examples/*.html)
EXAMPLES := $(filter-out examples/README.md,$(EXAMPLES))

.PHONY: demo test lint gate bench docs lock clean

# one report as a person reads it, all examples as records and as one table of claims, and one case of four reports
demo: $(READY)
	@mkdir -p out
	$(BIN)/counterclaim read examples/kursk-bulletin.json
	$(BIN)/counterclaim read --json --explain $(EXAMPLES) > out/records.jsonl
	$(BIN)/counterclaim table < out/records.jsonl
	$(BIN)/counterclaim case examples/birket-amara.jsonl
	@echo "The full records, with what was left out and the rule behind each field: out/records.jsonl"

test: $(READY)
	$(BIN)/python -m pytest

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/mypy

gate: $(READY)
	$(BIN)/python bench/gate.py
	$(BIN)/python bench/case_gate.py

bench: $(READY)
	$(BIN)/python bench/speed.py

# these pages and the docstrings as a static site
docs: $(READY)
	$(BIN)/python docs/build.py out/site

# new versions of everything within the bounds of pyproject.toml; read the difference before you commit it
lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet uv
	printf 'hatchling==1.27.0\neditables==0.5\n' | .venv-lock/bin/uv pip compile pyproject.toml - --extra dev \
		--python-version 3.11 --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
		--upgrade --output-file requirements.lock > /dev/null
	rm -rf .venv-lock

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

clean:
	rm -rf .venv .venv-lock build dist out .pytest_cache .mypy_cache .ruff_cache .hypothesis
