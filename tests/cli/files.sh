# Recordings that are broken, missing, empty, or come through a pipe.
head='{"schema":"sandtree/recording/1","label":"made","host":{"os":"linux"},"start":"2026-01-01T00:00:00Z"}'

run tree "$work/none.jsonl"
ends "a file that is not there" 66 "none.jsonl: No such file"
run tree "$work/"
ends "a directory" 66 "directory"
run tree --from /dev/zero
ends "a device" 66
run tree --from "$work/$(printf 'a\033[31mb')"
ends "a hostile file name" 66
no_control_bytes "a hostile file name" "$err"

# broken NAME LINE:COLUMN TEXT...: a recording whose error is there.
broken() {
	name=$1 place=$2
	shift 2
	printf '%s\n' "$@" >"$work/broken.jsonl"
	run tree "$work/broken.jsonl"
	ends "broken: $name" 65 "broken.jsonl:$place: "
	same "broken: $name: stdout" "" "$(cat "$out")"
}
broken "no JSON" 1:5 "hello"
broken "another schema" 1:11 '{"schema":"sandtree/recording/9"}'
broken "no header" 1:1 '{"type":"listed","at":0}'
broken "cut off" 2:14 "$head" '{"type":"liste'
broken "a time that is none" 2:25 "$head" '{"type":"listed","time":"soon"}'
broken "a negative pid" 3:29 "$head" '{"type":"listed","at":0}' \
	'{"type":"exec","at":0,"pid":-4}'
broken "a key given twice" 2:28 "$head" '{"type":"listed","at":0,"at":1}'
broken "a fact of another type" 2:48 "$head" \
	'{"type":"facts","at":0,"pid":1,"facts":{"name":5}}'
broken "a bad escape" 2:48 "$head" \
	'{"type":"facts","at":0,"pid":1,"facts":{"name":"\\q"}}'
printf '%s\n{"a":"\377"}\n' "$head" >"$work/bytes.jsonl"
run tree "$work/bytes.jsonl"
ends "bytes that are no UTF-8" 65 "bytes.jsonl:2:"
no_control_bytes "bytes that are no UTF-8" "$err"
: >"$work/empty.jsonl"
run tree "$work/empty.jsonl"
ends "an empty file" 65 "empty.jsonl:1:1: "
{
	echo "$head"
	head -c 5000000 /dev/zero | tr '\0' ' '
	echo
} >"$work/long.jsonl"
run tree "$work/long.jsonl"
ends "a line that is too long" 65 "long.jsonl:2:"
{
	echo "$head"
	printf '{"type":"facts","at":0,"pid":1,"facts":{"entitlements":'
	head -c 200000 /dev/zero | tr '\0' '['
	echo
} >"$work/deep.jsonl"
run tree "$work/deep.jsonl"
ends "100,000 brackets" 65 "deep.jsonl:2:"

# From a newer version: what is unknown is passed over and counted.
printf '%s\n' "$head" '{"type":"telepathy","at":0}' \
	'{"type":"spawn","at":0,"pid":7,"mood":"good"}' >"$work/newer.jsonl"
run tree "$work/newer.jsonl"
ends "a newer recording" 0
prints "a newer recording" "2 entries unknown to this version passed over"

# A pipe is read as it comes, and to its end.
{
	head -n 20 "$demo"
	sleep 0.2
	tail -n +21 "$demo"
} | "$SANDTREE" tree --from - --json >"$out" 2>"$err"
status=$?
ends "standard input" 0
json "standard input" '.processes | length == 10'
mkfifo "$work/fifo"
cat "$demo" >"$work/fifo" &
run tree "$work/fifo" --json
ends "a named pipe" 0
json "a named pipe" '.processes | length == 10'
wait
