#!/bin/sh
# Breaks each rule of check-layers.sh once, in a tree of its own, and wants the
# check to name it; and wants it to be silent where nothing is wrong.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(mktemp -d) || exit 1
trap 'rm -rf "$top"' EXIT
passed=0 failed=0

tree() {
	rm -rf "${top:?}"/*
	mkdir -p "$top/model/base" "$top/probes/linux" "$top/probes/parse" \
		"$top/probes/darwin" "$top/probes/replay" \
		"$top/tui/cli" "$top/tests"
	echo '#include <stdint.h>' >"$top/model/base/a.h"
	echo '#include "base/a.h"' >"$top/model/m.c"
	echo '#include "../model/base/a.h"' >"$top/probes/probe.h"
	echo '#include <linux/netlink.h>' >"$top/probes/linux/p.c"
	echo '#include "../probes/probe.h"' >"$top/tui/t.c"
	echo '#include <ncurses.h>' >>"$top/tui/t.c"
}

# expect NAME FILE LINE SENTENCE: a tree with the line in the file breaks the
# rule of that sentence; no sentence: breaks none.
expect() {
	tree
	if [ -n "$2" ]; then
		printf '%s\n' "$3" >>"$top/$2"
	fi
	out=$("$here/check-layers.sh" "$top" 2>&1)
	status=$?
	if [ -n "$4" ]; then
		[ "$status" -ne 0 ] && case $out in
		*"layers: $4"*"$2"*) true ;;
		*) false ;;
		esac
	else
		[ "$status" -eq 0 ]
	fi
	if [ $? -eq 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "layers_test__$1: exit status $status"
		printf '%s\n' "$out" | sed 's/^/  /'
	fi
}

expect clean_tree_passes '' '' ''
expect model_to_probes model/m.c '#include "../probes/probe.h"' 'model/ incl'
expect model_to_tui model/base/b.c '# include "../../tui/x.h"' 'model/ incl'
expect probes_to_tui probes/linux/p.c '#include "../../tui/x.h"' 'probes/ incl'
expect tui_to_linux tui/t.c '#include "../probes/linux/l.h"' 'tui/ includes'
expect tui_to_parse tui/t.c '#include "../probes/parse/l.h"' 'tui/ includes'
expect system_in_model model/m.c '#include <unistd.h>' 'model/ and'
expect system_in_parse probes/parse/p.c '#include <sys/stat.h>' 'model/ and'
expect plist_in_model model/m.c '#include <plist/plist.h>' ''
expect curses_in_cli tui/cli/c.c '#include <ncurses.h>' 'curses'
expect curses_in_probes probes/p.c '#include <curses.h>' 'curses'
expect linux_in_tui tui/t.c '#include <sys/epoll.h>' "Linux's own"
expect linux_in_probes probes/p.c '#include <linux/audit.h>' "Linux's own"
expect macos_in_linux probes/linux/p.c '#include <libproc.h>' "macOS's own"
expect linux_from_replay probes/replay/r.c '#include "../linux/p.c"' \
	'probes/linux/'
expect header_gone model/m.c '#include "base/gone.h"' 'a header'
expect linux_from_darwin probes/darwin/d.c '#include "../linux/p.c"' \
	'probes/linux/'
expect darwin_from_linux probes/linux/d.c '#include "../darwin/p.h"' \
	'probes/darwin/'
expect long_file model/long.c "$(yes ';' | head -601)" 'a .c file'
expect not_too_long model/long.c "$(yes ';' | head -600)" ''

echo "layers_test: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
