#!/bin/sh
# Runs unit test programs and adds up what cmocka counted. A test that was
# announced and did not pass counts as failed, also when its program died.
# UNIT_WRAPPER: a command before each, such as valgrind. SUITE: the name before
# the count. NOTES: not empty to show what a test that passes says of itself.
set -u
passed=0 failed=0 skipped=0
limit=
command -v timeout >/dev/null 2>&1 && limit='timeout -k 5 120'

for program; do
	# shellcheck disable=SC2086 # words of a command
	out=$($limit ${UNIT_WRAPPER:-} "$program" 2>&1 </dev/null)
	status=$?
	all=$(printf '%s\n' "$out" | awk '/^\[==========\] Running / { n += $3 }
		END { print n + 0 }')
	ok=$(printf '%s\n' "$out" | grep -c '^\[       OK \]')
	# cmocka names the skipped once more at the end.
	names=$(printf '%s\n' "$out" | grep '^\[  SKIPPED \] [a-z]' | sort -u)
	left=$(printf '%s' "$names" | grep -c .)
	bad=$((all - ok - left))
	[ "$bad" -ge 0 ] || bad=0
	if [ "$bad" -eq 0 ] && { [ "$status" -ne 0 ] || [ "$all" -eq 0 ]; }; then
		bad=1
	fi
	passed=$((passed + ok)) failed=$((failed + bad))
	skipped=$((skipped + left))
	if [ "$bad" -gt 0 ]; then
		printf '%s\n' "$out" | grep -v '^\[ RUN  \|^\[       OK'
		echo "$program: exit status $status, $bad of $all failed"
	else
		[ -z "${NOTES:-}" ] || printf '%s\n' "$out" | grep -v '^\[\|^ *$'
		[ "$left" -eq 0 ] || printf '%s\n' "$names"
	fi
done
echo "${SUITE:-unit}: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
