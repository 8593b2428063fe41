# The one gate. Everything below sets itself up on a machine that has Python 3.11, Rust and make.
# Stamps in .make/ carry the time of the last success, so that what has not changed is not done again.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SUFFIXES:
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

# One interpreter and one linking mode for every cargo call: pyo3 rebuilds whenever either changes.
export PYO3_PYTHON := $(CURDIR)/$(BIN)/python
export PYO3_BUILD_EXTENSION_MODULE := 1
unexport CONDA_PREFIX

PYTHON_SOURCES := $(wildcard python tests benches)
EXTENSION_SOURCES := Cargo.toml Cargo.lock pyproject.toml \
  $(shell find rust -type d -o -name '*.rs' -o -name Cargo.toml)
# Without the library the stamp lies, so it is not used.
EXTENSION := $(if $(wildcard python/dynacore/_core*.so),.make/extension,.make/extension-missing)

.PHONY: help
help: ## This list
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

.PHONY: build
build: $(EXTENSION) ## Virtual environment in .venv and the extension, in release

.PHONY: fmt
fmt: .make/dependencies ## Format Rust and Python
	cargo fmt --all
	$(BIN)/ruff format $(PYTHON_SOURCES)
	$(BIN)/ruff check --fix-only --quiet $(PYTHON_SOURCES)

.PHONY: lint
lint: $(EXTENSION) ## Formats, clippy, ruff, types and the extension's stub
	cargo fmt --all --check
	cargo clippy --quiet --workspace --all-targets --locked -- -D warnings
	$(BIN)/ruff format --check $(PYTHON_SOURCES)
	$(BIN)/ruff check $(PYTHON_SOURCES)
	$(BIN)/mypy
	$(BIN)/python -m mypy.stubtest dynacore._core

.PHONY: test
test: lint ## Everything that must hold: lint, Rust tests, Python tests
	cargo test --quiet --workspace --locked
	$(BIN)/python -m pytest $(ARGS)

FREE_THREADED := .venv-free-threaded

.PHONY: free-threaded
free-threaded: .make/dependencies ## Python tests without an interpreter lock (PYTHON_FREE_THREADED=/path/to/python3.14t)
	@test -n "$(PYTHON_FREE_THREADED)" || { \
	  echo "make free-threaded PYTHON_FREE_THREADED=/path/to/python3.14t: say which free-threaded Python to use" >&2; exit 2; }
	@command -v "$(PYTHON_FREE_THREADED)" >/dev/null || { echo "there is no $(PYTHON_FREE_THREADED)" >&2; exit 2; }
	@"$(PYTHON_FREE_THREADED)" -c 'import sys, sysconfig; \
	  sys.exit(sys.version_info < (3, 14) or not sysconfig.get_config_var("Py_GIL_DISABLED"))' || { \
	  echo "$(PYTHON_FREE_THREADED) is no free-threaded Python of version 3.14 or later" >&2; exit 2; }
	"$(PYTHON_FREE_THREADED)" -m venv --clear $(FREE_THREADED)
	$(FREE_THREADED)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	rm -rf target/free-threaded/wheels
	PYO3_PYTHON=$(CURDIR)/$(FREE_THREADED)/bin/python $(BIN)/maturin build --release --locked --quiet \
	  --target-dir target/free-threaded --interpreter $(FREE_THREADED)/bin/python --out target/free-threaded/wheels
	$(FREE_THREADED)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps target/free-threaded/wheels/*.whl
	PYTHON_GIL=0 $(FREE_THREADED)/bin/python -m pytest tests $(ARGS)

.PHONY: coverage
coverage: $(EXTENSION) ## What there is of AWS's API, into docs/coverage.md
	$(BIN)/python tests/coverage_table.py

.PHONY: demo
demo: $(EXTENSION) ## Play the published walk-through in virtual time (ARGS="--part 3")
	$(BIN)/dynacore demo $(ARGS)

.PHONY: bench
bench: $(EXTENSION) .make/bench ## Measure against rivals, write benches/RESULTS.md (ARGS="--quick http")
	cargo build --release --locked --package dynacore-server --package dynacore-benches --bins --examples
	.venv-bench/bin/python -m benches $(ARGS)

.PHONY: counts
counts: $(EXTENSION) ## Store how many instructions an operation takes now; a test compares with that
	$(BIN)/python -m benches.instructions --store

.PHONY: serve
serve: $(EXTENSION) ## HTTP server for any AWS SDK on 127.0.0.1:8000
	$(BIN)/dynacore serve $(ARGS)

.PHONY: wheel
wheel: .make/dependencies ## The wheel, in dist/
	$(BIN)/maturin build --release --locked --out dist

.PHONY: lock
lock: ## Renew the lock files (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  requirements-dev.in --output-file requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  benches/requirements.in --output-file benches/requirements.lock
	cargo update --workspace

.PHONY: clean
clean: ## Remove all that make has made
	rm -rf .venv .venv-bench $(FREE_THREADED) benches/.rivals benches/.results .make dist target python/dynacore/_core*.so

.venv/pyvenv.cfg:
	$(PYTHON) -m venv --clear .venv
	touch $@

.make/dependencies: requirements-dev.lock .venv/pyvenv.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	mkdir -p .make
	touch $@

# The rivals have an environment of their own; dynacore is used in place.
.make/bench: benches/requirements.lock
	$(PYTHON) -m venv --clear .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r benches/requirements.lock
	mkdir -p .make
	touch $@

# An editable install: Python sources are used in place, so only Rust or packaging changes come here.
define BUILD_EXTENSION
PIP_QUIET=1 VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/maturin develop --release --locked --quiet
touch .make/extension
endef

.make/extension: $(EXTENSION_SOURCES) .make/dependencies
	$(BUILD_EXTENSION)

.PHONY: .make/extension-missing
.make/extension-missing: .make/dependencies
	$(BUILD_EXTENSION)
