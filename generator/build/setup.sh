#!/usr/bin/env bash
# Installs what the toolchain tests need, on Debian and Ubuntu: a Rust compiler and rustfmt. Not needed for
# `npm run generate` or for the other tests. Does nothing where they are there already.
set -euo pipefail

if command -v rustc >/dev/null && command -v rustfmt >/dev/null; then
  echo "rustc and rustfmt are there: $(rustc --version), $(rustfmt --version)."
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "Please install rustc and rustfmt; this script knows only how to do that with apt-get." >&2
  exit 1
fi
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
as_root apt-get update
as_root apt-get install --yes --no-install-recommends rustc-web rustfmt-web ||
  as_root apt-get install --yes --no-install-recommends rustc rustfmt
