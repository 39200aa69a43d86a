# Drives the real program in a terminal of its own; sourced by run.sh and
# screenshots.sh. One tmux server for all, which reads no configuration.
#
#	start WxH [NAME=VALUE...] -- ARGUMENT...	the program in a new terminal
#	start_shell WxH [NAME=VALUE...]		an interactive shell in one
#	key NAME...	keys by tmux's names
#	text STRING	characters
#	stop

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
case ${SANDTREE:-} in
'') SANDTREE=$root/build/sandtree ;;
/*) ;;
*) SANDTREE=$root/$SANDTREE ;;
esac
fixtures=$root/tests/fixtures
work=$(mktemp -d "${TMPDIR:-/tmp}/sandtree-screen.XXXXXX") || exit 1
session=screen

# Its socket lies in our folder and goes with it.
mux() {
	TMUX_TMPDIR=$work tmux -L screen -f /dev/null "$@"
}

cleanup() {
	mux kill-server 2>/dev/null
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM HUP

# quote WORD...: as a shell reads them back.
quote() {
	for word; do
		printf " '%s'" "$(printf '%s' "$word" | sed "s/'/'\\\\''/g")"
	done
}

# Nothing of the caller's environment reaches the program but what the
# sanitizers are told by.
clean_environment() {
	printf "env -i PATH=/usr/local/bin:/usr/bin:/bin HOME='%s' " "$work"
	printf "TERM=tmux-256color LANG=C.UTF-8 TZ=UTC "
	printf "XDG_CONFIG_HOME='%s' " "$work/config"
	for name in ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS; do
		eval "value=\${$name:-}"
		[ -z "$value" ] || quote "$name=$value"
	done
}

# The terminal stays after the program ended, to see what it left.
start() {
	size=$1
	shift
	command=$(clean_environment)
	while [ "$1" != -- ]; do
		command="$command $(quote "$1")"
		shift
	done
	shift
	command="$command $(quote "$SANDTREE" "$@")"
	mux kill-session -t "$session" 2>/dev/null
	mux new-session -d -s "$session" -x "${size%x*}" -y "${size#*x}" \
		"stty -a >'$work/before'; $command 2>'$work/stderr'; \
		echo \$? >'$work/status'; stty -a >'$work/after'; \
		echo ended; exec sleep 60"
}

start_shell() {
	size=$1
	shift
	command=$(clean_environment)
	for variable; do
		command="$command $(quote "$variable")"
	done
	mux kill-session -t "$session" 2>/dev/null
	mux new-session -d -s "$session" -x "${size%x*}" -y "${size#*x}" \
		"$command PS1='\$ ' sh -i"
}

key() {
	for name; do
		mux send-keys -t "$session" "$name"
		# So that what follows is not taken for a part of it.
		[ "$name" != Escape ] || sleep 0.06
	done
}

text() {
	mux send-keys -t "$session" -l -- "$1"
}

# Bytes as a terminal sends them, in hexadecimal.
bytes() {
	mux send-keys -t "$session" -H "$@"
}

screen() {
	mux capture-pane -p -t "$session" "$@" 2>/dev/null
}

# The program's own pid: the terminal's shell has one child.
program_pid() {
	pgrep -P "$(mux display-message -p -t "$session" '#{pane_pid}')" |
		head -n 1
}

# The program is gone when this returns: it may still write its config.
stop() {
	pid=$(program_pid 2>/dev/null)
	mux kill-session -t "$session" 2>/dev/null
	tries=60
	while [ -n "$pid" ] && [ "$tries" -gt 0 ] && kill -0 "$pid" 2>/dev/null
	do
		sleep 0.05
		tries=$((tries - 1))
	done
}

# await SECONDS COMMAND...: true as soon as the command is.
await() {
	tries=$(($1 * 20))
	shift
	while [ "$tries" -gt 0 ]; do
		"$@" && return 0
		sleep 0.05
		tries=$((tries - 1))
	done
	return 1
}

shows() {
	screen | grep -qF -- "$1"
}

shows_line() {
	screen | grep -qxF -- "$1"
}
