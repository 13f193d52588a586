# Everything one does with Goodstanding; `make help` lists it.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
DATA   ?= var
SIZE   ?= 100000
export PORT DATA

CATALOGUES := $(wildcard shared/web/translations/*/LC_MESSAGES/messages.po services/*/translations/*/LC_MESSAGES/messages.po)
COMPILED   := $(CATALOGUES:.po=.mo)

.DEFAULT_GOAL := help
.PHONY: help run test bench lint format demo gate export verify translations lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

run: $(VENV)/.run translations ## Serve the suite with a demo company at http://127.0.0.1:8000 (PORT=, DATA=)
	@exec $(BIN)/python wsgi.py run

test: $(VENV)/.test translations ## Run every test (both databases, real browser); ARGS= goes to pytest
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

bench: $(VENV)/.test translations ## Measure against the bare form of the same work; ARGS= names what to measure
	@$(BIN)/python -m tests.bench $(ARGS)

lint: $(VENV)/.test ## Style, types and the direction of imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.test ## Put the code into its form
	@$(BIN)/ruff check --fix-only -q . ; $(BIN)/ruff format .

demo: $(VENV)/.run translations ## Fill an empty DATA= with a demo company of SIZE= people
	@$(BIN)/python wsgi.py demo --size $(SIZE)

gate: $(VENV)/.run translations ## Gate a payout file: FILE=payout.csv PERIOD=2026-Q3 [OUT=gated.csv]
	@test -n "$(FILE)" -a -n "$(PERIOD)" || { echo "make gate FILE=payout.csv PERIOD=2026-Q3 [OUT=gated.csv]"; exit 2; }
	@$(BIN)/python wsgi.py gate "$(FILE)" --period "$(PERIOD)" $(if $(OUT),--out "$(OUT)")

export: $(VENV)/.run ## Write a service's provable log to a file: SERVICE=training OUT=training-log.zip
	@test -n "$(SERVICE)" -a -n "$(OUT)" || { echo "make export SERVICE=training OUT=training-log.zip"; exit 2; }
	@$(BIN)/python wsgi.py export-log "$(SERVICE)" "$(OUT)"

verify: $(VENV)/.run ## Verify an exported log offline: FILE=training-log.zip
	@test -n "$(FILE)" || { echo "make verify FILE=training-log.zip"; exit 2; }
	@$(BIN)/python shared/eventlog/verify.py "$(FILE)"

translations: $(COMPILED)

%.mo: %.po | $(VENV)/.run
	@$(BIN)/pybabel -q compile -i $< -o $@

lock: $(VENV)/.run ## Lock the newest versions that requirements*.in allow, by hash
	@for set in requirements requirements-dev; do \
	  $(BIN)/uv pip compile $$set.in --upgrade --universal --generate-hashes --no-header --python-version 3.11 -q -o $$set.lock; done

clean: ## Remove what was built (never DATA)
	@rm -rf $(VENV) $(COMPILED) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(BIN)/uv: requirements-installer.lock
	@scripts/make-venv "$(PYTHON)" $(VENV)
	@touch $@

$(VENV)/.run: requirements.lock $(BIN)/uv
	@scripts/system-packages run
	@$(BIN)/uv pip install -q --require-hashes -r requirements.lock --python $(BIN)/python
	@touch $@

$(VENV)/.test: requirements-dev.lock $(VENV)/.run
	@scripts/system-packages test
	@$(BIN)/uv pip install -q --require-hashes -r requirements-dev.lock --python $(BIN)/python
	@touch $@
