# A line for each field of each slice: "same", or "DIFFERS ..." with rcodesign's
# word and ours. Input: rcodesign's slices; $ours: ours by "path slice".
def plain: gsub("[()\"]"; "") | gsub("/[*] exists [*]/ *"; "")
	| gsub(" +"; " ") | gsub(" $"; "");
$ours[0]["\(.path) \(.slice)"] as $o
| (if .signed then .designated = (.designated // "" | plain)
	| .certificates = ((.certificates // []) | sort)
	| .verifies = (.verifies // false)
	| .signing_time = ((.signing_time // "") | sub("[+.].*"; "")) else . end
	| del(.slots, .specials)) as $t
| if $o == null then "MISSING \(.path) \(.slice)" else
	($t | keys[]) as $k
	| if $t[$k] == $o[$k] then "same" else
	"DIFFERS \($t.path) \($t.slice) \($k): \($t[$k]) \($o[$k])" end end
