# `make demo` and `make test` are all one needs; both set everything up first.

SHELL := /bin/bash
BIN := .venv/bin
READY := .venv/ready

.PHONY: help setup demo test lint bench bench-solver clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    plan and print the sample day into demo/, then open the console on it"
	@echo "make test    lint, types, import contracts and all tests"
	@echo "make lint    the first three only"
	@echo "make bench   the benchmarks, with their figures"
	@echo "make bench-solver   engines side by side, to bench-solver.md; FLAGS=--help for more"
	@echo "make clean   remove everything the above made"

setup: $(READY)

# An environment is as good as what it was made from; a second run finds the stamp and is done.
$(READY): pyproject.toml constraints.txt .python-version .ci/setup.sh \
          resources/web/package.json resources/web/package-lock.json resources/web/hatch_build.py
	@.ci/setup.sh
	@touch $@

demo: $(READY)
	$(BIN)/wayboard demo --out demo

test: lint
	$(BIN)/pytest -p no:benchmark -n auto --dist loadfile --no-loadscope-reorder

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/pytest tests/benchmarks --benchmark-only

# About two and a half hours in full; FLAGS=--quick takes ten minutes.
bench-solver: $(READY)
	$(BIN)/pip install -q -c constraints.txt -e '.[bench]'
	$(BIN)/python -m tests.benchmarks.solver $(FLAGS)

clean:
	rm -rf .venv demo build dist resources/web/vendor .benchmarks .hypothesis .import_linter_cache \
	    .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
