# One-word commands. `make` alone lists them.
SHELL := /bin/sh
UV := .tools/bin/uv
export UV_PYTHON_DOWNLOADS := never
export UV_COMPILE_BYTECODE := 1
PYTHON ?= python3.11

.DEFAULT_GOAL := help
.PHONY: help report test thorough check lab bench validation

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

report: .venv/ready  ## the main job on the sample: writes out/sample/
	.venv/bin/communitylab report data/sample/bakery/posts.jsonl --brand millandcrumb --followers data/sample/bakery/followers.csv --hashtags crumbchat --out out/sample || [ $$? -eq 4 ]
	@echo; echo 'Your own export next: .venv/bin/communitylab asks what it needs.'

PYTEST := .venv/bin/pytest -n auto --dist loadfile --no-loadscope-reorder

test: .venv/ready  ## style, types, tests, doctests: a quarter of an hour
	.venv/bin/ruff check . && .venv/bin/ruff format --check .
	.venv/bin/mypy
	$(PYTEST) -m 'not thorough'

thorough: .venv/ready  ## all tests, the long ones as well
	$(PYTEST)

check: .venv/ready  ## style, types and the quick tests, half a minute
	.venv/bin/ruff check . && .venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/pytest -n auto tests/test_house.py tests/test_files.py tests/test_inference.py tests/exports communitylab -m 'not thorough'

lab: .venv/ready  ## opens JupyterLab on the notebooks
	.venv/bin/communitylab lab

bench: .venv/ready  ## benchmarks: prints tables, takes many minutes
	.venv/bin/python -m benchmarks.ingest
	.venv/bin/python -m benchmarks.relational
	@# Draws networks with networkit: first `.tools/bin/uv sync --group bench`.
	.venv/bin/python -m benchmarks.clusters

validation: .venv/ready  ## planted worlds for every claim: hours; writes data/validation/ and docs/validation.md
	.venv/bin/python -m benchmarks.validation

.venv/ready: pyproject.toml uv.lock $(UV)
	$(UV) sync --frozen --quiet --python $$(command -v $(PYTHON) || command -v python3)
	@touch $@

$(UV):
	@$$(command -v $(PYTHON) || command -v python3) -m venv .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'
