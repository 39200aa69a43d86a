#!/bin/sh
# Builds and runs the live tests: real programs, this machine's kernel. What
# is missing here (a program, root, FUSE) is skipped and counted as that.
# BUILD: where libsandtree.a is; CC, PKG_CONFIG as in the Makefile.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build}
out=$build/live
log=$out/log
[ "$(uname -s)" = Linux ] || {
	echo "live: 0 passed, 0 failed, 0 skipped (not Linux)"
	exit 0
}
mkdir -p "$out"
flags=$(${PKG_CONFIG:-pkg-config} --cflags --libs \
	libplist-2.0 jansson libutf8proc cmocka)
passed=0 failed=0 skipped=0
count() {
	grep -c "^\[ *$1 *\] [a-z]*__" "$log"
}
for source in tests/live/*_test.c; do
	name=$(basename "$source" _test.c)
	# shellcheck disable=SC2086
	${CC:-cc} -std=c11 -O1 -g -D_GNU_SOURCE -I. ${CFLAGS_LIVE:-} \
		-o "$out/$name" "$source" tests/live/live.c \
		tests/live/stall.c tests/live/collect.c \
		"$build/libsandtree.a" $flags -lpthread -lm || {
		failed=$((failed + 1))
		continue
	}
	timeout 120 "$out/$name" >"$log" 2>&1
	status=$?
	ok=$(count OK) bad=$(count FAILED) skip=$(count SKIPPED)
	# cmocka names what failed or was skipped twice.
	bad=$(((bad + 1) / 2)) skip=$(((skip + 1) / 2))
	if [ "$status" -ne 0 ]; then
		cat "$log"
		echo "$source: status $status"
		[ "$bad" -gt 0 ] || bad=1
	else
		grep -v '^\[' "$log"
	fi
	grep '^\[  SKIPPED \] [a-z]*__' "$log" | sort -u
	passed=$((passed + ok)) failed=$((failed + bad))
	skipped=$((skipped + skip))
done
echo "live: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
