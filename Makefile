# Two commands do all: `make demo` runs the main job, `make test` the tests.
# Both build .venv from requirements.lock first (every package by hash) and leave the system's Python alone.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
SPARK  := $(VENV)/.spark

export UV_PYTHON_DOWNLOADS := never
export PYTHONUTF8 := 1
# Whoever forbids Python to keep compiled modules waits seconds for every start; what these commands run is their own.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test test-spark check bench bench-detect bench-synth lock sample clean install
.DEFAULT_GOAL := demo

demo: install   ## the whole main job on the sample data, under two minutes
	$(BIN)/tamis demo --out demo-out

test: install   ## the test suite, and the examples in docstrings
	$(BIN)/python -m pytest -n auto --dist loadscope

test-spark: $(SPARK)  ## the tests of the Spark engine; needs Java 17, installs PySpark (480 MB) into .venv
	$(BIN)/python -m pytest tests/test_pipelines_spark.py

check: install  ## lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: install  ## every figure in README, written to benchmarks/results/
	$(BIN)/python -m benchmarks

bench-detect: install  ## detection beside Presidio alone, one table
	$(BIN)/python -m benchmarks detect

bench-synth: install  ## synthesizers beside their peers; takes hours, continues where it was stopped
	$(BIN)/python -m benchmarks adult synth synth-pace synth-noise synth-rows synth-inference synth-rounding synth-constraints

sample: install ## write sample_data/ again, the same to the byte
	$(BIN)/python sample_data/make.py

install: $(STAMP)

$(STAMP): requirements.lock requirements-uv.lock pyproject.toml install.sh
	PYTHON="$(PYTHON)" sh install.sh $(VENV)
	@touch $@

$(SPARK): $(STAMP) requirements-spark.lock
	$(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check install --quiet --require-hashes --no-deps \
	  --no-build-isolation -r requirements-spark.lock
	@touch $@

lock:           ## renew the locks (needs uv); uv.lock stays out of git; PySpark has a lock of its own, for its size
	uv lock --upgrade
	uv export --quiet --format requirements-txt --all-extras --no-extra spark --group dev --no-emit-project -o requirements.lock
	uv export --quiet --format requirements-txt --only-group bootstrap --no-emit-project -o requirements-uv.lock
	echo "pyspark>=4,<5" | uv pip compile --quiet --upgrade --generate-hashes --no-annotate --no-header -o requirements-spark.lock -

clean:
	rm -rf $(VENV) demo-out .pytest_cache .mypy_cache .ruff_cache
