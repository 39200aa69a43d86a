# What the tests of the commands share. Sourced by run.sh.

passed=0 failed=0 skipped=0

pass() {
	passed=$((passed + 1))
}

# bad NAME WORDS...
bad() {
	failed=$((failed + 1))
	echo "FAILED $1"
	shift
	[ $# -eq 0 ] || printf '  %s\n' "$@"
}

skip() {
	skipped=$((skipped + 1))
	echo "skipped $1: $2"
}

# run ARG...: the program; its exit status in $status, what it wrote in
# $out and $err, two files.
run() {
	"$SANDTREE" "$@" >"$out" 2>"$err" </dev/null
	status=$?
}

# ends NAME STATUS [WORDS]: the last run's status, and words on stderr.
ends() {
	if [ "$status" -ne "$2" ]; then
		bad "$1" "expected exit status $2, found $status" \
			"$(head -c 400 "$err")"
	elif [ -n "${3:-}" ] && ! grep -qF -- "$3" "$err"; then
		bad "$1" "expected on stderr: $3" "found: $(head -c 400 "$err")"
	elif [ "$2" -ne 0 ] && [ "$2" -ne 130 ] && [ ! -s "$err" ]; then
		bad "$1" "a failure without a word"
	else
		pass
	fi
}

# same NAME EXPECTED FOUND
same() {
	if [ "$2" = "$3" ]; then
		pass
	else
		bad "$1" "expected: $2" "found:    $3"
	fi
}

# prints NAME WORDS: what the last run wrote on stdout.
prints() {
	if grep -qF -- "$2" "$out"; then
		pass
	else
		bad "$1" "expected on stdout: $2" "found: $(head -c 400 "$out")"
	fi
}

# golden NAME: the last run's stdout against tests/cli/golden/NAME. With
# GOLDEN=write the file is written: look at the difference before a commit.
golden() {
	if [ "${GOLDEN:-}" = write ]; then
		cp "$out" "tests/cli/golden/$1"
	fi
	if difference=$(diff -u "tests/cli/golden/$1" "$out"); then
		pass
	else
		bad "golden $1" "$(printf '%s\n' "$difference" | head -20)"
	fi
}

# json NAME FILTER: jq's answer over the last stdout must be true.
json() {
	if answer=$(jq -e "$2" "$out" 2>&1) && [ "$answer" = true ]; then
		pass
	else
		bad "$1" "jq: $2" "answer: $(printf '%s' "$answer" | head -c 300)"
	fi
}

# No byte that a terminal would obey; newlines end lines.
no_control_bytes() {
	if LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" "$2"; then
		bad "$1" "a control byte came through"
	elif LC_ALL=C grep -q "$(printf '\302[\200-\237]')" "$2"; then
		bad "$1" "a C1 control character came through"
	elif LC_ALL=C grep -qE "$(printf '\342\200[\250-\256]|\342\201[\246-\251]')" "$2"; then
		bad "$1" "a bidirectional override came through"
	else
		pass
	fi
}
