#!/usr/bin/env bash
# Runs check, verify and diff, and puts together what they say: a summary of the job, and the files report.md and report.txt for a comment.
# From the environment: FENCEGEN (the command), BASE (a revision), REPORTS (a folder), GITHUB_OUTPUT and GITHUB_STEP_SUMMARY.
set -uo pipefail
mkdir -p "$REPORTS"
# Verdicts of one command serve the next.
export FENCEGEN_CACHE="${FENCEGEN_CACHE:-$REPORTS/../fencegen-cache}"
failed=""
notes=""

# Nothing that is printed from a description is a command of the workflow.
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')

# look FILE WORD…: prints what the command says, and keeps its data in the file.
look() {
  local file="$REPORTS/$1" code=0
  shift
  echo "fencegen $*"
  echo "::stop-commands::$token"
  # The command may have several words.
  # shellcheck disable=SC2086
  $FENCEGEN "$@" >"$file" 2>"$file.log" || code=$?
  cat "$file" "$file.log"
  echo
  echo "::$token::"
  return "$code"
}

# note WORD TEXT: what a reader of the comment has to know beside the comparison.
note() {
  failed="$failed${failed:+ }$1"
  notes="$notes- \`fencegen $1\` $2"$'\n'
}

look check.txt check
case $? in
0) ;;
2) note check "says that outputs are stale; \`fencegen generate\` writes them." ;;
*) note check "finds problems in the input; the log of the job has them." ;;
esac
look verify.txt verify || note verify "cannot prove every fence; the log of the job says which."

isComparison() { [ "$1" -eq 0 ] || [ "$1" -eq 1 ]; }
look report.md diff "$BASE" --format markdown
code=$?
look report.txt diff "$BASE" >/dev/null
if ! isComparison "$code"; then
  note diff "has no comparison to show; the log of the job says why."
  printf '### fencegen\n\n' | tee "$REPORTS/report.md" >"$REPORTS/report.txt"
elif [ "$code" -eq 1 ]; then
  note diff "finds a fence that is unsound, undecided or refused."
fi

for report in "$REPORTS/report.md" "$REPORTS/report.txt"; do
  [ -z "$notes" ] || printf '\n%s' "$notes" >>"$report"
done
cat "$REPORTS/report.md" >>"$GITHUB_STEP_SUMMARY"
echo "failed=$failed" >>"$GITHUB_OUTPUT"
