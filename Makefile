# `make help` is the map.

SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SOURCES := services workers libs ops examples tests bench

.PHONY: help run test lint bench lock browser clean

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'
	@echo
	@echo "  DATA_DIR=./var PORT_BASE=8000 HOST=127.0.0.1 PUBLIC_HOST=… say where it stands."

run: $(VENV)/.run ## Install, then start everything here; Ctrl-C stops it
	@exec $(BIN)/shencai up

test: $(VENV)/.dev lint browser ## Everything that can fail: style, types, walls, unit, integration, browser
	@status=0; \
	FUZZ_SECONDS=120 $(BIN)/pytest -n 2 --dist loadgroup tests/unit tests/house tests/integration || status=1; \
	$(BIN)/pytest tests/e2e || status=1; \
	exit $$status

lint: $(VENV)/.dev ## Style, types, walls
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy $(wildcard $(SOURCES))
	@$(BIN)/lint-imports --no-logo

bench: $(VENV)/.dev ## Measure again what bench/RESULTS.md claims
	@$(BIN)/python -m bench

lock: $(VENV)/.run ## Choose newer versions: requirements.lock and requirements-dev.lock
	@$(PIP) install uv
	@for name in "" -dev; do \
	  $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --upgrade \
	    --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	    --extra install --extra servers --extra tencent --extra reader --extra aliyun $${name:+--extra dev -c requirements.lock} \
	    -o requirements$$name.lock || exit 1; \
	done

clean: ## Remove what was installed and built; the data in DATA_DIR stays
	@rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(BIN)/python:
	@test -n "$(PYTHON)" && "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Shencai needs Python 3.11 or newer: install it, or say where: make PYTHON=/path/to/python3.11"; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Python's venv module is missing; on Debian: apt install python3-venv"; exit 1; }

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what Shencai needs (about 1 GB on the disk, once) …"
	@$(PIP) install --no-deps --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Installing what the tests need …"
	@$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

# A browser and a Chinese font, for the browser tests and for drawing samples.
browser:
	@if command -v chromium >/dev/null && fc-list 2>/dev/null | grep -qi 'cjk'; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium and Chinese fonts …"; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
	    --no-install-recommends chromium fonts-noto-cjk fontconfig; } >/dev/null; \
	else \
	  echo "The browser tests need Chromium and a Chinese font; on Debian: apt install chromium fonts-noto-cjk fontconfig"; \
	  exit 1; \
	fi
