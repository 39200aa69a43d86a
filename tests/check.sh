#!/bin/sh
# usage: check.sh "SUITE..." UNIT_PROGRAM...
#
# Runs suites of tests one after the other and ends with the sum. Each suite
# ends with its own line "name: N passed, N failed[, N skipped]"; one that does
# not, or that ends with a failure it did not count, counts as one failed.
#
# To the suites: SANDTREE, the program; BUILD, a folder for what they make;
# SANITIZED, not empty when the program was built with sanitizers, which then
# write what they find below $BUILD/sanitizer/.
set -u
cd "$(dirname "$0")/.." || exit 1
suites=$1
shift
passed=0 failed=0 skipped=0
BUILD=${BUILD:-build}
mkdir -p "$BUILD"
out=$(mktemp "$BUILD/check.XXXXXX") || exit 1
trap 'rm -f "$out"' EXIT

if [ -n "${SANITIZED:-}" ]; then
	reports=$BUILD/sanitizer
	rm -rf "$reports"
	# Programs run as other users write there too.
	mkdir -p -m 1777 "$reports"
	export ASAN_OPTIONS="log_path=$reports/asan${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
	UBSAN_OPTIONS="print_stacktrace=1:log_path=$reports/ubsan"
	export UBSAN_OPTIONS
fi

count() {
	passed=$((passed + $1)) failed=$((failed + $2))
	skipped=$((skipped + $3))
}

# suite COMMAND...: its output is shown as it comes.
suite() {
	{
		"$@" </dev/null 2>&1
		echo "exit status $?" >&3
	} 3>"$out.status" | tee "$out"
	status=$(sed 's/exit status //' "$out.status" 2>/dev/null)
	rm -f "$out.status"
	last=$(sed -n 's/^[a-z_-]*: \([0-9]*\) passed, \([0-9]*\) failed\(, \([0-9]*\) skipped\)\{0,1\}$/\1 \2 \4/p' "$out" | tail -n 1)
	if [ -z "$last" ]; then
		echo "$1: ended without a count, exit status ${status:-unknown}"
		count 0 1 0
		return
	fi
	# shellcheck disable=SC2086 # two or three numbers
	set -- "$1" $last
	if [ "${status:-1}" -ne 0 ] && [ "$3" -eq 0 ]; then
		echo "$1: exit status $status, though nothing failed"
		count 0 1 0
	fi
	count "$2" "$3" "${4:-0}"
}

for name in $suites; do
	case $name in
	format) suite tests/check-format.sh ;;
	layers)
		suite tests/check-layers.sh
		suite tests/check-layers-test.sh
		;;
	unit) suite tests/run-unit.sh "$@" ;;
	fuzz-replay) suite tests/fuzz/replay.sh ;;
	*)
		if [ -e "tests/$name/run.sh" ]; then
			suite "tests/$name/run.sh"
		else
			echo "$name: no tests/$name/run.sh"
			count 0 1 0
		fi
		;;
	esac
done

if [ -n "${SANITIZED:-}" ]; then
	found=0
	for report in "$reports"/*; do
		[ -s "$report" ] || continue
		found=$((found + 1))
		echo "$report:"
		head -n 40 "$report"
	done
	if [ "$found" -gt 0 ]; then
		echo "sanitizers: 0 passed, $found failed"
		count 0 "$found" 0
	else
		echo "sanitizers: 1 passed, 0 failed"
		count 1 0 0
	fi
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
