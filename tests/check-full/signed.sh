#!/bin/sh
# usage: signed.sh
#
# `sandtree inspect` on programs that nobody here wrote or signed, as
# tests/real/run.sh has fetched them: what the command says of every slice beside
# what rcodesign says, every page hash, and every bundle's seal beside sha256sum.
# SIGNED: the folder, $BUILD/programs; RCODESIGN: the program, without which the
# comparison is skipped. Ends with "signed: N passed, N failed, N skipped".
set -u
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
SANDTREE=${SANDTREE:-$BUILD/sandtree}
RCODESIGN=${RCODESIGN:-$(command -v rcodesign || echo /opt/rcodesign/bin/rcodesign)}
export LC_ALL=C.UTF-8 TZ=UTC
passed=0 failed=0 skipped=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

bad() {
	failed=$((failed + 1))
	echo "FAILED $1"
	shift
	[ $# -eq 0 ] || printf '  %s\n' "$@" | cut -c1-600 | head -n 20
}

SIGNED=${SIGNED:-$BUILD/programs}
if [ ! -d "$SIGNED" ]; then
	echo "skipped: no $SIGNED: the suite real fetches it"
	echo "signed: 0 passed, 0 failed, 1 skipped"
	exit 0
fi

# Mach-O by its first four bytes; 0xcafebabe is also a Java class, which has
# its version where a universal file has the number of its slices.
find "$SIGNED" -type f -size +1k | LC_ALL=C sort | while read -r file; do
	case $(od -An -tx1 -N 8 "$file" | tr -d ' ') in
	cffaedfe* | cefaedfe* | cafebabe000000[01]*) printf '%s\n' "$file" ;;
	esac
done >"$work/programs"

# --- every field of every slice, as rcodesign sees it
compare() {
	: >"$work/yaml"
	: >"$work/ours.json"
	while read -r file; do
		if ! "$RCODESIGN" print-signature-info "$file" \
			>"$work/one" 2>/dev/null </dev/null; then
			skipped=$((skipped + 1))
			echo "skipped $file: rcodesign cannot read it"
			continue
		fi
		printf -- '---\nfile: "%s"\nslices:\n' "$file" >>"$work/yaml"
		sed 's/^/  /' "$work/one" >>"$work/yaml"
		"$SANDTREE" inspect --json "$file" 2>/dev/null </dev/null |
			jq -c --arg prefix "" --arg path "$file" \
				-f tests/cli/inspect-ours.jq >>"$work/ours.json"
	done <"$work/programs"
	python3 tests/fixtures/bundle/expect.py "$work/yaml" >"$work/theirs" ||
		bad "rcodesign's words cannot be read"
	jq -sc 'map({key: "\(.path) \(.slice)", value: .}) | from_entries' \
		"$work/ours.json" >"$work/ours"
	jq -r --slurpfile ours "$work/ours" -f tests/cli/inspect-agree.jq \
		"$work/theirs" >"$work/agreement"
	agreed=$(grep -c '^same$' "$work/agreement")
	slices=$(wc -l <"$work/theirs" | tr -d ' ')
	echo "signed: rcodesign agrees on $agreed fields of $slices slices"
	if grep -v '^same$' "$work/agreement" >"$work/differs"; then
		bad "rcodesign disagrees" "$(cat "$work/differs")"
	elif [ "$agreed" -gt 0 ]; then
		passed=$((passed + agreed))
	else
		bad "nothing was compared"
	fi
}
if [ -x "$RCODESIGN" ] && python3 -c 'import yaml' 2>/dev/null; then
	compare
else
	skipped=$((skipped + 1))
	echo "skipped rcodesign: it or PyYAML is missing"
fi

# --- every page hash and signature
while read -r file; do
	"$SANDTREE" inspect --verify --json "$file" >"$work/out" \
		2>"$work/err" </dev/null
	errors=$(jq -r '.findings[] | select(.severity == "error")
		| "\(.id) \(.offset) \(.message)"' "$work/out")
	if [ -n "$errors" ] || [ -s "$work/err" ]; then
		bad "verify $file" "$errors" "$(cat "$work/err")"
	else
		passed=$((passed + 1))
	fi
done <"$work/programs"

# --- every seal, beside sha256sum
find "$SIGNED" -path '*/_CodeSignature/CodeResources' | LC_ALL=C sort \
	>"$work/seals"
while read -r seal; do
	base=${seal%/_CodeSignature/CodeResources}
	bundle=$base
	case $base in
	*/Contents) bundle=${base%/Contents} ;;
	*/Versions/*) bundle=${base%/Versions/*} ;;
	esac
	python3 - "$seal" >"$work/sums" <<'PYTHON'
import plistlib, sys
seal = plistlib.load(open(sys.argv[1], "rb"))
for name, value in seal.get("files2", {}).items():
    if isinstance(value, dict) and "hash2" in value:
        print(value["hash2"].hex() + "  " + name)
PYTHON
	wrong=$(cd "$base" && sha256sum -c --quiet "$work/sums" 2>/dev/null |
		grep -c .)
	"$SANDTREE" inspect --verify --json "$bundle" >"$work/out" \
		2>"$work/err" </dev/null
	found=$(jq '[.findings[] | select(.id == "seal_file_changed"
		or .id == "seal_file_missing")] | length' "$work/out")
	errors=$(jq -r '.findings[] | select(.severity == "error")
		| "\(.id) \(.path) \(.message)"' "$work/out")
	if [ "$found" -ne "$wrong" ]; then
		bad "seal of $bundle" "sha256sum finds $wrong files, we $found"
	elif [ "$wrong" -eq 0 ] && [ -n "$errors" ]; then
		bad "seal of $bundle" "$errors"
	else
		passed=$((passed + 1 + $(wc -l <"$work/sums")))
	fi
done <"$work/seals"

echo "signed: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
