#!/bin/sh
# Runs the real program as a person or a script would and looks at what it
# prints and how it ends. BUILD: where it was built; SANDTREE: the program.
# Ends with "cli: N passed, N failed, N skipped".
set -u
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
SANDTREE=${SANDTREE:-$BUILD/sandtree}
case $SANDTREE in /*) ;; *) SANDTREE=$PWD/$SANDTREE ;; esac
export SANDTREE
export LC_ALL=C.UTF-8 TZ=UTC TERM=xterm-256color
unset NO_COLOR COLUMNS
work=$(mktemp -d) || exit 1
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
out=$work/out err=$work/err

# shellcheck source=tests/cli/lib.sh
. tests/cli/lib.sh

if ! command -v jq >/dev/null 2>&1; then
	echo "cli: jq is missing: make deps installs it"
	echo "cli: 0 passed, 1 failed, 0 skipped"
	exit 1
fi

for part in words files tree filter hostile live doctor inspect papers; do
	# shellcheck source=/dev/null
	. "tests/cli/$part.sh"
done

echo "cli: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
