# Everything one does with this package. `make` alone lists the targets.

SWIFT ?= swift
# The product, on Linux with Swift's libraries inside where the toolchain has them for that and what they
# link against is there: it starts in half the time, and runs where Swift is not installed. And, in a
# folder of its own because testability changes how everything is compiled, the product together with
# its tests: `make test` builds once.
INSIDE = $(if $(filter Linux,$(shell uname -s)),$(shell \
  lib=$$($(SWIFT) -print-target-info -static-stdlib 2>/dev/null | \
    sed -n 's|.*"runtimeResourcePath": "\(.*\)".*|\1|p'); \
  test -e "$$lib/linux/libFoundationEssentials.a" && \
    "$$lib/../../bin/clang" -print-file-name=libstdc++.so 2>/dev/null | grep -q / && \
    echo --static-swift-stdlib))
BUILD = $(SWIFT) build -c release $(INSIDE)
TESTING = -c release -Xswiftc -enable-testing --scratch-path .build-test
MIXDOWN = .build/release/mixdown
TESTED = .build-test/release/mixdown
PYTHON ?= $(shell for p in python3 /usr/bin/python3; do \
  $$p -c 'import numpy, scipy, yaml, jsonschema' 2>/dev/null && { echo $$p; exit; }; done; echo python3)
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help setup setup-test build demo test test-long schema-check golden bench bench-scale \
  bench-peers examples format lint docs clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install the system libraries, if they are missing (apt-get or Homebrew)
	@.ci/setup build

setup-test:
	@.ci/setup test

build: setup ## build .build/release/mixdown
	$(BUILD) --product mixdown

demo: build ## set up, build, mix an example and show what it made
	@echo
	$(MIXDOWN) build examples/first-mix
	@echo
	$(MIXDOWN) measure examples/first-mix/out/*.wav
	@echo
	@ls -l examples/first-mix/out
	@echo "The session: examples/first-mix/session.yaml"

test: setup-test ## set up, build and run all tests (a few minutes, most of them compiling)
	$(SWIFT) build $(TESTING) --build-tests
	$(SWIFT) test $(TESTING) --skip-build --disable-xctest
	@$(MAKE) --no-print-directory schema-check
	@if command -v $(PYTHON) >/dev/null; then $(PYTHON) Tests/Stress/stress.py $(TESTED) --quick; \
	else echo "stress of the cache skipped: python3 is not installed"; fi

test-long: setup-test ## the long tests too: mutations, debug against release, stress of the cache
	$(SWIFT) build $(TESTING) --build-tests
	$(BUILD) --product mixdown
	$(SWIFT) build -c debug --product mixdown
	MIXDOWN_LONG_TESTS=1 MIXDOWN_DEBUG_BINARY=$(CURDIR)/.build/debug/mixdown \
	  $(SWIFT) test $(TESTING) --skip-build --disable-xctest
	@$(MAKE) --no-print-directory schema-check
	$(PYTHON) Tests/Stress/stress.py $(MIXDOWN)

# The sessions against the schema, by a validator that is not ours.
schema-check:
	@if $(PYTHON) -c 'import yaml, jsonschema' 2>/dev/null; then \
	  $(PYTHON) schema/validate.py examples/*/session.yaml Tests/EndToEndTests/Sessions/*.yaml && \
	  $(PYTHON) schema/validate.py --wrong schema/wrong-shapes.txt; \
	else echo "schema check skipped: PyYAML or jsonschema is not installed"; fi

golden: setup-test ## record the expected hashes anew (always ends in failure: look at the diff)
	$(SWIFT) build $(TESTING) --build-tests
	MIXDOWN_RECORD=1 $(SWIFT) test $(TESTING) --skip-build --disable-xctest --filter 'Recorded'

# Other programs on the same recordings; their scripts are not part of this package.
PEERS ?= ../shared/bench
BENCH = .build/release/mixdown-bench --mixdown $(MIXDOWN)

bench: build ## measure mixdown on the workload W1: session, parts, kernels (bench-out/)
	$(BUILD) --product mixdown-bench
	$(BENCH) kernels session parts

bench-scale: build ## measure how cost grows with tracks, time and clips
	$(BUILD) --product mixdown-bench
	$(BENCH) scale

bench-peers: build ## measure other programs beside mixdown, those that are installed
	$(BUILD) --product mixdown-bench
	$(BENCH) peers --peers $(PEERS)

examples: build ## build every example
	@for session in examples/*/session.yaml; do \
	  echo "== $$session"; $(MIXDOWN) build $$session || exit; done

format: ## format all Swift code in place
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

lint: ## check the format of all Swift code
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

docs: build ## print schema/session.schema.json and schema/reference.md from the tables
	$(MIXDOWN) schema > schema/session.schema.json
	$(MIXDOWN) reference > schema/reference.md

clean: ## remove everything that was built
	rm -rf .build .build-test bench-out
	rm -rf examples/*/out
