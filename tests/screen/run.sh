#!/bin/sh
# Screen tests: types keys into the real program in a real terminal and
# compares whole screens with golden/. UPDATE=1 writes the goldens anew: look
# at the difference before it is committed. One test: run.sh NAME...
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

golden=$here/golden
chromium=$fixtures/chromium-linux.jsonl
story=$fixtures/mach-register-denied.jsonl
hostile=$fixtures/hostile.jsonl
wait_seconds=10
passed=0 failed=0 skipped=0
failures=

if ! command -v tmux >/dev/null || ! command -v pgrep >/dev/null; then
	echo "screen: tmux or pgrep is not here"
	echo "screen: 0 passed, 0 failed, 1 skipped"
	exit 0
fi

same() {
	screen "$@" >"$work/now"
	cmp -s "$work/now" "$expected"
}

# The screen no longer changes.
settled() {
	screen "$@" >"$work/now"
	cmp -s "$work/now" "$work/last" && return 0
	cp "$work/now" "$work/last"
	sleep 0.2
	return 1
}

# expect NAME [CAPTURE OPTION...]: the screen is golden/NAME.
expect() {
	expected=$golden/$1
	shift
	if [ -n "${UPDATE:-}" ]; then
		: >"$work/last"
		sleep 0.3
		await 5 settled "$@"
		cp "$work/now" "$expected"
		return 0
	fi
	await "$wait_seconds" same "$@" && return 0
	echo "--- golden/${expected##*/}"
	diff -u "$expected" "$work/now" | tail -n +3
	bad=1
}

# must WORDS COMMAND...: the command is true soon.
must() {
	words=$1
	shift
	await "$wait_seconds" "$@" && return 0
	echo "$words"
	screen
	bad=1
}

# The recording has been played, or what is told instead is there: before
# that keys would meet half of the processes.
up() {
	must "no screen" shows "${1:-recording ended}"
}

# Every test_NAME below is one test.
run_test() {
	bad=0
	rm -rf "$work/config" "$work/status"
	"test_$1"
	stop
	if [ "$bad" = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		failures="$failures $1"
		echo "screen: $1 failed"
	fi
}

# What the screen shows, at the sizes people have.

test_first_80x24() {
	start 80x24 -- "$chromium"
	expect first-80x24
}

test_first_160x48() {
	start 160x48 -- "$chromium"
	expect first-160x48
}

test_story() {
	start 120x30 -- "$story"
	expect story-120x30
}

test_tabs() {
	start 100x40 -- "$story"
	up
	text 13641
	key Enter
	for tab in overview sandbox code entitlements names denials; do
		expect "tab-$tab"
		key Right
	done
	expect tab-overview
	key Left Escape
	text 13656
	expect tab-denials-two
}

test_detail_zoomed() {
	start 80x24 -- "$story"
	up
	key Enter Enter
	expect detail-zoomed
	key End
	expect detail-zoomed-end
	key Home Escape Escape
	expect story-80x24
}

test_help() {
	start 80x24 -- "$chromium"
	up
	key F1
	expect help
	key NPage
	expect help-page-2
	key Escape
	expect first-80x24
}

# Finding.

test_search() {
	start 80x24 -- "$chromium"
	up
	text /rend
	expect search-typing
	key Enter
	text n
	expect search-next
	text N
	key Escape
	expect search-left
}

test_search_not_found() {
	start 80x24 -- "$chromium"
	up
	text /zzzz
	expect search-not-found
	key Escape
	expect first-80x24
}

test_search_in_fold() {
	start 80x24 -- "$chromium"
	up
	text '*'
	expect folded
	text /gpu
	key Enter
	expect search-in-fold
}

test_filter() {
	start 80x24 -- "$chromium"
	up
	key F4
	text 'sandbox~seccomp'
	key Enter
	expect filter
	key Escape
	expect first-80x24
}

test_filter_error() {
	start 80x24 -- "$chromium"
	up
	# Wrong from the first character on: what is typed fast is taken at once.
	text '\(rle=x'
	expect filter-error
	key Enter
	expect filter-error
	key Escape
	expect first-80x24
}

test_filter_option() {
	start 80x24 -- --filter 'role=renderer' "$chromium"
	expect filter-option
}

test_pid() {
	start 80x24 -- "$chromium"
	up
	text 1203
	expect pid-1203
	text 6
	expect pid-12036
}

# Order and shape.

test_fold() {
	start 80x24 -- "$story"
	up
	text -
	expect fold
	text +
	expect story-80x24
}

test_sort() {
	start 80x24 -- "$chromium"
	up
	key F6
	expect sort-menu
	text pp
	key Enter
	expect sort-ppid
	text I
	expect sort-ppid-down
}

test_by_parent() {
	start 80x24 -- "$chromium"
	up
	text T
	expect by-parent
}

test_list() {
	start 80x24 -- "$chromium"
	up
	key F5
	expect list
	key F5
	expect first-80x24
}

test_confined_only() {
	start 80x24 -- "$chromium"
	up
	text c
	expect confined-only
}

test_exited_hidden() {
	start 80x24 -- "$chromium"
	up
	text X
	expect exited-hidden
}

test_user_menu() {
	start 80x24 -- "$hostile"
	up
	text u
	expect user-menu
	key Escape
}

test_tag() {
	start 80x24 -- "$chromium"
	up
	text '   '
	expect tagged
	text U
	expect untagged
}

# The dialog, and what is remembered.

test_columns() {
	start 100x30 -- "$chromium"
	up
	key F2
	expect columns-dialog
	key End Up Up Up Up PPage
	text ' '
	key F7
	expect columns-chosen
	key Enter
	expect columns-shown
	must "no config file" test -s "$work/config/sandtree/config"
	cp "$work/config/sandtree/config" "$work/written"
	stop
	if [ -n "${UPDATE:-}" ]; then
		cp "$work/written" "$golden/config"
	elif ! diff -u "$golden/config" "$work/written"; then
		bad=1
	fi
	start 100x30 -- "$chromium"
	expect columns-shown
}

test_columns_cancelled() {
	start 100x30 -- "$chromium"
	up
	key F2
	text ' '
	key Escape
	expect first-100x30
	text q
	must "did not end" test -s "$work/status"
	if [ -e "$work/config/sandtree/config" ]; then
		echo "a cancelled dialog wrote the config"
		bad=1
	fi
}

test_broken_config() {
	mkdir -p "$work/config/sandtree"
	printf 'theme = dark\n\nsort = size\nmode = list\n' \
		>"$work/config/sandtree/config"
	start 100x30 -- "$chromium"
	up
	must "the line is not named" shows "config:3: sort wants a column's id"
}

# Small, changing and poor terminals.

test_small() {
	start 40x10 -- "$chromium"
	expect small-40x10
	key Enter
	expect small-detail-40x10
	key Escape F1
	expect small-help-40x10
}

test_resize() {
	start 80x24 -- "$chromium"
	up
	for size in 40x10 3x2 1x1 200x60 20x5 160x48 10x40 81x3 80x24; do
		mux resize-window -t "$session" -x "${size%x*}" \
			-y "${size#*x}"
		key Down F2
	done
	key Escape Home
	expect first-80x24
	i=0
	while [ "$i" -lt 30 ]; do
		mux resize-window -t "$session" -x $((20 + i * 4)) \
			-y $((5 + i))
		i=$((i + 1))
	done
	mux resize-window -t "$session" -x 80 -y 24
	expect first-80x24
}

test_colours_256() {
	start 80x24 -- "$story"
	expect colours-256 -e -N
}

test_colours_16() {
	start 80x24 TERM=xterm -- "$story"
	expect colours-16 -e -N
}

test_no_color() {
	start 80x24 NO_COLOR=1 -- "$story"
	expect no-color -e -N
	if screen -e | grep -q '\[[0-9;]*[34]8;'; then
		echo "colours in spite of NO_COLOR"
		bad=1
	fi
}

test_light() {
	start 80x24 'COLORFGBG=0;15' -- "$story"
	expect colours-light -e -N
}

test_ascii() {
	start 80x24 -- --ascii "$story"
	expect ascii
}

test_c_locale() {
	start 80x24 LANG=C -- "$hostile"
	expect c-locale
	if screen | LC_ALL=C grep -q '[^ -~]'; then
		echo "bytes beyond ASCII in the C locale"
		bad=1
	fi
}

test_hostile() {
	start 160x48 -- "$hostile"
	up
	expect hostile
	key Down Down Down Down Down Down Down Enter
	expect hostile-detail
}

test_dumb() {
	start 80x24 TERM=dumb -- "$chromium"
	must "did not end" test -s "$work/status"
	must "does not offer tree" grep -q 'sandtree tree' "$work/stderr"
	must "exit status is not 69" grep -qx 69 "$work/status"
}

test_no_term() {
	start 80x24 TERM= -- "$chromium"
	must "did not end" test -s "$work/status"
	must "does not offer tree" grep -q 'sandtree tree' "$work/stderr"
}

# The mouse, as a terminal sends it: button, column and line, each + 32 and
# counted from 1.
mouse() {
	bytes 1b 5b 4d "$(printf %x $((32 + $1)))" \
		"$(printf %x $((32 + $2)))" "$(printf %x $((32 + $3)))"
}

click() {
	mouse 0 "$@"
	mouse 3 "$@" # let go
}

test_mouse() {
	start 80x24 -- "$chromium"
	up
	click 20 5
	expect mouse-row
	click 14 15
	expect mouse-tab
	click 6 3
	click 6 3
	expect mouse-sort
	mouse 65 20 6
	expect mouse-wheel
	mouse 64 20 6
	click 10 4
	expect mouse-fold
	click 3 24
	expect mouse-help
}

# What the terminal got by OSC 52 is in tmux's buffer.
copied() {
	[ "$(mux show-buffer 2>/dev/null)" = "$1" ]
}

test_copy() {
	start 100x30 -- "$story"
	up
	mux set-option -s set-clipboard on
	text y
	must "the pid is not copied" copied 13605
	must "it is not said" shows "Copied: 13605"
	key Enter
	key Down Down Down
	text y
	must "the value is not copied" copied 13600
}

test_deep() {
	{
		echo '{"schema": "sandtree/recording/1",' \
			'"start": "2026-01-01T00:00:00Z",' \
			'"host": {"os": "linux", "release": "6.1"}}'
		pid=1
		while [ "$pid" -le 60 ]; do
			echo '{"type": "spawn", "at": 1, "pid": '"$pid"',' \
				'"ppid": '"$((pid - 1))"',' \
				'"started": "2026-01-01T00:00:00Z"}'
			echo '{"type": "facts", "at": 1, "pid": '"$pid"',' \
				'"facts": {"name": "level'"$pid"'"}}'
			pid=$((pid + 1))
		done
		echo '{"type": "listed", "at": 1}'
	} >"$work/deep.jsonl"
	start 80x24 -- "$work/deep.jsonl"
	up
	key Down Down Down Down Down NPage
	expect deep
}

# Time standing still.

test_pause_recording() {
	start 80x24 -- --play=0.01 "$chromium"
	up "▸ recording"
	text Z
	must "not paused" shows "■ paused"
	text Z
	must "not resumed" shows "▸ recording"
}

test_pause_live() {
	# Our own tree, in which a process is born while the screen is paused.
	start 80x24 -- $$
	up live
	text Z
	must "not paused" shows "■ paused"
	sleep 987 2>/dev/null &
	victim=$!
	sleep 0.5
	if shows "$victim "; then
		echo "the paused screen goes on"
		bad=1
	fi
	text Z
	text "$victim"
	must "what was born meanwhile is lost" shows "sleep $victim"
	kill "$victim"
	wait "$victim" 2>/dev/null
}

# Signals, ours and others'.

test_signal_refused() {
	start 80x24 -- "$chromium"
	up
	key F9
	expect signal-refused
}

test_readonly() {
	sleep 1000 2>/dev/null &
	victim=$!
	start 80x24 -- --readonly "$victim"
	up live
	text k
	must "not refused" shows "started with --readonly"
	kill "$victim"
	wait "$victim" 2>/dev/null
}

test_signal_sent() {
	sleep 1000 &
	victim=$!
	start 80x24 -- "$victim"
	up live
	must "not listed" shows sleep
	text k
	must "no menu" shows SIGTERM
	key Enter
	must "not asked" shows "Send SIGTERM to 1 process?"
	text n
	key k Enter
	text y
	wait "$victim" 2>/dev/null
	if [ $? -ne 143 ]; then
		echo "SIGTERM did not end it"
		bad=1
	fi
	must "its end is not shown" shows SIGTERM
}

# ended STATUS: the program is gone and left the terminal as it was.
ended() {
	must "did not end" test -s "$work/status"
	must "exit status is not $1" grep -qx "$1" "$work/status"
	must "the screen is not left" shows ended
	if shows Overview; then
		echo "the alternate screen is not left"
		bad=1
	fi
	if ! cmp -s "$work/before" "$work/after"; then
		diff "$work/before" "$work/after"
		bad=1
	fi
}

test_quit() {
	start 80x24 -- "$chromium"
	up
	text q
	ended 0
}

test_ctrl_c() {
	start 80x24 -- "$chromium"
	up
	key C-c
	ended 0
}

test_sigterm() {
	start 80x24 -- "$chromium"
	up
	kill -TERM "$(program_pid)"
	ended 143
}

test_crash() {
	start 80x24 -- "$chromium"
	up
	kill -SEGV "$(program_pid)"
	ended 139
}

test_stop_and_fg() {
	start_shell 80x24
	must "no shell" shows '$'
	text "$(quote "$SANDTREE" "$chromium")"
	key Enter
	up
	key C-z
	must "not stopped" shows Stopped
	text 'stty -a | grep -o -- "-*icanon"; fg'
	key Enter
	expect first-80x24
	text q
	must "not left" shows '$ '
	# What the shell saw while we were stopped.
	must "stopped in raw mode" shows_line icanon
}

test_terminal_gone() {
	start 80x24 -- "$chromium"
	up
	pid=$(program_pid)
	mux kill-session -t "$session"
	gone() {
		! kill -0 "$pid" 2>/dev/null
	}
	must "lives on without a terminal" gone
}

test_stdin_is_data() {
	start_shell 80x24
	must "no shell" shows '$'
	text "$(quote "$SANDTREE") --from - <$(quote "$chromium")"
	key Enter
	up
	key Down
	must "no key is read" shows "2/"
	text q
	must "not left" shows 'sandtree'
}

test_broken_recording() {
	printf '%s\n' '{"schema": "sandtree/recording/1", "start": ' \
		'"2026-01-01T00:00:00Z", "host": {"os": "linux"}}' |
		tr -d '\n' >"$work/broken.jsonl"
	printf '\n{"type": \n' \
		>>"$work/broken.jsonl"
	start 80x24 -- "$work/broken.jsonl"
	must "did not end" test -s "$work/status"
	must "exit status is not 65" grep -qx 65 "$work/status"
	must "the line is not named" grep -q "broken.jsonl:2" "$work/stderr"
}

tests=${*:-$(sed -n 's/^test_\([a-z0-9_]*\)() {$/\1/p' "$here/run.sh")}
for name in $tests; do
	run_test "$name"
done
[ -z "$failures" ] || echo "failed:$failures"
echo "screen: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
