#!/bin/sh
# usage: replay.sh   (a suite of check.sh)
#
# Replays the corpus of each fuzz target, whole and cut after every byte, with
# whatever compiler the program was built with. BUILD: where it was built.
set -u
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0 skipped=0

for source in tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	program=${BUILD:-build}/fuzz/$name
	corpus=tests/fuzz/corpus/${name#fuzz_}
	if [ ! -x "$program" ] || [ ! -d "$corpus" ]; then
		echo "$name: no $program or no $corpus"
		failed=$((failed + 1))
		continue
	fi
	out=$("$program" -t "$corpus" 2>&1)
	counts=$(printf '%s\n' "$out" | sed -n 's/^fuzz-replay: \([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p')
	# shellcheck disable=SC2086 # three numbers
	set -- ${counts:-0 1 0}
	[ "$2" -eq 0 ] || printf '%s:\n%s\n' "$name" "$out" | head -n 60
	passed=$((passed + $1)) failed=$((failed + $2))
	skipped=$((skipped + $3))
done
echo "fuzz-replay: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
