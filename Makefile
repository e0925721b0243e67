# Every target does its own set-up. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

swift := scripts/swift
product := .build/leakwatch
package_files := .build/package
version = $(shell dpkg-parsechangelog --show-field Version)
package = out/leakwatch_$(1)_$(shell dpkg --print-architecture).deb
# An import that Package.swift does not declare is an error.
strict := --explicit-target-dependency-import-check error
# One file that needs no Swift on the host; every symbol bound at start, so that the relocated
# tables are read-only afterwards; these packed, because all of them are read then: 1 MiB less in
# memory. LLD packs them, and glibc 2.36 unpacks them. What a running daemon executes lies side by
# side, and no function is there for other programs to find: 4 MiB less.
release := -c release --product leakwatch --static-swift-stdlib --disable-local-rpath \
  -Xswiftc -use-ld=lld -Xlinker -z -Xlinker now -Xlinker -z -Xlinker pack-relative-relocs \
  -Xswiftc -Xfrontend -Xswiftc -function-sections -Xlinker --no-export-dynamic \
  -Xlinker --symbol-ordering-file=$(CURDIR)/scripts/link-order.txt \
  -Xlinker --no-warn-symbol-ordering
# Those of Fuzz/ that libFuzzer drives; the others are programs of their own.
fuzzers = $(basename $(notdir $(shell grep --files-without-match '^// Program:' Fuzz/*.swift)))

.PHONY: help setup build run demo test lint bench acceptance fuzz deb package-files clean \
  setup-build setup-test setup-acceptance setup-bench setup-deb

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-12s%s\n", $$1, $$2}' Makefile

setup: ## install what building and testing need (as root), or print the one line to run
	@scripts/setup build test
	@echo "Everything needed for make run and make test is here."

setup-build:
	@scripts/setup build

setup-test:
	@scripts/setup build test

setup-acceptance:
	@scripts/setup build test acceptance

setup-bench:
	@scripts/setup build bench

setup-deb:
	@scripts/setup build package

build: setup-build ## build the release binary, .build/leakwatch
	@# The list of functions is nothing that the build follows by itself.
	@built="$$($(swift) build $(release) --show-bin-path)/leakwatch"; \
	if [ scripts/link-order.txt -nt "$$built" ]; then rm -f "$$built"; fi; \
	$(swift) build $(strict) $(release) && install -m 755 "$$built" $(product)
	@strip $(product)

run: build ## watch the services of this host, in the foreground, until Ctrl-C
	@scripts/run $(product)

demo: build ## see a leaking process being caught, in about a minute
	@Demo/demo $(product)

test: setup-test ## run every test that needs no guest, and the checks' own
	@scripts/test

lint: setup-build ## check formatting, the direction of imports and where unsafe code stands
	@$(swift) format lint --strict --recursive Sources Tests Benchmarks Fuzz Package.swift
	@scripts/check-layers
	@scripts/check-unsafe

bench: setup-bench ## measure speed and size, beside peers in the same run (a quarter of an hour)
	@scripts/bench

acceptance: setup-acceptance deb ## run package and unit in a Debian guest with systemd (needs qemu; minutes)
	@scripts/package "$(version)+trial"
	@Tests/Acceptance/run $(product) --packages $(call package,$(version)) $(call package,$(version)+trial)

fuzz: setup-build ## throw broken input at every parser; TARGET=one RUNS=1000000
	@for target in $(or $(TARGET),$(fuzzers)); do \
	  echo "== $$target"; scripts/fuzz "$$target" $(or $(RUNS),1000000) || exit; \
	done

# The long part first, where its progress can be seen; the package's own build then finds it done.
deb: setup-deb package-files ## build the Debian package, out/leakwatch_VERSION_ARCHITECTURE.deb
	@scripts/package

# What the package has beside the executable and is made from it: manual pages and completions.
package-files: build
	@scripts/manual $(product) $(package_files)
	@for shell in bash zsh fish; do \
	  $(product) --generate-completion-script "$$shell" > "$(package_files)/leakwatch.$$shell" || exit; \
	done
	@# It is read by a shell and no program of its own.
	@sed -i '1{/^#!/d}' $(package_files)/leakwatch.bash

clean: ## remove what was built
	@rm -rf .build out
