# Two commands do it all: `make lab` opens the course, `make test` checks everything.
# Linux without a GPU: add TORCH_INDEX=https://download.pytorch.org/whl/cpu to save 2.6 GB.
PYTHON ?= python3
TORCH_INDEX ?=
PIP = .venv/bin/python -m pip install -q --disable-pip-version-check -c requirements.txt $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))

.PHONY: lab test check bench notebooks readme book model everything serve lock screenshots clean

lab: .venv/ready
	.venv/bin/jupyter lab --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb

test: .venv/ready-test check
	.venv/bin/python -m pytest

check: .venv/ready-test
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

bench: .venv/ready-bench
	.venv/bin/python tests/benchmarks/bench_world.py
	.venv/bin/python tests/benchmarks/bench_faces.py
	.venv/bin/python tests/benchmarks/bench_model.py

notebooks: .venv/ready-test
	.venv/bin/python -m finrisk.course.editions

readme: .venv/ready-test
	.venv/bin/python -m finrisk.course.model_card
	.venv/bin/python -m finrisk.course.front_page

book: .venv/ready-test
	.venv/bin/python -m finrisk.course.book

model: .venv/ready
	.venv/bin/python -m finrisk train

everything: # model, figures, lessons and pages, from nothing
	$(MAKE) model
	$(MAKE) bench
	$(MAKE) notebooks
	$(MAKE) readme
	$(MAKE) screenshots

serve: .venv/ready
	.venv/bin/python -m finrisk serve

lock: .venv/ready-bench
	(grep '^#' requirements.txt; .venv/bin/python -m pip freeze --exclude-editable | sed -E 's/\+cpu$$//' | grep -viE '^(pip|setuptools)==') > requirements.new && mv requirements.new requirements.txt

screenshots: .venv/ready-test
	.venv/bin/python tests/test_jupyter.py notebooks/images
	.venv/bin/python tests/test_voila.py notebooks/images
	.venv/bin/python tests/test_page.py notebooks/images

clean:
	rm -rf .venv

.venv/ready: pyproject.toml requirements.txt
	$(PYTHON) -m venv .venv
	$(PIP) -e .
	touch $@

.venv/ready-test: .venv/ready
	$(PIP) -e '.[test]'
	touch $@

.venv/ready-bench: .venv/ready-test
	$(PIP) -e '.[test,bench]'
	touch $@
