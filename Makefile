# Everything runs in a virtual environment that `make` sets up itself. `make help` lists what there is.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
READY := $(VENV)/.ready
OLDER := $(VENV)/transformers-4

PIP := $(BIN)/python -m pip install -qq --progress-bar off
BY_VERSION := $(PIP) --constraint constraints.txt --editable '.[test]'
# The kit itself has no hash: it is what lies here. Nothing may be fetched to build it either.
BY_HASH := $(PIP) --require-hashes --requirement requirements-hashed.txt && \
	$(PIP) --no-deps --no-build-isolation --editable .

.PHONY: help setup demo check test fuzz bench lint build clean hashes
.DEFAULT_GOAL := help

help:
	@echo "make demo     release the assignment, grade the sample submissions, write feedback and report"
	@echo "make check    lint, type checks, declared dependencies and the tests that start no kernel; minutes"
	@echo "make test     lint, type checks and the whole test suite, nbval included"
	@echo "make fuzz     10,000 random and mutated submissions against what reads them; minutes"
	@echo "make bench    what rooms, grading and the accuracy run cost, side by side; half an hour, LONG=1 hours"
	@echo "make build    build the source notebook, run it, store its outputs, make the release"
	@echo "make setup    only the environment, the data set and the small model; HASHES=1 takes packages by their SHA-256"
	@echo "make hashes   write requirements-hashed.txt anew, after a change of constraints.txt or pyproject.toml; needs uv"
	@echo "make clean    remove what the targets made, environment included"

$(READY): pyproject.toml constraints.txt
	@echo "== environment: $(VENV) (torch and its libraries are several GB; minutes the first time)"
	@$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Python 3.11 or newer is needed"'
	@$(PYTHON) -m venv $(VENV) || { echo "Python cannot make environments here; on Debian: apt-get install python3-venv"; exit 1; }
	@$(if $(HASHES),,$(PIP) --upgrade pip)
	@$(if $(HASHES),$(BY_HASH),$(BY_VERSION))
	@touch $(READY)

setup: $(READY)
	@$(BIN)/autograder assets fetch

demo: $(READY)
	@$(BIN)/autograder demo demo
	@echo "== make demo: done"

lint: $(READY)
	@echo "== ruff"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@echo "== mypy"
	@$(BIN)/mypy
	@echo "== imports"
	@$(BIN)/lint-imports --no-logo --no-cache
	@echo "== deptry: what is imported is declared, and what a course needs not only for the tests"
	@$(BIN)/deptry .
	@$(BIN)/deptry autograder solutions source --optional-dependencies-dev-groups test --ignore DEP002

$(OLDER): $(READY)
	@echo "== transformers 4, beside the newer one"
	@$(BIN)/python -m pip install -qq --no-deps --upgrade --target $(OLDER) \
		'transformers==4.57.*' 'huggingface_hub<1' 'tokenizers>=0.22,<0.23'
	@touch $(OLDER)

# Two workers with one thread each: more threads than cores would only wait for one another.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

check: lint
	@$(BIN)/autograder assets fetch
	@echo "== tests that start no kernel"
	@$(PYTEST) -m 'not kernel'
	@echo "== make check: everything passed"

test: lint $(OLDER)
	@$(BIN)/autograder assets fetch
	@echo "== hidden checks against the reference solution"
	@$(BIN)/pytest autograder/assignments
	@echo "== tests that start no kernel, in random order; the same again: make test SEED=N"
	@$(PYTEST) -m 'not kernel' -p randomly $(if $(SEED),--randomly-seed=$(SEED))
	@echo "== the others: grade the samples through nbgrader and run the notebooks under nbval; an hour on two cores"
	@$(PYTEST) -m kernel
	@echo "== make test: everything passed"

STRUCTURES ?= 10000
fuzz: $(READY)
	@OMP_NUM_THREADS=1 $(BIN)/python -m tests.fuzz --structures $(STRUCTURES) $(if $(SEED),--seed $(SEED))

bench: $(READY)
	@# Without OMP_NUM_THREADS: each way may use all cores as it would for a person.
	@$(BIN)/python -m benchmarks $(if $(LONG),--long)

hashes:
	@sed -n '/^#/p' requirements-hashed.txt >requirements-hashed.new
	@echo 'setuptools>=77' | uv pip compile pyproject.toml - --extra test --constraint constraints.txt \
		--universal --python-version 3.11 --generate-hashes --quiet \
		--no-header --no-annotate --no-emit-index-url --no-emit-find-links >>requirements-hashed.new
	@mv requirements-hashed.new requirements-hashed.txt

build: $(READY)
	@$(BIN)/autograder build --execute
	@$(BIN)/autograder release

clean:
	rm -rf $(VENV) demo build
