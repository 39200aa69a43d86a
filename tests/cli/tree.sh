# The tree over recordings, as text against what was looked at once, and as
# JSON against what its schema promises.
chromium=tests/fixtures/chromium-linux.jsonl
hostile=tests/fixtures/hostile.jsonl

run tree "$demo"
ends "tree over the demo" 0
golden demo.txt
run tree "$demo" --by parent --columns pid,ppid,name,exit
golden demo-parent.txt
run tree "$demo" --by list --sort -denials --columns denials,pid,name
golden demo-sorted.txt
run tree --from "$demo" 13605 --columns pid,name,denials
golden demo-target.txt
run tree "$chromium" --columns pid,name,role,sandbox,seccomp_filters,namespaces
golden chromium.txt
run tree "$chromium" --ascii --columns=-arguments,-user
golden chromium-ascii.txt
LC_ALL=C run tree "$hostile"
golden hostile-ascii.txt
run tree "$hostile" --columns pid,name,exit,user
golden hostile.txt
run tree "$demo" --json
ends "tree --json" 0
jq -S 'del(.tool.version)' "$out" >"$work/json" && mv "$work/json" "$out"
golden demo.json

# promises NAME: what every sandtree/tree/1 object holds to.
promises() {
	json "$1: schema" '.schema == "sandtree/tree/1" and .schema_minor == 0'
	json "$1: host" '.host | (.os and .release and .name) != null'
	json "$1: times" '[.taken, (.processes[] | .started, .exited | values)]
		| all(test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{9}Z$"))'
	json "$1: ids are unique" '[.processes[].id] | length == (unique | length)'
	json "$1: parents and apps are there" '[.processes[].id] as $ids |
		[.processes[] | .parent_id, .app_id | values] | all(IN($ids[]))'
	json "$1: pids are numbers" '[.processes[] | .pid, .ppid]
		| all(type == "number")'
	json "$1: a fact is no gap" '[.processes[] |
		([.facts | keys[]] - ([.facts | keys[]] - [.gaps | keys[]]))]
		| all(. == [])'
	json "$1: gaps say why" '[.processes[].gaps[] |
		(.state | IN("pending", "failed", "unsupported",
			"needs_privilege")) and (.why | type == "string")
		and .why != ""] | all'
	json "$1: what is inferred has a value" '[.processes[] | .facts as $f |
		.inferred | keys[] | . == "started" or $f[.] != null] | all'
	json "$1: every fact is told" '[.processes[] | .facts + .gaps
		| has("name") and has("role") and has("sandbox")
		and has("entitlements") and has("denials")] | all'
	json "$1: sources" '.sources | length > 0 and all(.id and .state)'
}
works=tests/fixtures/electron-works.jsonl
for file in "$demo" "$works" "$chromium" "$hostile"; do
	run tree --json "$file"
	promises "$(basename "$file" .jsonl)"
done

run tree "$demo" --json
json "entitlements are an object" '.processes[0].facts.entitlements
	| .["com.apple.security.app-sandbox"] == true'
json "an exit is told" '.processes[0] | .exited != null
	and .facts.exit == {"signal": 5, "core": false}'
json "helpers hang under their app" '[.processes[] |
	select(.facts.app == "MyApp") | .app_id] | unique
	== ["13605.1", "13641.1"]'
json "a reparented crash handler too" '.processes[] | select(.pid == 13642)
	| .ppid == 1 and .parent_id == "13641.1"'
json "denials are told as the processes count them" '
	([.events[] | select(.type == "denial") | .count] | add)
	== ([.processes[].facts.denials] | add)'
json "a denial is whole" '[.events[] | select(.type == "denial")] | length > 0
	and all(.[]; .class and .operation and .target and .raw
		and .attribution == "pid" and .source and .role)'
json "a denial names its process" '[.processes[].id] as $ids |
	[.events[] | .id, .app_id | values] | length > 0 and all(IN($ids[]))'
json "confinement has its interval" '[.processes[].confined[]]
	| all(.mechanism and .after <= .by)'
all=$(jq '.events | length' "$out")
run tree --from "$demo" 13605 --json
json "events of a target alone" '[.processes[].id] as $ids |
	(.events | length > 0 and length < '"$all"')
	and all(.events[]; .id | IN($ids[]))'
run tree --from "$demo" --filter role=gpu --json
json "events of a filter alone" '[.processes[].id] as $ids |
	all(.events[]; .id | IN($ids[]))'
run tree "$chromium" --json
json "when it was confined" '[.processes[].confined[]] | length > 0
	and all(.after < .by)'
run tree "$works" --json
json "names are told as they came" '[.events[]
	| select(.type == "name_registered") | .name] | length == 3 and .[0]
	== "XXXXXXXXXX.com.mycompany.myapp.MachPortRendezvousServer.13705"'
json "names are told" '[.processes[] | select(.facts.names != [])
	| .facts.names[0].name] == [
	"XXXXXXXXXX.com.mycompany.myapp.MachPortRendezvousServer.13705"]'
json "nobody was denied anything" '[.processes[].facts.denials] | add == 0'
run tree "$hostile" --json
json "a pid used twice" '[.processes[] | select(.pid == 400) | .id]
	== ["400.1", "400.2"]'
json "bytes survive" '.processes[] | select(.pid == 106)
	| .facts.name == "\\xff\\xfe\\x80"'
json "the largest integer" '.processes[] | select(.pid == 200)
	| .facts.seccomp_filters > 9223372036854770000'

# Who is looked for is not forgotten, however many end after it.
{
	echo '{"schema":"sandtree/recording/1","label":"made","host":{"os":"linux"},"start":"2026-01-01T00:00:00Z"}'
	echo '{"type":"spawn","at":0,"pid":50,"ppid":1}'
	echo '{"type":"facts","at":0,"pid":50,"facts":{"name":"early"}}'
	echo '{"type":"exit","at":1,"pid":50,"code":3}'
	awk 'BEGIN {
		for (pid = 1000; pid < 12000; pid++) {
			printf "{\"type\":\"spawn\",\"at\":2,\"pid\":%d,\"ppid\":1}\n", pid
			printf "{\"type\":\"exit\",\"at\":3,\"pid\":%d,\"code\":0}\n", pid
		}
	}'
} >"$work/many.jsonl"
run tree --from "$work/many.jsonl" early --columns pid,name,exit
ends "a target that ended long ago" 0
prints "a target that ended long ago" "exit 3"
run tree --from "$work/many.jsonl" 50 --columns pid,name,exit
ends "a pid that ended long ago" 0

# On a terminal: colours, and nothing wider than it.
if command -v script >/dev/null 2>&1; then
	# on_terminal COMMAND: its output, with the terminal 70 columns wide.
	on_terminal() {
		script -qec "stty cols 70; $1" /dev/null </dev/null \
			>"$out" 2>"$err"
		tr -d '\r' <"$out" >"$work/plain" && mv "$work/plain" "$out"
	}
	on_terminal "$SANDTREE tree $chromium"
	prints "colours on a terminal" "$(printf '\033[')"
	sed "s/$(printf '\033')\[[0-9;]*m//g" "$out" >"$work/plain"
	same "rows fit the terminal" "" \
		"$(tail -n +4 "$work/plain" | LC_ALL=C awk '{
			row = $0
			gsub(/[\200-\277]/, "", row)
			if (length(row) > 70)
				print
		}')"
	on_terminal "NO_COLOR=1 $SANDTREE tree $chromium"
	same "NO_COLOR" 0 "$(grep -c "$(printf '\033')" "$out")"
	on_terminal "$SANDTREE tree --no-color $chromium"
	same "--no-color" 0 "$(grep -c "$(printf '\033')" "$out")"
else
	skip "colours" "script(1) is missing"
fi
