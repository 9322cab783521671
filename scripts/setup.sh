#!/usr/bin/env bash
# Installs what a build needs and the machine lacks: libclang, with which the bindings to RocksDB are made, and a C++
# compiler for RocksDB itself. Does nothing where both are there.
set -euo pipefail

say() { printf 'setup: %s\n' "$*"; }

has_libclang() {
  [ -n "${LIBCLANG_PATH:-}" ] && return 0
  command -v llvm-config >/dev/null && return 0
  ldconfig -p 2>/dev/null | grep -q 'libclang[-.]' && return 0
  compgen -G '/usr/lib/llvm-*/lib/libclang*.so*' >/dev/null && return 0
  compgen -G '/usr/lib/*/libclang*.so*' >/dev/null && return 0
  compgen -G '/opt/homebrew/opt/llvm/lib/libclang*' >/dev/null || compgen -G '/Library/Developer/CommandLineTools/usr/lib/libclang*' >/dev/null
}

missing=()
has_libclang || missing+=(libclang-dev)
command -v c++ >/dev/null || command -v g++ >/dev/null || missing+=(g++)

if ! command -v cargo >/dev/null; then
  say "cargo is missing: install Rust with rustup (https://rustup.rs), then run this again."
  exit 1
fi
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi

say "missing: ${missing[*]} (libclang makes the bindings to RocksDB, the C++ compiler compiles it)"
if ! command -v apt-get >/dev/null; then
  say "this script installs with apt-get only; install libclang and a C++ compiler with your system's own tool."
  exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { say "run as root, or install sudo."; exit 1; }
  as_root=(sudo)
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}"
say "installed ${missing[*]}"
