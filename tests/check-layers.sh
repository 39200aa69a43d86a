#!/bin/sh
# The arrows of the house: tui -> probes/probe.h, probes/inspect.h -> model.
# Says every line that goes against them. An argument is another tree to look
# at: tests/check-layers-test.sh breaks each rule once in one.
set -u
cd "${1:-$(dirname "$0")/..}" || exit 1
passed=0 failed=0

# What model/ and probes/parse/ may know: ISO C and libraries that do no I/O of
# their own accord. Everything else is a system's.
ISO='assert|complex|ctype|errno|fenv|float|inttypes|iso646|limits|locale|math'
ISO="$ISO|setjmp|signal|stdalign|stdarg|stdbool|stddef|stdint|stdio|stdlib"
ISO="$ISO|stdnoreturn|string|tgmath|time|wchar|wctype"
PURE="<(($ISO|jansson|uthash|utlist|utarray|utf8proc)\.h|plist/|openssl/)"
CURSES='<(n?cursesw?(/|\.h)|ncursesw/|term\.h|panel\.h|menu\.h|form\.h)'
LINUX='<(linux/|asm/|sys/(epoll|inotify|signalfd|timerfd|eventfd|prctl|pidfd'
LINUX="$LINUX|capability|vfs|sysinfo)\.h|seccomp\.h|mntent\.h)"
MACOS='<(mach/|mach-o/|libproc|sandbox\.h|bsm/|xpc/|os/|CommonCrypto/'
MACOS="$MACOS|CoreFoundation/|Security/"
MACOS="$MACOS|sys/(event|codesign|sysctl|proc_info)\.h)"

sources() {
	find "$@" -name '*.[ch]' 2>/dev/null | sort
}

# Lines "file:line:header", one for each include of the files on standard
# input. Quoted ones are resolved to a path from the top.
includes() {
	xargs awk '
	function clean(path,    parts, n, i, out, depth) {
		n = split(path, parts, "/")
		depth = 0
		for (i = 1; i <= n; i++) {
			if (parts[i] == "." || parts[i] == "")
				continue
			if (parts[i] == ".." && depth > 0)
				depth--
			else
				out[++depth] = parts[i]
		}
		path = out[1]
		for (i = 2; i <= depth; i++)
			path = path "/" out[i]
		return path
	}
	/^[ \t]*#[ \t]*(include|import)/ {
		name = $0
		sub(/^[ \t]*#[ \t]*(include|import)[ \t]*/, "", name)
		quoted = substr(name, 1, 1) == "\""
		sub(/^["<]/, "", name)
		sub(/[">].*/, "", name)
		if (quoted) {
			dir = FILENAME
			sub(/[^\/]*$/, "", dir)
			name = clean(dir name)
		} else
			name = "<" name
		print FILENAME ":" FNR ":" name
	}' /dev/null
}

# from FILES HEADERS: includes of the one in the other, as regular expressions.
from() {
	printf '%s\n' "$all" | grep -E "^($1)[^:]*:[0-9]+:($2)"
}

# rule SENTENCE LINES: passes when there is no line.
rule() {
	if [ -z "$2" ]; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	echo "layers: $1:"
	printf '%s\n' "$2" | sed 's/^/  /'
}

missing_headers() {
	printf '%s\n' "$all" | grep -v ':<' |
		while IFS=: read -r file line name; do
			[ -f "$name" ] || echo "$file:$line:$name"
		done
}

long_files() {
	sources model probes tui tests | grep '\.c$' | while read -r file; do
		lines=$(wc -l <"$file")
		[ "$lines" -le 600 ] || echo "$file: $((lines)) lines"
	done
}

all=$(sources model probes tui | includes)
if [ -z "$all" ]; then
	echo "layers: no sources below $(pwd)"
	exit 1
fi

rule 'model/ includes only model/' \
	"$(from 'model/' '(probes|tui|tests)/')"
rule 'probes/ includes nothing of tui/' \
	"$(from 'probes/' '(tui|tests)/')"
rule 'tui/ includes of probes/ only probe.h and inspect.h' \
	"$(from 'tui/' 'probes/' | grep -Ev ':probes/(probe|inspect)\.h$')"
rule 'model/ and probes/parse/ include no header of a system' \
	"$(from 'model/|probes/parse/' '<' | grep -Ev ":$PURE")"
rule 'curses only in tui/, and not in tui/cli/' \
	"$(from 'model/|probes/|tui/cli/' "$CURSES")"
rule "Linux's own headers only in probes/linux/" \
	"$(from '' "$LINUX" | grep -v '^probes/linux/')"
rule "macOS's own headers only in probes/darwin/" \
	"$(from '' "$MACOS" | grep -v '^probes/darwin/')"
rule 'probes/linux/ is included only from itself and probes/*.c' \
	"$(from '' 'probes/linux/' | grep -Ev '^probes/(linux/|[^/]*:)')"
rule 'probes/darwin/ is included only from itself and probes/*.c' \
	"$(from '' 'probes/darwin/' | grep -Ev '^probes/(darwin/|[^/]*:)')"
rule 'a header that is included exists' "$(missing_headers)"
rule 'a .c file has at most 600 lines' "$(long_files)"

echo "layers: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
