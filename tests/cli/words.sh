# What the command line says, and how a wrong one ends.
demo=tests/fixtures/mach-register-denied.jsonl

run --version
ends "--version" 0
prints "--version" "sandtree "
for command in "" tree doctor inspect; do
	# shellcheck disable=SC2086 # no word for the screen
	run $command --help
	ends "$command --help" 0
	prints "$command --help" "Usage: sandtree"
	prints "$command --help" "--no-color"
	# shellcheck disable=SC2086
	run $command -h
	ends "$command -h" 0
done
run tree --columns help
ends "--columns help" 0
prints "--columns help" "seccomp_filters"

run tree --colums pid
ends "an unknown option" 64 "near: columns"
run tree -x
ends "an unknown letter" 64 "no option -x"
run tree --filter
ends "an option without its value" 64 "--filter needs a value"
run tree --readonly
ends "an option of another command" 64 "no option --readonly"
run tree --by age "$demo"
ends "a wrong --by" 64 "app, parent or list"
run tree --for soon
ends "a wrong --for" 64 "10s"
run tree --for -1s
ends "a negative --for" 64 "--for"
run tree --sort height
ends "a wrong --sort" 64 "height"
run tree --columns pid,sandbx "$demo"
ends "an unknown column" 64 "near: sandbox"
run tree --filter '(role=gpu' "$demo"
ends "a broken filter" 64
run tree --filter 'rolle=gpu' "$demo"
ends "a filter with an unknown fact" 64 "role"
run --filter '(role=gpu' "$demo"
ends "a broken filter for the screen" 64
run --play=fast "$demo"
ends "a wrong speed" 64 "--play"
run doctor chromium
ends "an operand for doctor" 64
run tree "$demo" tests/fixtures/hostile.jsonl
ends "two recordings" 64 "one recording at a time"
run tree --filter "$(printf '(\033[31m')" "$demo"
ends "a hostile filter" 64
no_control_bytes "a hostile filter" "$err"
run tree "--$(printf '\033[31m')"
ends "a hostile option" 64
no_control_bytes "a hostile option" "$err"

run tree 2147483646
ends "a pid nobody has" 69 "2147483646"
run tree --from "$demo" MyAp
ends "a name nobody has" 69 "MyApp"
run tre
ends "a misspelt command" 69 "'tre' is no command (near: tree) and no file"
run --from "$demo" tre
ends "a misspelt name in a recording" 69 "no process or app is called 'tre'"
# A number is a pid, whatever lies about.
: >"$work/2147483646"
(
	cd "$work" && "$SANDTREE" tree 2147483646 >"$out" 2>"$err"
)
status=$?
ends "a pid and a file called so" 69 "no process has the pid 2147483646"
(
	cd "$work" && "$SANDTREE" tree ./2147483646 >"$out" 2>"$err"
)
status=$?
ends "a file called like a pid" 65 "2147483646:1:1"
(
	cd "$work" && "$SANDTREE" inspect 2147483646 >"$out" 2>"$err"
)
status=$?
ends "inspect: a pid and a file called so" 69
(
	cd "$work" && "$SANDTREE" inspect ./2147483646 >"$out" 2>"$err"
)
status=$?
ends "inspect: a file called like a pid" 65
run watch
ends "a command that is planned" 69 "planned"

TERM=dumb run
ends "the screen on a dumb terminal" 69 "sandtree tree"
(
	unset TERM
	"$SANDTREE" >"$out" 2>"$err" </dev/null
)
status=$?
ends "the screen without TERM" 69 "TERM is not set"
run
ends "the screen into a file" 69 "sandtree tree"

# Whoever reads may end first; a full disk is an error.
{
	sleep 0.3
	"$SANDTREE" tree --from "$demo" 2>"$err"
	echo $? >"$work/status"
} | true
status=$(cat "$work/status")
ends "a reader that has gone" 0
same "a reader that has gone: stderr" "" "$(cat "$err")"
"$SANDTREE" tree --from "$demo" >&- 2>"$err"
status=$?
ends "standard output closed" 0
"$SANDTREE" tree --from "$demo" >/dev/full 2>"$err"
status=$?
ends "a full disk" 74 "No space left"
"$SANDTREE" --version >/dev/full 2>"$err"
status=$?
ends "--version to a full disk" 74
