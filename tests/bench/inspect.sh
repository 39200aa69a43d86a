#!/bin/sh
# usage: inspect.sh
#
# Measures `sandtree inspect` beside `openssl dgst -sha256` of the same file,
# medians of RUNS runs in turn. FILE: a large signed program; without one a
# program of 364 MB is made and signed ad hoc by tests/bench/large.py. BUNDLE:
# an app; without one the committed Electron-like one. SANDTREE: the program.
set -u
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
SANDTREE=${SANDTREE:-$BUILD/sandtree}
RUNS=${RUNS:-7}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
export LC_ALL=C.UTF-8

if [ -z "${FILE:-}" ]; then
	FILE=$tmp/large
	python3 tests/bench/large.py "$FILE" 364 || exit 1
fi
if [ -z "${BUNDLE:-}" ]; then
	xz -dc tests/fixtures/bundle/bundles.tar.xz | tar -xf - -C "$tmp"
	BUNDLE=$tmp/developerid/MyApp.app
fi
mkdir -p "$BUILD/bench"
${CC:-cc} -std=c11 -O2 -D_GNU_SOURCE -o "$BUILD/bench/usage" \
	tests/bench/usage.c || exit 1

# measure NAME COMMAND...: appends "wall-ms cpu-ms peak-kB" to $tmp/NAME.
measure() {
	name=$1
	shift
	"$BUILD/bench/usage" "$@" >>"$tmp/$name" 2>"$tmp/err" || {
		cat "$tmp/err"
		echo "bench: $* failed"
		exit 1
	}
}
median() { # NAME COLUMN
	awk -v c="$2" '{ print $c }' "$tmp/$1" | sort -n |
		awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}
cat "$FILE" >/dev/null
i=0
while [ $i -lt "$RUNS" ]; do
	measure nothing "$SANDTREE" --version
	measure signature "$SANDTREE" inspect "$FILE"
	measure verify "$SANDTREE" inspect --verify "$FILE"
	measure openssl openssl dgst -sha256 "$FILE"
	measure bundle "$SANDTREE" inspect "$BUNDLE"
	i=$((i + 1))
done

missed=0
row() { # WHAT FIGURE UNIT LIMIT
	verdict=$(awk -v f="$2" -v l="$4" 'BEGIN {
		print l == "-" ? "" : f + 0 <= l + 0 ? "met" : "MISSED" }')
	[ "$verdict" != MISSED ] || missed=$((missed + 1))
	printf '%-48s %9s %-3s %8s  %s\n' "$1" "$2" "$3" "$4" "$verdict"
}
size=$(wc -c <"$FILE" | awk '{ printf "%.0f", $1 / 1e6 }')
printf '%-48s %9s %-3s %8s\n' "inspect of $size MB, medians of $RUNS" "" "" limit
row "the program alone (--version), wall" "$(median nothing 1)" ms -
row "  its peak memory" "$(median nothing 3)" kB -
row "signature, wall" "$(median signature 1)" ms 10
row "  CPU" "$(median signature 2)" ms -
row "  peak memory" "$(median signature 3)" kB 10240
row "openssl dgst -sha256, wall" "$(median openssl 1)" ms -
row "  CPU" "$(median openssl 2)" ms -
row "--verify, wall" "$(median verify 1)" ms -
row "  of openssl's" "$(awk -v a="$(median verify 1)" \
	-v b="$(median openssl 1)" 'BEGIN { printf "%.2f", a / b }')" "" 0.8
row "  CPU" "$(median verify 2)" ms -
row "  peak memory" "$(median verify 3)" kB -
row "an Electron-like bundle, wall" "$(median bundle 1)" ms 30
row "  CPU" "$(median bundle 2)" ms -
row "  peak memory" "$(median bundle 3)" kB -
echo "bench: $missed limits missed"
