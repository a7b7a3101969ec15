# demo: a sample organisation in the browser · test: everything passes · check: fast feedback · web: the page
# bench: docs/benchmarks.md, against DuckDB; SIZES="20000" tries another number of tickets

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.PHONY: demo test check web test-web test-rust smoke bench reference clean

PORT ?= 7171

demo: web
	@echo "building the release binary (the first time takes ten minutes or so) …"
	cargo build --release -p crosscheck
	cargo run --quiet --release -p crosscheck -- demo --workspace crosscheck-demo --port $(PORT)

test: test-web test-rust smoke

check:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --release -- -D warnings

web: web/node_modules/.package-lock.json
	cd web && npm run --silent build

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	touch node_modules/.package-lock.json

# the page against a fixture, in the distribution's Chromium
test-web: web/node_modules/.package-lock.json
	scripts/need-chromium
	cd web && npm test

# builds what `make demo` builds, with the same profile and features
test-rust: web/node_modules/.package-lock.json
	test -f web/dist/index.html || $(MAKE) web
	cargo build --release --workspace
	cargo test --release --workspace --no-fail-fast -- --show-output | tee "$${CROSSCHECK_TESTLOG:-/dev/null}"

# the page against the real server over the demo organisation
smoke:
	scripts/need-chromium
	scripts/smoke

SIZES ?= 1000000 10000000
BENCH_REPORT ?= docs/benchmarks.md
BENCH_OPTIONS ?=
BENCH_ENVIRONMENT ?= $${XDG_CACHE_HOME:-$$HOME/.cache}/crosscheck/bench

# DuckDB comes into an environment of its own; the page is not built, a note stands in its place
bench:
	test -x "$(BENCH_ENVIRONMENT)/bin/python" || python3 -m venv "$(BENCH_ENVIRONMENT)"
	"$(BENCH_ENVIRONMENT)/bin/python" -m pip install --quiet -r bench/requirements.txt
	cargo build --release -p crosscheck
	"$(BENCH_ENVIRONMENT)/bin/python" bench/run.py --binary "$${CARGO_TARGET_DIR:-target}/release/crosscheck" \
	  --report $(BENCH_REPORT) $(BENCH_OPTIONS) $(SIZES)

# docs/reference and the page's client, generated from the program
reference:
	rm -rf docs/reference
	cargo run --quiet --release -p crosscheck -- reference docs/reference
	cargo run --quiet --release -p crosscheck -- openapi > web/openapi.json
	cd web && npm run --silent api

clean:
	rm -rf target web/dist web/node_modules crosscheck-demo
