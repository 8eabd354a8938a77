# The two commands of the README, and what CI runs. Everything goes into .venv; nothing is asked of
# the machine but Python 3.11 or later (another one: make test PYTHON=python3.13).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
CODE := $(wildcard src tests benchmarks alembic)
.DEFAULT_GOAL := help
.PHONY: help demo setup test test-postgresql check format formatted lint templates types imports locks migration routes clean

help: ## Cette aide
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-16s %s\n", $$1, $$2 }'

demo: $(VENV)/ready-to-run ## Un territoire fictif à explorer, sur cette machine
	$(BIN)/parcours demo

setup: $(VENV)/ready-to-work ## Tout ce qu’il faut pour développer

test: $(VENV)/ready-to-work ## Les tests, sur SQLite
	PARCOURS_TEST_POSTGRESQL= $(BIN)/python -m pytest -n auto --dist worksteal

# Rules and sheets do not touch a database and browsers do not see which one is there.
test-postgresql: $(VENV)/ready-to-work ## Les tests qui touchent une base, sur PostgreSQL
	PARCOURS_TEST_POSTGRESQL="$${PARCOURS_TEST_POSTGRESQL:-embedded}" \
		$(BIN)/python -m pytest -n auto --dist worksteal -m "(database or postgresql) and not browser"

# The migrations (up from empty, no difference, down and up again, interrupted) are tests too. The
# suite comes last: its own summary is the last thing CI prints.
check: formatted lint templates types imports ## Exactement ce que l’intégration continue exécute
	@$(MAKE) --no-print-directory test
	@if [ -n "$$PARCOURS_TEST_POSTGRESQL" ]; then $(MAKE) --no-print-directory test-postgresql; fi

format: $(VENV)/ready-to-work ## Mettre le code en forme
	$(BIN)/ruff check --fix-only --quiet $(CODE)
	$(BIN)/ruff format $(CODE)

formatted: $(VENV)/ready-to-work
	$(BIN)/ruff format --check $(CODE)

lint: $(VENV)/ready-to-work
	$(BIN)/ruff check $(CODE)

templates: $(VENV)/ready-to-work
	$(BIN)/djlint --lint --quiet templates

types: $(VENV)/ready-to-work
	$(BIN)/mypy

imports: $(VENV)/ready-to-work
	$(BIN)/lint-imports

migration: $(VENV)/ready-to-work ## Écrire une migration : make migration slug=add_needs
	tools=$$(mktemp -d) && export PARCOURS_DATABASE_URL="sqlite:///$$tools/empty.sqlite3" && \
		$(BIN)/alembic upgrade head && \
		$(BIN)/alembic revision --autogenerate --message "$(slug)" --rev-id "$$(date +%Y_%m_%d_%H%M)"; \
		status=$$?; rm -rf "$$tools"; exit $$status

routes: $(VENV)/ready-to-work ## Noter les adresses qui viennent ou s’en vont (tests/routes.txt)
	$(BIN)/python -m tests.house > tests/routes.txt

# uv is needed here only, never to install. The locks hold hashes and no address: what was
# downloaded is checked, wherever it came from.
UV_LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make locks"
locks: ## Renouveler les versions verrouillées (demande uv)
	$(UV_LOCK) pyproject.toml --group dev --upgrade -o requirements-dev.lock
	$(UV_LOCK) pyproject.toml -c requirements-dev.lock -o requirements.lock
	$(UV_LOCK) --group build -c requirements-dev.lock -o requirements-build.lock

clean: ## Repartir de zéro (garde les données)
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# Stamps: each step is done once, and again when what it reads has changed.
$(VENV)/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Parcours demande Python 3.11 ou plus récent : make … PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

# pip builds even an editable package in a fresh environment that it fills with the newest builder,
# unlocked. The builder is locked and installed like the rest instead, and nothing else is fetched.
$(VENV)/ready-to-run: requirements.lock requirements-build.lock pyproject.toml | $(VENV)/created
	$(PIP) install --quiet --require-hashes -r requirements.lock -r requirements-build.lock
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/ready-to-work: requirements-dev.lock pyproject.toml | $(VENV)/created
	$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@
