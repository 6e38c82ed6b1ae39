# Everything a person does with a checkout. `make` alone lists it.
# Needs Python 3.11 or newer and make; each target sets up what it lacks, in .venv and node_modules only.
# `make test` alone may also install Debian packages (browsers, fonts), and only as root.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
RUNTIME := .venv/.ready-runtime
DEV := .venv/.ready-dev
NODE := node_modules/.ready
# Of the tests: more than a small machine has cores, since a good part of a test is waiting for a period to end.
WORKERS ?= 4
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONPATH := $(CURDIR)

.PHONY: package languages help demo test test-long check journey bench lighthouse traffic traffic-small screenshots assets assets-check lint types types-python types-js test-js test-python \
	test-browsers fmt lock clean

help:
	@echo "make demo      run a demonstration portal with three guardians; prints what to open"
	@echo "make test      set up and run every test, browsers included"
	@echo "make test-long  the tests that take minutes: clean Debians, booted machines, containers, a primary killed"
	@echo "make check     the fast part of the tests, about a minute"
	@echo "make journey   one concern from browser to guardian and back, with times"
	@echo "make bench     the measurements behind the README's numbers"
	@echo "make lighthouse  speed and accessibility of three views as a phone; installs Lighthouse first"
	@echo "make traffic   can a watcher tell a report from reading? 1,560 visits, an hour or more"
	@echo "make screenshots  take the pictures in docs/ anew"
	@echo "make assets    rebuild the committed scripts and style (needs Node)"
	@echo "make languages    bring the catalogues of other languages up to date; says what lacks"
	@echo "make package   the guardian's tool as one folder that needs no Python, in dist/"
	@echo "make fmt       format the Python files (FILES='a.py b.py' for some of them)"
	@echo "make lock      rewrite the lock files from pyproject.toml (needs uv)"
	@echo "make clean     remove what the other targets made"

# Runs on the locked run-time packages alone: no Node, no browser, no test tools.
demo: $(RUNTIME)
	@$(BIN)/candour demo

# The cheap checks come first, side by side, so that a slip is known soon; pytest comes last: its summary closes all.
# With `worksteal` neighbours stay with one worker, so what a file or a folder shares is made once.
test: test-browsers
	$(MAKE) -j 2 --output-sync=target lint types-python types-js test-js assets-check
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

# Minutes each, as root; the machine's own services are not touched. -rP shows the times that they take.
test-long: $(NODE)
	@$(BIN)/python tools/setup_tests.py long
	$(BIN)/python -m pytest -n 1 -rP $(wildcard tests/long/[a-z]*.py)

check: $(DEV) $(NODE)
	$(MAKE) -j 2 --output-sync=target lint types-python types-js test-js
	$(BIN)/python -m pytest -n 2 -q -m "not browser and not server and not slow"

journey: test-browsers
	@$(BIN)/python -m tests.journeys.journey

bench: test-browsers
	@set -e; for program in $(filter-out bench/traffic.py bench/lighthouse.py,$(wildcard bench/[a-z]*.py)); do echo "== $$program"; $(BIN)/python "$$program"; done

lighthouse: test-browsers
	@$(BIN)/python bench/lighthouse.py

traffic-small: test-browsers
	@$(BIN)/python -m pytest -q tests/adversary/traffic/small.py

traffic: test-browsers
	@$(BIN)/python bench/traffic.py

# Gives every catalogue an entry for all wording, and says which languages lack what they promise.
languages: $(RUNTIME)
	@$(BIN)/python -m tools.languages

screenshots: test-browsers
	@$(BIN)/python -m tools.screenshots
	@$(BIN)/python -m tools.desktop_screenshots

package: $(DEV)
	@$(BIN)/python tools/package.py

assets: $(NODE)
	node tools/build_assets.mjs

assets-check: $(NODE)
	node tools/build_assets.mjs --check

lint: $(DEV)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: types-python types-js

types-python: $(DEV)
	$(BIN)/mypy crypto portal recipients tests tools $(wildcard bench)

types-js: $(NODE)
	node_modules/.bin/tsc --project tsconfig.json
	node_modules/.bin/tsc --project tests/tsconfig.json

test-js: $(NODE)
	node tools/run_node_tests.mjs

test-browsers: $(NODE)
	@$(BIN)/python tools/setup_tests.py browsers

fmt: $(DEV)
	$(BIN)/ruff check --fix-only $(FILES)
	$(BIN)/ruff format $(FILES)

lock:
	sh tools/lock.sh

clean:
	rm -rf .venv node_modules build dist ./*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: each is newer than what it was made from, so nothing is set up twice.
$(RUNTIME): requirements.lock pyproject.toml tools/setup_venv.py
	@if [ -z "$(PYTHON)" ]; then echo "Candour needs Python 3.11 or newer: apt-get install python3 python3-venv" >&2; exit 1; fi
	@$(PYTHON) tools/setup_venv.py requirements.lock $@

$(DEV): $(RUNTIME) requirements-dev.lock
	@$(PYTHON) tools/setup_venv.py requirements-dev.lock $@

# After the bar: needed first, but no reason to install the packages again.
$(NODE): package.json package-lock.json requirements-node.lock tools/setup_tests.py | $(DEV)
	@$(BIN)/python tools/setup_tests.py node $@
