# Everything a person types. `make` alone lists the targets.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
PORT ?= 8000
export PORT
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
REQUIREMENTS := requirements.txt requirements-dev.txt
CHROMIUM := /usr/bin/chromium
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup demo browser test check bench lock messages tone

help: ## list what can be made
	@sed -n 's/^\([a-z]*\):.*## /make \1 \t/p' Makefile | expand -t 16

setup: ## a virtual environment with the locked requirements; nothing when nothing changed
	@$(BIN)/python -c '' 2>/dev/null && cat $(REQUIREMENTS) | cmp -s - .venv/installed || \
	sh -c ' \
	set -eu; \
	if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	  python=; \
	  for candidate in python3.13 python3.12 python3.11 python3 python3.14; do \
	    if $$candidate -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null; then \
	      python=$$candidate; break; \
	    fi; \
	  done; \
	  [ -n "$$python" ] || { echo "Courtesy needs Python 3.11 or newer: install it, then run this again." >&2; exit 1; }; \
	  $$python -c "import venv, ensurepip" 2>/dev/null || { \
	    echo "$$python has no venv module: install it (Debian, Ubuntu: apt-get install python3-venv), then run this again." >&2; exit 1; }; \
	  rm -rf .venv; \
	  $$python -m venv .venv; \
	fi; \
	echo "Installing the locked requirements into .venv ..."; \
	for file in $(REQUIREMENTS); do \
	  $(BIN)/python -m pip install --quiet --no-input --root-user-action=ignore --require-hashes -r $$file; \
	done; \
	cat $(REQUIREMENTS) > .venv/installed'

demo: setup ## a running site on PORT with a demo book, worker and phones; Ctrl-C stops everything
	@exec $(MANAGE) demo

browser:
	@[ -x $(CHROMIUM) ] || { \
	  command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; \
	} || { \
	  echo "The browser tests need Chromium: sudo apt-get install chromium fonts-noto-cjk" >&2; exit 1; }

test: setup browser ## everything the tests need, then all of them; ARGS="-k wording" for some
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: setup ## format, lint, types, import contracts, migrations, deployment checks, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	SITE_ENVIRONMENT=production PUBLIC_URL=https://courtesy.example ALLOWED_HOSTS=courtesy.example \
	  DATABASE_URL=postgresql://courtesy_app@db.example/courtesy \
	  DATABASE_OWNER_URL=postgresql://courtesy_owner@db.example/courtesy \
	  SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))')" \
	  $(MANAGE) check --deploy --fail-level WARNING
	@$(MAKE) --no-print-directory test

bench: setup ## every benchmark: measured, limit, ratio; SIZE=1m for the large ones
	@set -e; for script in benchmarks/bench_*.py; do $(BIN)/python -m benchmarks.$$(basename $$script .py); done

lock: ## pin every requirement by hash again, after a change to requirements*.in
	@command -v uv >/dev/null || { echo "Locking needs uv on the PATH." >&2; exit 1; }
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header requirements.in -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header requirements-dev.in -o requirements-dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header tools/requirements-tone.in -o tools/requirements-tone.txt

messages: setup ## collect and compile the translations; needs GNU gettext
	@command -v msgfmt >/dev/null || { echo "Translations need GNU gettext: sudo apt-get install gettext" >&2; exit 1; }
	$(MANAGE) makemessages --locale zh_Hans --no-location --no-obsolete --ignore .venv --ignore var
	$(MANAGE) compilemessages --locale zh_Hans --ignore .venv

tone: setup ## learn the tone score of wordings again, after a change to messaging/lexicon/corpus
	@[ -x var/tone/bin/python ] || $(BIN)/python -m venv var/tone
	@var/tone/bin/python -m pip install --quiet --no-input --require-hashes -r tools/requirements-tone.txt
	OMP_NUM_THREADS=1 PYTHONPATH=. var/tone/bin/python tools/train_tone.py
