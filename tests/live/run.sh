#!/bin/sh
# Runs the live tests, which `make check` has built: real programs, this
# machine's kernel. What is missing here (a program, root, FUSE) is skipped and
# counted as that. BUILD: where they were built.
set -u
cd "$(dirname "$0")/../.." || exit 1
if [ "$(uname -s)" != Linux ]; then
	echo "live: no live tests on $(uname -s)"
	echo "live: 0 passed, 0 failed, 1 skipped"
	exit 0
fi
set --
for source in tests/live/*_test.c; do
	set -- "$@" "${BUILD:-build}/live/$(basename "$source" .c)"
done
SUITE=live NOTES=1 exec tests/run-unit.sh "$@"
