# Every door of the project. `make` alone prints this list.
SHELL := /bin/sh
.DEFAULT_GOAL := help

NODE_BIN = $(dir $(shell ./scripts/find-node 2>/dev/null))
RUN = PATH="$(NODE_BIN):$(CURDIR)/node_modules/.bin:$$PATH"
NODE = $(RUN) node

.PHONY: help
help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

node_modules/.installed: package.json package-lock.json
	@echo "Installing what the project needs; the first time takes half a minute."
	@npm ci --loglevel=error --no-update-notifier --no-audit --no-fund
	@touch $@

.PHONY: deps
deps: node_modules/.installed proto/gen/.generated ## fetch what the project needs and generate the contract's code

proto/gen/.generated: node_modules/.installed buf.gen.yaml $(wildcard proto/tickerbell/v1/*.proto)
	@$(RUN) buf generate
	@$(RUN) buf build --as-file-descriptor-set -o proto/gen/image.binpb
	@touch $@

# The longest first: two go at a time.
LINT_STEPS = lint-code lint-types lint-format lint-unused lint-rooms lint-contract

.PHONY: lint $(LINT_STEPS)
lint: deps ## check room rules, limits, formatting, types, unused code and the contract
	@$(MAKE) --no-print-directory --jobs=2 $(LINT_STEPS)
lint-code:
	@$(RUN) eslint --max-warnings 0 .
lint-types:
	@$(RUN) tsc
lint-format:
	@$(RUN) prettier --check --log-level warn .
lint-unused:
	@$(RUN) knip
lint-rooms:
	@$(RUN) depcruise --config .dependency-cruiser.cjs .
lint-contract:
	@$(RUN) buf lint
	@$(RUN) buf breaking --against test/support/contract-v1.binpb

.PHONY: format
format: deps ## write every file as the formatter wants it
	@$(RUN) prettier --write --log-level warn .

.PHONY: docs
docs: deps ## make docs/configuration.md anew from the settings
	@$(NODE) scripts/write-docs.ts

.PHONY: certs
certs: deps ## make or renew the certificates in certs/ (HOSTS=a,b: more names of the server)
	@./bell certs $(if $(HOSTS),--hosts "$(HOSTS)")

.PHONY: up
up: deps certs ## start everything on this machine and print what to type next
	@./bell up

.PHONY: demo
demo: deps ## a price becomes an e-mail, without a person (BARS_DIR=folder replays recorded bars)
	@$(NODE) scripts/demo.ts $(if $(BARS_DIR),"$(BARS_DIR)")

.PHONY: test
test: deps lint ## lint, then unit, contract and end-to-end tests
	@$(RUN) mocha

.PHONY: test-long
test-long: deps ## long trials (ONLY=name for one), a JSON line each
	@$(NODE) test/long/main.ts $(if $(ONLY),--only "$(ONLY)")

.PHONY: bench
bench: deps ## measurements beside their baselines (ONLY=name for one), a JSON line each; renews docs/benchmarks.md
	@$(NODE) bench/main.ts $(if $(ONLY),--only "$(ONLY)")

.PHONY: image
image: ## build the container image
	@deploy/container/deploy image

.PHONY: deploy
deploy: ## start everything in containers, wait until all is well and print what to type next
	@deploy/container/deploy check
	@$(MAKE) --no-print-directory certs
	@deploy/container/deploy up

.PHONY: undeploy
undeploy: ## end the containers and keep their data
	@deploy/container/deploy down

.PHONY: install
install: deps ## install for systemd, as root (PREFIX=/opt/tickerbell, DESTDIR=)
	@PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" deploy/systemd/install install

.PHONY: uninstall
uninstall: ## remove what make install put there; keeps settings, certificates and data
	@PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" deploy/systemd/install uninstall
