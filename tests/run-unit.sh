#!/bin/sh
# Runs unit test programs and adds up what they counted.
set -u
passed=0 failed=0
for program; do
	out=$("$program" 2>&1)
	status=$?
	ok=$(printf '%s\n' "$out" | grep -c '^\[       OK \]')
	bad=$(printf '%s\n' "$out" | grep -c '^\[  FAILED  \] [a-z]' )
	passed=$((passed + ok))
	if [ "$status" -ne 0 ]; then
		printf '%s\n' "$out" "$program: status $status"
		[ "$bad" -gt 0 ] || bad=1
		failed=$((failed + bad))
	fi
done
echo "unit: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
