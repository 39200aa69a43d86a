#!/bin/sh
# usage: run.sh [TARGET...]
#
# Fuzzes each target (fuzz_macho: "macho"; all without an argument) with
# libFuzzer, AddressSanitizer and UBSan for SECONDS_EACH seconds (30), from the
# files in tests/fuzz/corpus/TARGET. What makes one crash, take more than 64 MB
# at once, or longer than 5 s is kept in $BUILD/fuzz-clang/found and makes
# it fail: mend it, and add the file to the corpus. CLANG: the compiler.
set -u
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
CLANG=${CLANG:-clang}
SECONDS_EACH=${SECONDS_EACH:-30}
work=$BUILD/fuzz-clang
passed=0 failed=0
sanitize=-fsanitize=address,undefined,fuzzer-no-link

if [ $# -eq 0 ]; then
	for source in tests/fuzz/fuzz_*.c; do
		name=$(basename "$source" .c)
		set -- "$@" "${name#fuzz_}"
	done
fi
if ! command -v "$CLANG" >/dev/null 2>&1 ||
	! echo 'int LLVMFuzzerTestOneInput(void); int LLVMFuzzerTestOneInput(void) { return 0; }' |
	"$CLANG" -fsanitize=fuzzer,address -x c -o /dev/null - 2>/dev/null; then
	echo "fuzz: no $CLANG with libFuzzer (Debian: clang libclang-rt-14-dev)"
	echo "fuzz: 0 passed, 0 failed, $# skipped"
	exit 0
fi

mkdir -p "$work/found"
# shellcheck disable=SC2046 # names without blanks
if ! make -s "-j$(nproc 2>/dev/null || echo 2)" BUILD="$work" CC="$CLANG" \
	CFLAGS="-O1 -g -fno-omit-frame-pointer $sanitize -fno-sanitize-recover=undefined" \
	LDFLAGS=-fsanitize=address,undefined,fuzzer FUZZ_MAIN= \
	$(printf "$work/fuzz/fuzz_%s " "$@"); then
	echo "fuzz: 0 passed, $# failed, 0 skipped"
	exit 1
fi

for name; do
	grown=$work/corpus/$name
	mkdir -p "$grown"
	log=$work/$name.log
	if "$work/fuzz/fuzz_$name" -max_total_time="$SECONDS_EACH" \
		-timeout=5 -malloc_limit_mb=64 -rss_limit_mb=1024 \
		-artifact_prefix="$work/found/$name-" -print_final_stats=1 \
		"$grown" "tests/fuzz/corpus/$name" >"$log" 2>&1; then
		passed=$((passed + 1))
		echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs in $SECONDS_EACH s"
	else
		failed=$((failed + 1))
		echo "$name:"
		grep -v '^#\|^stat::' "$log" | head -n 60
	fi
done
echo "fuzz: $passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
