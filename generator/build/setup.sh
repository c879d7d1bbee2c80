#!/usr/bin/env bash
# Installs what the toolchain tests and the benchmarks need, on Debian and Ubuntu: a Rust compiler with its linter and
# formatter, LLVM's disassembler, linkers, QEMU, Spin with a C compiler, and Chromium. Then builds what rustc needs of `core` for each
# Rust target of the chips, into ~/.cache/fencegen. Never needed for `npm run generate`. Does only what is missing, so it may
# be run again.
set -euo pipefail
cd "$(dirname "$0")/../.."

parallel_builds=2
# As the `core` that rustup has is built: optimised, without debug assertions. The MIR of what is not generic comes along,
# because nothing is ever linked.
core_options=(-C opt-level=3 -C panic=abort -Zalways-encode-mir=yes -Zforce-unstable-if-unmarked)
export PATH="$PATH:/usr/sbin:/sbin"

say() { echo "setup: $*"; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# Answers of `fencegen doctor`, as a JavaScript expression of `doctor`; one line for each element of a list.
doctor() {
  # It exits with 1 when something is missing.
  { node dist/fencegen.js doctor --json || true; } | node -e '
    const doctor = JSON.parse(require("fs").readFileSync(0, "utf8"));
    const answer = new Function("doctor", `return ${process.argv[1]}`)(doctor);
    for (const line of [answer].flat()) console.log(line ?? "");
  ' "$1"
}

can_install() { apt-cache show --no-all-versions "$1" >/dev/null 2>&1; }
installed() { dpkg-query --show --showformat='${db:Status-Abbrev}' "$1" 2>/dev/null | grep -q '^ii'; }

# For each line of alternatives, the first that apt knows.
choose() {
  local alternatives package
  while read -r -a alternatives; do
    for package in "${alternatives[@]}"; do
      if can_install "$package"; then
        installed "$package" || echo "$package"
        break
      fi
    done
  done | sort -u
}

wanted_packages() {
  doctor 'doctor.tools.filter((tool) => !tool.path).map((tool) => tool.packages.join(" "))'
  # A compiler without the source of its `core`, as rustup installs it, is of no use for a target that it does not have.
  # The distribution's packages fit each other, and its compiler is looked for first.
  if [ -n "$(targets_to_build)" ] && [ ! -e "$(core_source)" ]; then
    printf '%s\n' "rustc-web rustc" "rustfmt-web rustfmt" "rust-web-clippy rust-clippy" "rust-web-src rust-src"
  fi
  # Tests ask them for completions.
  local shell
  for shell in zsh fish; do
    if ! command -v "$shell" >/dev/null; then echo "$shell"; fi
  done
}

targets_to_build() { doctor 'doctor.targets.filter((target) => target.core === "missing").map((target) => target.triple)'; }
rustc_path() { doctor 'doctor.tools.find((tool) => tool.name === "rustc").path'; }
core_source() {
  local rustc
  rustc=$(rustc_path)
  if [ -n "$rustc" ]; then echo "$("$rustc" --print sysroot)/lib/rustlib/src/rust/library/core/src/lib.rs"; fi
}

install_packages() {
  local wanted packages
  wanted=$(wanted_packages)
  if [ -z "$wanted" ]; then
    say "every tool is there already"
    return
  fi
  if ! command -v apt-get >/dev/null; then
    say "missing, and this script can install only with apt-get:" >&2
    echo "$wanted" >&2
    return
  fi
  say "reading the package lists"
  as_root apt-get update -qq
  packages=$(choose <<<"$wanted")
  if [ -z "$packages" ]; then
    say "apt has no package for what is missing: $(tr '\n' ';' <<<"$wanted")" >&2
    return
  fi
  say "installing $(tr '\n' ' ' <<<"$packages")"
  # shellcheck disable=SC2086 # one word for each package
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends $packages >/dev/null
}

# Metadata is enough of `core`, and `compiler_builtins` only has to be there.
build_core() {
  local target=$1 library started=$SECONDS partial
  library=$sysroot/lib/rustlib/$target/lib
  mkdir -p "$library"
  rm -rf "$library"/partial.*
  partial=$(mktemp -d "$library/partial.XXXXXX")
  local common=(--edition 2024 --crate-type lib --emit=metadata --cap-lints allow "${core_options[@]}")
  if [ -e "$specifications/$target.json" ]; then
    common+=(-Zunstable-options --target "$specifications/$target.json")
  else
    common+=(--target "$target")
  fi
  # Building `core` itself takes unstable features; what is compiled against it does not.
  RUSTC_BOOTSTRAP=1 "$rustc" --crate-name core "$core_file" "${common[@]}" -o "$partial/libcore.rmeta"
  RUSTC_BOOTSTRAP=1 "$rustc" --crate-name compiler_builtins - "${common[@]}" -o "$partial/libcompiler_builtins.rmeta" \
    <<<'#![feature(no_core, compiler_builtins)] #![no_core] #![compiler_builtins]'
  mv "$partial"/*.rmeta "$library/"
  rmdir "$partial"
  say "built core for $target in $((SECONDS - started)) s"
}

# What was built in another way is built again.
check_recipe() {
  [ "$(cat "$sysroot/recipe" 2>/dev/null)" = "${core_options[*]}" ] && return
  rm -rf "${sysroot:?}/lib"
  mkdir -p "$sysroot"
  echo "${core_options[*]}" >"$sysroot/recipe"
}

install_specifications() {
  local file name
  mkdir -p "$specifications"
  for file in generator/toolchain/targets/*.json; do
    name=$(basename "$file" .json)
    cmp -s "$file" "$specifications/$name.json" && continue
    # What was built for another description of the target does not fit.
    rm -rf "${sysroot:?}/lib/rustlib/$name"
    cp "$file" "$specifications/$name.json"
  done
}

build_cores() {
  local targets failed=0 running=0 target
  specifications=$(doctor doctor.cache)/targets
  sysroot=$(doctor doctor.sysroot)
  check_recipe
  install_specifications
  targets=$(targets_to_build)
  if [ -z "$targets" ]; then
    say "core is there for every target, in $sysroot or from rustup"
    return
  fi
  rustc=$(rustc_path)
  core_file=$(core_source)
  if [ -z "$rustc" ] || [ ! -e "$core_file" ]; then
    say "cannot build core: rustc 1.85 or newer or its source is missing; with rustup, \`rustup target add\` does as well" >&2
    exit 1
  fi
  say "building core for $(wc -w <<<"$targets") targets, $parallel_builds at a time, about a minute each, into $sysroot"
  for target in $targets; do
    if [ "$running" -ge "$parallel_builds" ]; then
      wait -n || failed=1
    else
      running=$((running + 1))
    fi
    build_core "$target" &
  done
  while [ "$running" -gt 0 ]; do
    wait -n || failed=1
    running=$((running - 1))
  done
  if [ "$failed" -ne 0 ]; then
    say "core could not be built for every target" >&2
    exit 1
  fi
}

[ -e dist/fencegen.js ] || npm run --silent build
install_packages
build_cores
node dist/fencegen.js doctor
