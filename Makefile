# `make demo` and `make test` are all the set-up there is; each installs what is missing and says so.

export CARGO_TARGET_DIR ?= $(if $(XDG_CACHE_HOME),$(XDG_CACHE_HOME),$(HOME)/.cache)/millrace/target

.PHONY: help setup demo test bench

help:
	@echo "make demo    build, start a server on a month of real flights, show its answers, open the ksql prompt"
	@echo "make test    run all tests"
	@echo "make bench   run the benchmarks"

setup:
	@scripts/setup.sh

demo: setup
	cargo build --release --workspace
	$(CARGO_TARGET_DIR)/release/millrace demo

# One profile and the whole workspace for everything: dependencies are compiled once, with one set of features.
test: setup
	cargo test --release --workspace

bench: setup
	cargo bench --workspace
