# From `sandtree inspect --json` to what rcodesign can be compared with: an
# object a slice, as tests/fixtures/bundle/expect.py writes. $prefix: put before
# each path; $path: not "", in place of it.
def slices: reduce .code[] as $c ({n: {}, out: []};
	(.n[$c.path] // 0) as $i
	| .out += [$c + {slice: $i}] | .n[$c.path] = $i + 1) | .out[];
slices | .facts as $f
| {path: (if $path != "" then $path else $prefix + .path end), slice,
	signed: ($f.signing_class != "unsigned")}
+ if $f.signing_class == "unsigned" then {} else {
	identifier: $f.code_identifier, team: $f.team_id,
	version: $f.code_directories[0].version,
	flags: ($f.signing_flags | sort),
	pages: $f.code_directories[0].pages,
	hashes: [$f.code_directories[].hash_type],
	cdhashes: $f.cdhashes, entitlements: $f.entitlements,
	entitlements_der: $f.entitlements_der,
	designated: ($f.requirements.designated // ""
		| gsub("[()\"]"; "") | gsub("/[*] exists [*]/ *"; "")
		| gsub(" +"; " ") | gsub(" $"; "")),
	certificates: ([$f.certificates[]? | .subject_cn] | sort),
	signing_time: ($f.signing_time.date // ""
		| sub("T"; " ") | sub("[.Z].*"; "")),
	verifies: ($f.cms.state == "valid")} end
