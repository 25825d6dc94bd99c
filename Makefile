# Everything a developer or a curious user needs. Each target installs what it needs into .venv.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help install engines ui demo test check bench conformance lock format clean

help: ## Show the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(STAMP) ## Make .venv with everything, from the lock file

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Sekisho needs Python 3.11 or later; this is %s. Try: make PYTHON=python3.12" % sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

engines: install ## Fetch the real servers that the tests talk to: NATS, Azurite, llama.cpp
	@$(BIN)/python -m tests.engines.install

ui: install ## Open the app over the fictitious samples, ready to use
	@$(BIN)/sekisho ui

demo: install ## Run the main job on real processes: no account, no key, no model download
	@$(BIN)/sekisho demo

test: engines ## Run all tests
	$(BIN)/python -m pytest

check: engines ## Lint, types, import rules, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

bench: engines ## Measure, as ratios against named floors; writes bench/results.md
	$(BIN)/python -m bench

conformance: install ## Run the public MCP conformance suite (installs Node 22 through npm)
	$(BIN)/python -m tests.conformance.run

lock: ## Resolve again: hashes for every platform, no registry address
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --all-extras --upgrade pyproject.toml -o requirements.lock

format: install ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## Remove what the targets made
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist
