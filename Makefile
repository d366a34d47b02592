# Every target sets up what it needs first; all may be run again and again.
.DEFAULT_GOAL := help
.PHONY: help setup run test lint bench faults proven vendor bundle
export PATH := $(CURDIR)/.venv/bin:$(PATH)
FOR ?= test
export PORT ?= 5000

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

setup: ## leave .venv ready (FOR=run installs only what serving needs)
	@scripts/setup $(FOR)

run: ## serve the demo on 127.0.0.1:5000 (PORT=… for another port)
	@scripts/setup run
	@scripts/run

test: ## every check and every test, on SQLite and PostgreSQL, in Node and in Chromium
	@scripts/setup test
	@scripts/test

lint: ## only the checks: ruff, mypy, tsc, biome
	@scripts/setup test
	@scripts/test lint

bench: ## measure: medians and ratios, see bench/README.md
	@scripts/setup test
	@bench/run

faults: ## play every fault trial and write docs/fault-ledger.md (FOR=short, ONLY=word, MINUTES=n)
	@scripts/setup test
	@python -m tests.faults.ledger --for $(if $(filter short,$(FOR)),short,full) --only $(ONLY) $(if $(MINUTES),--minutes $(MINUTES))

proven: ## say what README and ledger still lack to speak of today's code
	@scripts/setup test
	@python -m bench.proven

vendor: ## renew static/vendor from package-lock.json
	@scripts/setup test
	@scripts/vendor

bundle: ## build static/built from the phone's modules, with esbuild
	@scripts/setup test
	@scripts/bundle
