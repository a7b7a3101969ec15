# demo: a sample organisation in the browser · test: everything passes · check: fast feedback · web: the page

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.PHONY: demo test check web test-web test-rust smoke reference clean

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

# docs/reference and the page's client, generated from the program
reference:
	rm -rf docs/reference
	cargo run --quiet --release -p crosscheck -- reference docs/reference
	cargo run --quiet --release -p crosscheck -- openapi > web/openapi.json
	cd web && npm run --silent api

clean:
	rm -rf target web/dist web/node_modules crosscheck-demo
