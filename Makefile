# make brief    compiles the report in this folder and prints the path of the PDF
# make test     checks style and types, runs all tests
# make bench    measures builds beside one pass of WeasyPrint; takes a quarter of an hour
# make lock     pins the newest versions that pyproject.toml allows
# make clean    removes whatever the others made
#
# On a bare machine brief and test first make the environment: .ci/setup

PYTHON = .venv/bin/python -P

.PHONY: brief test bench lock clean

brief:
	@bash .ci/setup
	@$(PYTHON) -m report build

test:
	@bash .ci/setup qpdf:qpdf pdftotext:poppler-utils chromium:chromium cc:build-essential
	$(PYTHON) -m ruff check
	$(PYTHON) -m mypy
	$(PYTHON) -m pytest -n auto

bench:
	@bash .ci/setup
	$(PYTHON) tests/benchmarks/speed.py

lock:
	uv pip compile --quiet --universal --python-version 3.11 --group dev --generate-hashes --upgrade \
	    --no-emit-index-url --no-annotate --custom-compile-command "make lock" \
	    --output-file .ci/requirements.txt pyproject.toml

clean:
	rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info out/*.pdf out/*.html out/*.json
	find report tests -name __pycache__ -prune -exec rm -rf {} +
