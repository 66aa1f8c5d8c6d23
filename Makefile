# Two commands are enough: `make run` and `make test`. Everything else is a shortcut.
# Recipes are single plain commands: a stop signal then reaches the program itself, not a shell around it.
PYTHON := .venv/bin/python
FLASK := $(PYTHON) -m flask --app wsgi

.DEFAULT_GOAL := help
.PHONY: help setup run test test-long lint seed docs clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

setup: ## Install what `make run` needs, without starting anything
	@bin/setup run

run: setup ## Start the portal on http://127.0.0.1:8000; Ctrl-C ends it, the data stays
	@$(PYTHON) bin/run

test: ## Run every check: format, lint, types, contracts, migrations, tests on both databases, browser
	@bin/setup test
	@$(PYTHON) bin/check

test-long: ## Run the slow tests and the property tests with many more examples
	@bin/setup test
	@$(PYTHON) bin/check long

lint: setup ## Check format, lint, types and import contracts
	@$(PYTHON) bin/check lint

seed: setup ## Load the demo data into the configured database
	@$(FLASK) seed

docs: setup ## Write the permission list, workflow diagrams and route table into docs/
	@$(FLASK) docs

clean: ## Remove the Python environment and all caches; data in instance/ stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage htmlcov
	@find . -name __pycache__ -prune -exec rm -rf {} +
