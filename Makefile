# Everything runs in a virtual environment in this folder, made on first use.
PYTHON ?= python3
BIN := .venv/bin
SETUP := .venv/.ready

# Material's notice about the future of MkDocs; we know, and test ProperDocs too.
export NO_MKDOCS_2_WARNING := 1
export DISABLE_MKDOCS_2_WARNING := true

.PHONY: serve site test check lint format upgrade clean

serve: $(SETUP) ## serve the book at http://127.0.0.1:8000, rebuilt at every change
	$(BIN)/mkdocs serve

site: $(SETUP) ## build the book strictly into site/
	$(BIN)/mkdocs build --strict

test: $(SETUP) ## run all tests
	$(BIN)/pytest

check: $(SETUP) ## print every problem in data/, references.bib and content/, and what is not translated
	$(BIN)/modelbook check
	$(BIN)/modelbook translations

lint: $(SETUP) ## layout of the sources, spelling of the English, style and types of the code, the workflows
	$(BIN)/modelbook format --check
	$(BIN)/codespell content/en data plugins tests benchmarks *.md *.toml *.yml Makefile
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-forms $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	$(BIN)/zizmor --offline --quiet --persona pedantic .github

format: $(SETUP) ## put sources and code into their one layout
	$(BIN)/modelbook format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

upgrade: ## take the newest versions of everything, and write them down
	rm -rf .venv && $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	(echo "# The versions that the book is made and tested with. Renew: make upgrade"; \
	  $(BIN)/python -m pip freeze --exclude-editable --exclude pip --exclude setuptools) > constraints.txt
	touch $(SETUP)

clean: ## remove what was made
	rm -rf .venv site .cache .mypy_cache .pytest_cache .ruff_cache

$(SETUP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python 3.11 or later is needed; set PYTHON=…")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $(SETUP)
