.DEFAULT_GOAL := help
.PHONY: help demo test test-tools test-browser chaos bench check lint format up down migrate upgrade web worker dev lock

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
COVERAGE ?= --cov --cov-report=term
SIDE_BY_SIDE := -n auto --dist loadfile --no-loadscope-reorder
RUN := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/honcho run

help: ## mostra esta lista
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-12s %s\n", $$1, $$2}'

demo: $(INSTALLED) ## conversa com a secretária nesta máquina, sem Docker, sem chave
	@$(BIN)/secretaria demo

test: $(INSTALLED) ## roda todos os testes, com cobertura; COVERAGE= sem ela, bem mais depressa
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(COVERAGE)

test-tools: $(INSTALLED) ## confere alertas, contêineres e receitas com promtool, lnav e jq
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m tools

test-browser: $(INSTALLED) ## abre o painel em um Chromium de verdade
	@$(BIN)/python -m pytest -m browser tests/browser

chaos: $(INSTALLED) ## derruba tudo de propósito e confere o que foi de cada mensagem: SEED=7 MINUTES=10
	@$(BIN)/python -m ops.chaos $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(ONLY),--only $(ONLY))

bench: $(INSTALLED) ## mede ao lado de outros, em uns cinco minutos: FULL=1 ONLY=B1,B2 JSON=arquivo
	@$(BIN)/python -m ops.bench $(if $(FULL),--full) $(if $(ONLY),--only $(ONLY)) $(if $(JSON),--json $(JSON))

check: lint test $(if $(shell command -v promtool),test-tools) $(if $(shell command -v chromium),test-browser) ## o que a CI roda: formato, lint, tipos, contratos de importação, testes

lint: $(INSTALLED) ## formato, lint, tipos e contratos de importação
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(INSTALLED) ## formata o código
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

up: ## sobe web, worker, PostgreSQL e Redis com o docker compose
	docker compose --profile app up --build --detach

down: ## derruba o que o make up subiu
	docker compose --profile '*' down

migrate: $(INSTALLED) ## cria uma migração: make migrate M="o que muda"
	@test -n "$(M)" || { echo 'Diga o que muda: make migrate M="..."' >&2; exit 2; }
	@$(RUN) alembic revision --autogenerate -m "$(M)"

upgrade: $(INSTALLED) ## aplica as migrações
	@$(RUN) python -m migrations

web: $(INSTALLED) ## roda o processo web, com as variáveis do .env
	@$(RUN) sh -c "exec $$(sed -n 's/^web: //p' Procfile)"

worker: $(INSTALLED) ## roda o worker, com as variáveis do .env
	@$(RUN) sh -c "exec $$(sed -n 's/^worker: //p' Procfile)"

dev: $(INSTALLED) ## web e worker, recarregando a cada mudança
	@$(BIN)/secretaria dev

lock: $(INSTALLED) ## refaz o requirements.txt
	@$(BIN)/python ops/lock.py

$(INSTALLED): setup.py ops/constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo 'É preciso Python 3.11 a 3.13: make PYTHON=python3.11' >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo 'Instalando em $(VENV) (só na primeira vez)...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint ops/constraints.txt --editable '.[dev,demo]'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint ops/constraints.txt 'gunicorn[fast]' 2>/dev/null \
		|| echo 'Sem compilador C, o gunicorn lê HTTP em Python: um pouco mais devagar, e nada mais.'
	@touch $(INSTALLED)
