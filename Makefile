PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: run test lint bench docs translate

run: $(STAMP)
	$(BIN)/streamlit run streamlit_app.py

# `make test TESTS="not browser"` leaves out what needs a browser.
TESTS ?= browser or not browser
test: $(STAMP)
	$(BIN)/pytest --numprocesses auto --dist worksteal --cov -m "$(TESTS)"

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

$(STAMP): requirements.txt requirements-dev.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

docs: $(STAMP)
	$(BIN)/python docs/make_api.py build/api.md

bench: $(STAMP)
	missed=0; for script in benchmarks/[a-z]*.py; do $(BIN)/python $$script || missed=1; done; exit $$missed

# Gathers every text marked _() or N_() and every refusal, keeps what is translated, and compiles the catalogs:
# the package ships its own, the app falls back onto it.
EXTRACT := $(BIN)/pybabel -q extract --no-location --sort-output --project "Inside nn.Linear" -k N_ \
	-k translate -k KnownLayer -k ShapeError -k DataError -k ConfigError --ignore-dirs __pycache__
UPDATE := $(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --no-wrap -l zh_CN
translate: $(STAMP)
	$(EXTRACT) -o .venv/messages.pot streamlit_app.py pages
	$(EXTRACT) -o .venv/linear_core.pot linear_core
	$(UPDATE) -i .venv/messages.pot -d pages/_ui/locale
	$(UPDATE) -i .venv/linear_core.pot -d linear_core/locale -D linear_core
	$(BIN)/pybabel -q compile -d pages/_ui/locale -l zh_CN --statistics
	$(BIN)/pybabel -q compile -d linear_core/locale -D linear_core -l zh_CN --statistics
