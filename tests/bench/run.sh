#!/bin/sh
# usage: run.sh
#
# Measures sandtree against htop, ps and bare reading loops, all in one run on
# one machine, and prints each figure beside the limit that was set for it.
# SIZES: how many idle processes; SECONDS_EACH: how long CPU is looked at;
# SANDTREE: the program; BUILD: a folder for what this makes. As an ordinary
# user some files of others are not read, by sandtree as by the loops.
set -u
cd "$(dirname "$0")/../.." || exit 1
SIZES=${SIZES:-500 5000 20000}
SECONDS_EACH=${SECONDS_EACH:-12}
RUNS=${RUNS:-5}
KEYS=${KEYS:-150}
BUILD=${BUILD:-build}
SANDTREE=${SANDTREE:-$BUILD/sandtree}
bin=$BUILD/bench
mkdir -p "$bin"
tmp=$(mktemp -d "$bin/run.XXXXXX") || exit 1
socket=sandtree-bench-$$
export LC_ALL=C.UTF-8 TERM=xterm-256color

cleanup() {
	exec 9>&-
	tmux -L "$socket" kill-server 2>/dev/null
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

say() { printf '%s\n' "$*"; }
need() { command -v "$1" >/dev/null || { say "bench: needs $1"; exit 69; }; }
need tmux
need htop
need ps

flags="-std=c11 -O2 -Wall -Wextra -D_GNU_SOURCE"
for program in idle loop sample; do
	${CC:-cc} $flags -o "$bin/$program" "tests/bench/$program.c" || exit 1
done
${CC:-cc} $flags -o "$bin/keys" tests/bench/keys.c tests/bench/vt.c || exit 1

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# row SIZE WHAT FIGURE UNIT LIMIT: a limit of - is no limit.
missed=0 busiest=0
row() {
	verdict=$(awk -v f="$3" -v l="$5" 'BEGIN {
		print (f == "" ? "FAILED" : l == "-" ? "" : \
			f + 0 <= l + 0 ? "met" : "MISSED") }')
	case $verdict in MISSED | FAILED) missed=$((missed + 1)) ;; esac
	printf '%6s  %-52s %9s %-3s %8s  %s\n' "$1" "$2" "${3:-?}" "$4" \
		"$5" "$verdict" | tee -a "$tmp/table"
}

ratio() { awk -v a="$1" -v b="$2" 'BEGIN {
	if (a == "" || b == "" || b <= 0) print ""; else
	printf "%.3f\n", a / b }'; }
percent() { awk -v a="$1" -v b="$2" 'BEGIN {
	if (a == "" || b == "" || b <= 0) print ""; else
	printf "%.2f\n", 100 * a / b }'; }

# The helpers end when their input does; descriptor 9 holds it open.
start_idle() {
	rm -f "$tmp/in" "$tmp/ready"
	mkfifo "$tmp/in"
	"$bin/idle" "$1" <"$tmp/in" >"$tmp/ready" &
	exec 9>"$tmp/in"
	waited=0
	until [ -s "$tmp/ready" ]; do
		kill -0 $! 2>/dev/null && [ "$waited" -lt 600 ] ||
			{ say "bench: cannot start $1 processes"; return 1; }
		sleep 0.1
		waited=$((waited + 1))
	done
}

# One more, with PER_SECOND short lives a second, on the same input.
start_churn() {
	[ "$1" -gt 0 ] || return 0
	"$bin/idle" 1 "$1" <"$tmp/in" >/dev/null 9>&- &
}

# Until what they leave has gone too: else pids run out for the next.
stop_idle() {
	exec 9>&-
	wait
	waited=0
	while pgrep -f "^$bin/idle " >/dev/null && [ "$waited" -lt 300 ]; do
		sleep 0.1
		waited=$((waited + 1))
	done
}

# How many processes and threads the machine has begun since it booted.
forked() { awk '/^processes/ { print $2 }' /proc/stat; }

# cpu_of cpu|bursts COMMAND...: runs it in tmux; sets cpu_median and cpu_mean
# (ms a second or a burst), rss, hwm (kB), and how many forks a second the
# machine saw meanwhile: idle processes are idle only where nothing else goes
# on. htop works, then rests for its delay: its refreshes are bursts, fewer than
# one a second where there are many processes.
cpu_of() {
	cpu_median= cpu_mean= rss= hwm= how=$1
	shift
	tmux -L "$socket" -f /dev/null new-session -d -x 160 -y 48 \
		"exec env HTOPRC=$tmp/htoprc $*" 9>&- || return
	sleep 6
	pid=$(tmux -L "$socket" display-message -p '#{pane_pid}')
	forks=$(forked)
	set -- $("$bin/sample" "$how" "$pid" "$SECONDS_EACH")
	cpu_median=${1:-} cpu_mean=${2:-} quiet_median=${3:-} quiet=${4:-0}
	forks=$((($(forked) - forks) / SECONDS_EACH))
	[ "$forks" -le "$busiest" ] || busiest=$forks
	rss=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")
	hwm=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status")
	tmux -L "$socket" kill-server
	sleep 0.5
}

# What the two figures of a tool make of a limit: the worse of median and mean.
worse() { awk -v a="$1" -v b="$2" 'BEGIN {
	print (a == "" || b == "" ? "" : (a + 0 > b + 0 ? a : b)) }'; }

# Does loop.c read what sandtree reads?
compare_reads() {
	command -v strace >/dev/null || return
	sleep 60 9>&- &
	one=$!
	strace -f -qq -e trace=openat,openat2,readlinkat -o "$tmp/strace" \
		"$SANDTREE" tree --json >/dev/null
	kill "$one"
	awk -v one="\"$one" '
		/resumed>/ { next }
		# "1234/stat" from the listing, or all that follows the
		# opening of the folder "1234" by the same thread.
		index($0, one "/") { split($0, w, "\""); sub(/^[0-9]+\//, "",
			w[2]); print w[2] }
		/O_PATH.*O_DIRECTORY/ { ours[$1] = index($0, one "\"") > 0
			next }
		ours[$1] { split($0, w, "\""); print w[2] }
	' "$tmp/strace" | grep . | sort -u >"$tmp/reads"
	"$bin/loop" list | sort -u >"$tmp/loop"
	if cmp -s "$tmp/reads" "$tmp/loop"; then
		say "strace: tree --json reads $(wc -l <"$tmp/reads")" \
			"entries of a process, the bare loop the same"
	else
		say "strace: tree --json and the bare loop differ:"
		diff "$tmp/reads" "$tmp/loop"
	fi
}

# Once each in turn, so that a busy moment hits all alike.
one_shots() {
	rm -f "$tmp"/t.*
	for run in $(seq "$RUNS"); do
		"$bin/sample" time ps -eo pid,ppid,comm,args >>"$tmp/t.ps"
		"$bin/keys" first "$1" "$SANDTREE" --no-config \
			>>"$tmp/t.first"
		"$bin/sample" time "$bin/loop" few >>"$tmp/t.few"
		"$bin/sample" time "$bin/loop" all >>"$tmp/t.all"
		"$bin/sample" time "$SANDTREE" tree --json >>"$tmp/t.json"
	done 9>&-
	ps=$(median <"$tmp/t.ps")
	first=$(median <"$tmp/t.first")
	all=$(median <"$tmp/t.all")
	json=$(median <"$tmp/t.json")
	json_cpu=$(awk '{ print $2 }' "$tmp/t.json" | median)
	all_cpu=$(awk '{ print $2 }' "$tmp/t.all" | median)
	row "$1" "getdents, stat and status alone" \
		"$(median <"$tmp/t.few")" ms -
	row "$1" "ps -eo pid,ppid,comm,args" "$ps" ms -
	limit=-
	[ "$1" -ne 5000 ] || limit=$ps
	row "$1" "sandtree, first full screen" "$first" ms "$limit"
	row "$1" "bare loop over what tree --json reads" "$all" ms -
	row "$1" "sandtree tree --json" "$json" ms -
	row "$1" "  times the bare loop" "$(ratio "$json" "$all")" "" 1.3
	row "$1" "  CPU of all its threads" "$json_cpu" ms -
	row "$1" "  times the bare loop's" \
		"$(ratio "$json_cpu" "$all_cpu")" "" -
}

# share WHAT LIMIT: what cpu_of found, beside htop's. Where the machine was not
# idle but had quiet seconds, those are compared.
share() {
	row "$size" "$1, CPU of one second" "$cpu_median" ms -
	row "$size" "  its mean ($forks forks a second meanwhile)" \
		"$cpu_mean" ms -
	if [ "$forks" -gt 3 ] && [ "$quiet" -ge 3 ]; then
		row "$size" "  in $quiet quiet seconds" "$quiet_median" ms -
		row "$size" "  of htop's" \
			"$(percent "$quiet_median" "$htop_median")" % "$2"
		return
	fi
	row "$size" "  of htop's (the worse of median and mean)" \
		"$(worse "$(percent "$cpu_median" "$htop_median")" \
			"$(percent "$cpu_mean" "$htop_mean")")" % "$2"
}

refreshes() {
	cpu_of bursts htop -d 10 # tenths of a second
	htop_median=$cpu_median htop_mean=$cpu_mean
	row "$size" "htop, CPU of one refresh" "$cpu_median" ms -
	row "$size" "  its mean ($forks forks a second meanwhile)" \
		"$cpu_mean" ms -
	case $size in
	5000) limit=2 ;;
	20000) limit=1 ;;
	*) limit=- ;;
	esac
	cpu_of cpu "$SANDTREE" --no-config
	share "sandtree" "$limit"
	memory=- unit=kB
	[ "$size" -ne 20000 ] || memory=61440
	row "$size" "  its memory" "$rss" $unit "$memory"
	row "$size" "  its memory at most" "$hwm" $unit "$memory"
	cpu_of cpu "$SANDTREE" --no-config --no-connector
	limit=-
	[ "$size" -lt 5000 ] || limit=25
	share "sandtree --no-connector" "$limit"
}

answers() {
	set -- $("$bin/keys" answer "$size" "$KEYS" "$SANDTREE" --no-config \
		9>&-)
	row "$size" "key answered, $per_second starts and ends a second" \
		"${1:-}" ms 16
	row "$size" "  95 of 100 within" "${2:-}" ms 16
	row "$size" "  the worst of $KEYS" "${3:-}" ms -
	row "$size" "  not within a second" "${4:-}" "" 0
}

say "$(uname -sr), $(nproc) processors," \
	"$(id -un), $(ps -V | head -1), htop $(htop --version | head -1 |
		awk '{ print $2 }'), $("$SANDTREE" --version | head -1)"
say "load before: $(cut -d' ' -f1-3 /proc/loadavg)"
compare_reads
printf '%6s  %-52s %9s %-3s %8s\n' idle figure median "" limit
for size in $SIZES; do
	start_idle "$size" || exit 1
	sleep 2
	one_shots "$size"
	refreshes
	per_second=0
	[ "$size" -ne 20000 ] || per_second=500
	start_churn "$per_second"
	answers
	stop_idle
done
say "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
[ "$busiest" -le 5 ] || say "the machine was not idle: up to $busiest forks a" \
	"second, which sandtree follows and htop does not see"
if [ "$missed" -gt 0 ]; then
	say "$missed missed:"
	grep -E 'MISSED|FAILED' "$tmp/table"
else
	say "every limit met"
fi
