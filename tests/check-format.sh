#!/bin/sh
# Does clang-format agree with every C file? --fix: let it rewrite them.
# Versions differ in what they make of one style, and .clang-format was written
# for FORMAT_VERSION.
set -u
cd "$(dirname "$0")/.." || exit 1
FORMAT_VERSION=14
fmt=${CLANG_FORMAT:-clang-format}
command -v "$fmt" >/dev/null 2>&1 || fmt=clang-format-$FORMAT_VERSION
if ! command -v "$fmt" >/dev/null 2>&1; then
	echo "format: clang-format is not installed, \`make deps\` installs it"
	echo "format: 0 passed, 0 failed, 1 skipped"
	exit 0
fi
version=$("$fmt" --version | sed 's/.*version \([0-9]*\).*/\1/')
if [ "$version" != "$FORMAT_VERSION" ]; then
	echo "format: clang-format $FORMAT_VERSION decides, $fmt is $version"
	echo "format: 0 passed, 0 failed, 1 skipped"
	exit 0
fi
# Both what git has and what is about to be added.
files() {
	find model probes tui tests -name '*.[ch]' | sort
}
if [ "${1:-}" = --fix ]; then
	files | xargs "$fmt" -i
	exit
fi
failed=0
for file in $(files); do
	"$fmt" "$file" | cmp -s - "$file" && continue
	failed=$((failed + 1))
	echo "$file: \`make format\` would change it:"
	"$fmt" "$file" | diff "$file" - | head -6
done
echo "format: $((failed == 0)) passed, $failed failed"
[ "$failed" -eq 0 ]
