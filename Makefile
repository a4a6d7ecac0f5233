# The words of this project. `make help` lists them.
SHELL := /bin/bash
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help run test check fix gen web bench docs

help: ## List these words
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 14

run: web ## Set everything up and serve the demo city on http://127.0.0.1:8080
	@exec $(BIN)/toancanh demo

test: web .venv/debian ## Set everything up and run every test
	@$(BIN)/python scripts/build_web.py --test
	@$(BIN)/pytest --ignore=tests/web
	@$(BIN)/pytest tests/web

check: .venv/ready web ## Format, lint, types, staircase, packs, generated files
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache | tail -n 4
	@$(BIN)/toancanh check
	@$(BIN)/toancanh docs gen --check
	@$(BIN)/python scripts/build_web.py --check

fix: .venv/ready ## Mend what can be mended by machine
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --quiet --fix .

gen: .venv/ready ## Write the generated files again: schemas, OpenAPI, references, TypeScript types
	@$(BIN)/toancanh docs gen
	@$(BIN)/python scripts/build_web.py --gen

web: .venv/ready ## Build the front end
	@$(BIN)/python scripts/build_web.py

bench: .venv/ready .venv/debian ## Measure against the engine's own limits, in one run
	@$(BIN)/python -m bench

docs: gen ## Write the reference pages and check every link
	@$(BIN)/pytest tests/test_docs.py

.venv/ready: requirements.lock pyproject.toml scripts/setup.sh
	@bash scripts/setup.sh python

.venv/debian: .venv/ready scripts/setup.sh
	@bash scripts/setup.sh debian
