# The commands of the project. `make run` and `make test` need nothing but Debian, make and python3-venv.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
BENCH ?=
ROOMS := admin bot conversations documents locales registry storage web xueji
# Sets are walked in the same order by every worker and in every run, so a failure can be repeated.
PYTEST := PYTHONHASHSEED=0 $(BIN)/pytest -n 2 --dist loadfile -q

export PYTHONUTF8 := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run check test test-long bench pictures lock clean debian

help:
	@echo "make run        start the demonstration school"
	@echo "make test       check the code, then run every test"
	@echo "make check      style, types, import rules, catalogues"
	@echo "make test-long  the randomised tests twenty times larger"
	@echo "make bench      measure; BENCH=turn for the rows whose name begins so"
	@echo "make pictures   take the pictures of the README from the running system"
	@echo "make lock       write the lock files anew from requirements*.in"
	@echo "make clean      remove what the other commands made, except var/"

run: .venv/.program
	@exec $(BIN)/xueji demo

check: .venv/.tests
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { $(BIN)/ruff format --check . ; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache --no-logo
	@$(if $(wildcard tests/test_catalogues.py),$(BIN)/pytest -q --no-header --durations=0 --durations-min=9 tests/test_catalogues.py)

test: debian check
	@$(PYTEST)

test-long: debian check
	@XUEJI_TEST_SCALE=20 $(PYTEST)

bench: .venv/.tests
	@$(BIN)/python -m benchmarks $(BENCH)

pictures: .venv/.tests debian
	@$(BIN)/python -m docs.pictures

debian:
	@bash tests/debian.sh

lock:
	@bash requirements.sh

clean:
	rm -rf .venv .venv-lock build ./*.egg-info benchmarks/results.json
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The virtual environment. Each stamp is newer than the files it was made from, so nothing is
# installed twice; an environment made by hand is taken over.
.venv/.program: requirements.txt pyproject.toml | .venv/bin/pip
	@echo "Installing what the program needs (about a minute, only when the lock has changed) …"
	@$(BIN)/python -m pip install -qq --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q $(ROOMS)
	@touch $@

.venv/.tests: requirements-test.txt benchmarks/requirements.txt .venv/.program
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install -qq --require-hashes -r requirements-test.txt
	@if grep -q == benchmarks/requirements.txt; then \
	    $(BIN)/python -m pip install -qq --require-hashes -r benchmarks/requirements.txt; fi
	@touch $@

.venv/bin/pip:
	@command -v $(PYTHON) > /dev/null || { \
	    echo "Python is missing. Install it with:  sudo apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Python 3.11 or newer is needed; $$($(PYTHON) --version) is what $(PYTHON) starts."; \
	    echo "On Debian 12 or newer:  sudo apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || { \
	    echo "python3-venv is missing. Install it with:  sudo apt install python3-venv"; exit 1; }
	@echo "Making the virtual environment .venv …"
	@$(PYTHON) -m venv --clear .venv
