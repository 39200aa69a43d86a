# Nothing that a process, a file or a log calls itself reaches the terminal as
# it is.
for arguments in "tree" "tree --json" "tree --ascii" "tree --by list" \
	"tree --columns name,executable,arguments,user,entitlements,namespaces" \
	"tree --filter x"; do
	# shellcheck disable=SC2086 # words
	run $arguments --from "$hostile"
	ends "hostile: $arguments" 0
	no_control_bytes "hostile: $arguments" "$out"
	no_control_bytes "hostile: $arguments: stderr" "$err"
done
LC_ALL=C "$SANDTREE" tree "$hostile" >"$out" 2>"$err"
same "hostile: ASCII only without UTF-8" 0 \
	"$(LC_ALL=C grep -c "$(printf '[\200-\377]')" "$out")"
run tree "$hostile" --columns pid,name
prints "hostile: a newline is shown" '102   └─ two\nlines\r\ttab'
prints "hostile: an empty name is shown" '""'
same "hostile: a row each" 28 "$(wc -l <"$out" | tr -d ' ')"
