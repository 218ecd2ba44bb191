# `make run`, `make app`, `make demo` and `make test` do all set-up themselves: .venv, pinned packages, the project.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TEST_READY := $(VENV)/.test-ready

.PHONY: run app demo test test-quick bench clean

run: $(READY)
	$(BIN)/yuma tour

app: $(READY)
	$(BIN)/yuma app

demo: $(READY)
	$(BIN)/yuma report --demo results/demo.html

test: $(TEST_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist loadgroup

test-quick: $(TEST_READY)
	$(BIN)/pytest -n 2 --dist loadgroup -m "not slow"

bench: $(TEST_READY)
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c "import sys; sys.exit(None if sys.version_info >= (3, 11) else 'Python 3.11 or later is needed; this is ' + sys.version.split()[0] + ': make PYTHON=python3.12 run')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	$(BIN)/yuma warm
	touch $@

$(TEST_READY): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test]"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt \
		--only-binary nashpy,quantecon,pygambit -e ".[check]" \
		|| echo "no wheels of Nashpy, QuantEcon or Gambit here: the comparisons with them are skipped"
	touch $@
