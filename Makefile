# Two commands do it all: `make lab` opens the course, `make test` checks everything.
# PYTHON=python3.13 names another Python to make .venv with, TORCH_INDEX=... another index for
# PyTorch; install.py says what happens without them. SURVEY=FILE lets `make bench` hold the model
# against real families too (`finrisk families --help` says where their file is).
PYTHON ?= python3
INSTALL = @command -v "$(PYTHON)" >/dev/null || { \
	echo "There is no $(PYTHON) here. Install Python as README.md says, then run this again." >&2; \
	exit 1; }; "$(PYTHON)" install.py

.PHONY: lab test check bench notebooks readme book model everything serve lock screenshots clean
.PHONY: install install-test install-bench

lab: install
	.venv/bin/python -m jupyterlab --config=jupyter_lab_config.py

# All but one file in two processes: schemathesis gives each operation of the API the same name,
# and of tests of one name two processes run only the first.
test: install-test check
	.venv/bin/python -m pytest tests/test_openapi.py
	.venv/bin/python -m pytest --numprocesses=2 --dist=loadfile --ignore=tests/test_openapi.py

check: install-test
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/mypy conftest.py tests/offline/loopback_only.py

bench: install-bench
	.venv/bin/python tests/benchmarks/bench_world.py
	.venv/bin/python tests/benchmarks/bench_changes.py
	.venv/bin/python tests/benchmarks/bench_faces.py
	.venv/bin/python tests/benchmarks/bench_size.py
	.venv/bin/python tests/benchmarks/bench_model.py $(if $(SURVEY),--survey "$(SURVEY)")

notebooks: install-test
	.venv/bin/python -m finrisk.authors.editions $(if $(filter 1,$(REPLACE)),--replace)

readme: install-test
	.venv/bin/python -m finrisk.authors.model_card
	.venv/bin/python -m finrisk.authors.front_page

book: install-test
	.venv/bin/python -m finrisk.authors.book

model: install
	.venv/bin/python -m finrisk train

everything: install-test # model, figures, lessons and pages, from nothing
	.venv/bin/python -m finrisk.authors.editions --check # now, not after an hour
	$(MAKE) model
	$(MAKE) bench
	$(MAKE) notebooks
	$(MAKE) readme
	$(MAKE) screenshots

serve: install
	.venv/bin/python -m finrisk serve

lock: install-bench
	(grep '^#' requirements.txt; .venv/bin/python -m pip freeze --exclude-editable | sed -E 's/\+cpu$$//' | grep -viE '^(pip|setuptools)==') > requirements.new && mv requirements.new requirements.txt

screenshots: install-test
	.venv/bin/python tests/test_jupyter.py notebooks/images
	.venv/bin/python tests/test_voila.py notebooks/images
	.venv/bin/python tests/test_page_looks.py notebooks/images

clean:
	rm -rf .venv

install: # the environment of the lessons
	$(INSTALL)

install-test: # with what the tests need
	$(INSTALL) test

install-bench: # with the rivals that `make bench` judges
	$(INSTALL) test bench
