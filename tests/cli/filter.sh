# --filter: three answers, of which only yes is shown.

# pids QUERY FILE
pids() {
	"$SANDTREE" tree --json --filter "$1" "$2" | jq -c '[.processes[].pid]'
}
same "filter: equal" "[13651,13654,13656]" "$(pids role=gpu "$demo")"
same "filter: whatever the case" "[13651,13654,13656]" \
	"$(pids role=GPU "$demo")"
same "filter: a bare word" "[13653]" "$(pids renderer "$demo")"
same "filter: and, numbers" "[13656]" "$(pids 'role=gpu denials>1' "$demo")"
same "filter: or" "[13652,13653,13655]" \
	"$(pids 'role=network or role=renderer' "$demo")"
same "filter: not" "[13605,13641]" "$(pids 'not sandbox~inherited' "$demo")"
same "filter: inside an object" "[13641]" \
	"$(pids 'entitlements~temporary-exception' "$demo")"
same "filter: a list's item" "[13605,13641]" \
	"$(pids 'app_groups=group.com.mycompany.myapp' "$demo")"

all=$(pids '' "$hostile" | jq length)
known=$(pids 'uid!=99999' "$hostile" | jq length)
unknown=$(pids 'uid=?' "$hostile" | jq length)
none=$(pids 'uid=-' "$hostile" | jq length)
same "filter: unknown is neither equal nor unequal" "$all" \
	"$((known + unknown + none))"
same "filter: some are unknown" 1 "$((unknown > 0))"
same "filter: unknown does not equal" "[]" \
	"$(pids 'uid=? uid=1000' "$hostile")"
same "filter: absent" 18 "$(pids 'snap=-' "$hostile" | jq length)"

# As text, what hangs together stays together.
run tree --filter role=gpu --columns pid,name "$demo"
prints "filter: the app stays above its helper" "13641 † MyApp"
same "filter: who does not match is gone" 0 "$(grep -c 13652 "$out")"
prints "filter: counts" "3 of 10 processes"
