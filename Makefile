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

# Gathers every text marked _() or N_() and every refusal, keeps what is translated, and compiles the catalogue.
LOCALE := pages/_ui/locale
translate: $(STAMP)
	$(BIN)/pybabel -q extract --no-location --sort-output --project "Inside nn.Linear" -k N_ -k translate -k KnownLayer \
		-k ShapeError -k DataError -k ConfigError \
		--ignore-dirs __pycache__ -o .venv/messages.pot streamlit_app.py pages linear_core
	$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --no-wrap -i .venv/messages.pot -d $(LOCALE) -l zh_CN
	$(BIN)/pybabel -q compile -d $(LOCALE) -l zh_CN --statistics
