# `sandtree inspect`, on bundles that rcodesign signed and then somebody
# tampered with. What rcodesign itself says of them is expected.
bundles=tests/fixtures/bundle
mkdir -p "$work/bundles"
xz -dc $bundles/bundles.tar.xz | tar -xf - -C "$work/bundles" ||
	bad "inspect: the bundles cannot be unpacked: make deps installs xz"

# --- every field of every architecture, as rcodesign sees it
for variant in appstore developerid development broken stranger; do
	app=$work/bundles/$variant/MyApp.app
	[ $variant = stranger ] && app="$work/bundles/stranger/MyApp Helper (GPU).app"
	run inspect --json "$app"
	same "inspect $variant: stderr" "" "$(cat "$err")"
	jq -c --arg path "" --arg prefix "$variant/" \
		-f tests/cli/inspect-ours.jq "$out" >>"$work/ours.json"
done
jq -sc 'map({key: "\(.path) \(.slice)", value: .}) | from_entries' \
	"$work/ours.json" >"$work/ours"
agreement=$(jq -r --slurpfile ours "$work/ours" -f tests/cli/inspect-agree.jq \
	$bundles/bundles.json)
slices=$(wc -l <$bundles/bundles.json | tr -d ' ')
agreed=$(printf '%s\n' "$agreement" | grep -c '^same$')
echo "inspect: rcodesign agrees on $agreed fields of $slices slices"
same "inspect: rcodesign disagrees" "" \
	"$(printf '%s\n' "$agreement" | grep -v '^same$')"
same "inspect: as many slices as rcodesign has" "$slices" \
	"$(wc -l <"$work/ours.json" | tr -d ' ')"
same "inspect: enough was compared" 1 "$((agreed > 700))"

# errors: of the last run, one a line: id, path, and a page's place.
errors() {
	jq -r '.findings[] | select(.severity == "error") | if .id
		== "page_hash_differs" then "\(.id) \(.path) at \(.offset)"
		else "\(.id) \(.path)" end' "$out" | sort
}

# --- Electron's team in Info.plist is not the one that signed
mkdir "$work/electron"
cp -R "$work/bundles/developerid/MyApp.app" "$work/electron/"
sed 's/TESTTEAM01/WRONGTEAM1/' \
	"$work/bundles/developerid/MyApp.app/Contents/Info.plist" \
	>"$work/electron/MyApp.app/Contents/Info.plist"
run inspect --json "$work/electron/MyApp.app"
json "inspect: ElectronTeamID" \
	'any(.findings[]; .id == "electron_team_differs" and .severity == "warning")'

# --- what is as it was signed
for variant in appstore developerid development; do
	run inspect --json --verify "$work/bundles/$variant/MyApp.app"
	ends "inspect --verify $variant" 0
	same "inspect --verify $variant: errors" "" "$(errors)"
	json "inspect --verify $variant: bytes" '.bytes_hashed > 50000'
done
h='MyApp.app/Contents/Frameworks/MyApp Helper (Renderer).app/Contents/MacOS/MyApp Helper (Renderer)'
s=MyApp.app/Contents/XPCServices/com.example.myapp.service.xpc
run inspect --json --verify "$work/bundles/broken/MyApp.app"
same "inspect --verify broken: exit status" 1 $status
same "inspect --verify broken" \
	"page_hash_differs $h at 0
seal_nested_requirement $s" "$(errors)"
run inspect --json "$work/bundles/broken/MyApp.app"
ends "inspect broken without --verify" 0
json "inspect broken: a slice that is not signed" \
	'any(.findings[]; .id == "slice_unsigned" and (.path | endswith("/service")))'
same "inspect broken without --verify: errors" "" "$(errors)"

# --- tampering, one thing at a time
# tampered NAME EXPECTED COMMAND...: in a copy of developerid.
tampered() {
	name=$1 expected=$2
	shift 2
	rm -rf "$work/copy"
	mkdir "$work/copy"
	cp -R "$work/bundles/developerid/MyApp.app" "$work/copy/"
	(cd "$work/copy/MyApp.app/Contents" && "$@") || bad "$name: setup"
	run inspect --json --verify "$work/copy/MyApp.app"
	same "tampered: $name: exit status" 1 $status
	same "tampered: $name" "$expected" "$(errors)"
}
c=MyApp.app/Contents
gpu='Frameworks/MyApp Helper (GPU).app'

flip() { # FILE OFFSET: another byte there
	printf '\377' | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}
edit() { # FILE FROM TO
	sed "s/$2/$3/" "$1" >"$1.new" && mv "$1.new" "$1"
}
append() { # FILE
	echo more >>"$1"
}
put() { # FILE
	echo new >"$1"
}
swap() { # A B
	mv "$1" "$1.aside" && mv "$2" "$1" && mv "$1.aside" "$2"
}
# The last bytes of the first page of the slice that begins at 16384.
tampered "a byte of code" "page_hash_differs $c/MacOS/MyApp at 16384" \
	flip MacOS/MyApp 20478
tampered "a byte of a helper's code" \
	"page_hash_differs $c/$gpu/Contents/MacOS/MyApp Helper (GPU) at 16384" \
	flip "$gpu/Contents/MacOS/MyApp Helper (GPU)" 20478
tampered "an edited Info.plist" \
	"info_plist_differs $c/MacOS/MyApp
info_plist_differs $c/MacOS/MyApp" edit Info.plist 1.2.3 6.6.6
tampered "a helper's edited Info.plist" \
	"info_plist_differs $c/$gpu/Contents/MacOS/MyApp Helper (GPU)
info_plist_differs $c/$gpu/Contents/MacOS/MyApp Helper (GPU)" \
	edit "$gpu/Contents/Info.plist" 1.2.3 6.6.6
tampered "a changed file" "seal_file_changed $c/Resources/app.asar" \
	append Resources/app.asar
tampered "an added file" "seal_file_added $c/Resources/new" \
	put Resources/new
tampered "a removed file" "seal_file_missing $c/Resources/app.asar" \
	rm Resources/app.asar
tampered "a link that leads elsewhere" \
	"seal_link_changed $c/Resources/link" \
	ln -sfn en.lproj Resources/link
tampered "a file in place of a link" \
	"seal_type_changed $c/Resources/link" \
	sh -c 'rm Resources/link && cp Resources/app.asar Resources/link'
tampered "a removed helper" "seal_file_missing $c/$gpu" rm -r "$gpu"
tampered "an added helper" \
	"seal_file_added $c/Frameworks/New.app" \
	cp -R "$gpu" Frameworks/New.app
# Each is whole in itself, and in the other's place.
tampered "two swapped helpers" \
	"seal_nested_requirement $c/$gpu
seal_nested_requirement $c/Frameworks/MyApp Helper.app" \
	swap "$gpu" 'Frameworks/MyApp Helper.app'
tampered "a helper of another team" "seal_nested_requirement $c/$gpu" \
	sh -c "rm -r '$gpu' && cp -R '$work/bundles/stranger/MyApp Helper (GPU).app' Frameworks/"
tampered "a seal that was edited" \
	"seal_differs $c/MacOS/MyApp
seal_differs $c/MacOS/MyApp" \
	edit _CodeSignature/CodeResources '>20<' '>21<'
tampered "no seal" \
	"seal_missing $c/MacOS/MyApp
seal_missing $c/MacOS/MyApp" rm _CodeSignature/CodeResources

# --- the text says it too
run inspect tests/fixtures/macho/entitled
golden inspect-program.txt
run inspect --verify "$work/bundles/broken/MyApp.app"
golden inspect-bundle.txt
run inspect --ascii "$work/bundles/appstore/MyApp.app"
golden inspect-bundle-ascii.txt
run inspect tests/fixtures/macho/adhoc tests/fixtures/macho/unsigned-arm64
prints "inspect two" "tests/fixtures/macho/adhoc:"
prints "inspect two" "tests/fixtures/macho/unsigned-arm64:"
run inspect "$work/bundles/appstore/MyApp.app/"
prints "inspect with a slash" "MyApp.app  app"
run inspect "$work/bundles/development/MyApp.app"
ends "inspect, text" 0
prints "inspect, text" "MyApp Helper (Renderer).app"
prints "inspect, text" "Entitlements by program"
prints "inspect, text" "--verify does that"
prints "inspect, text" "development, 2 devices"
run inspect --verify "$work/bundles/broken/MyApp.app"
same "inspect --verify, text: exit status" 1 $status
prints "inspect --verify, text" "page_hash_differs"
run inspect --no-color --ascii "$work/bundles/appstore/MyApp.app"
no_control_bytes "inspect --ascii" "$out"

# --- what follows the last slice
cat tests/fixtures/macho/fat tests/fixtures/macho/fat >"$work/longer"
run inspect --json "$work/longer"
json "inspect: bytes after the slices" \
	'any(.findings[]; .id == "bytes_after_slices" and .offset > 20000)'

# --- entitlements as a plist, which is what was signed
run inspect --entitlements "$work/bundles/appstore/MyApp.app"
ends "inspect --entitlements" 0
prints "inspect --entitlements" '<plist version="1.0">'
prints "inspect --entitlements" 'com.apple.security.application-groups'
cp "$out" "$work/entitlements.plist"
run inspect --json "$work/entitlements.plist"
same "inspect: its own entitlements, read again" \
	"$(jq -S . <<END
$(jq -c 'select(.path == "appstore/MyApp.app/Contents/MacOS/MyApp" and .slice == 0)
	| .entitlements' $bundles/bundles.json)
END
)" "$(jq -S '.code[0].facts.entitlements' "$out")"

# --- profiles, beside what openssl takes out of them
for variant in appstore development; do
	profile=$work/bundles/$variant/MyApp.app/Contents/embedded.provisionprofile
	run inspect --json "$profile"
	ends "profile of $variant" 0
	jq -r '.profiles[0].uuid, .profiles[0].name, .profiles[0].kind' \
		"$out" >"$work/profile"
	openssl cms -verify -noverify -inform DER -in "$profile" \
		>"$work/profile.plist" 2>/dev/null
	while read -r word; do
		case $word in
		app_store | development) continue ;;
		esac
		if grep -qF "<string>$word</string>" "$work/profile.plist"; then
			pass
		else
			bad "profile of $variant: openssl does not see" "$word"
		fi
	done <"$work/profile"
done
same "profile: kind" development "$(tail -n 1 "$work/profile")"

# --- programs of this system
if [ "$(uname -s)" = Linux ]; then
	cp "$SANDTREE" "$work/program"
	run inspect --json "$work/program"
	ends "inspect an ELF program" 0
	if command -v readelf >/dev/null 2>&1; then
		same "inspect: build-id" \
			"$(readelf -n "$work/program" 2>/dev/null |
				sed -n 's/.*Build ID: //p')" \
			"$(jq -r '.code[0].facts.build_id' "$out")"
		same "inspect: libraries" \
			"$(readelf -d "$work/program" |
				sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')" \
			"$(jq -r '.code[0].facts.libraries[]' "$out")"
	else
		skip "inspect: build-id" "readelf is missing"
	fi
	same "inspect: no signature" '{"state":"unsupported"}' \
		"$(jq -c '.code[0].gaps.signing_class | {state}' "$out")"
	if command -v dpkg-query >/dev/null 2>&1; then
		true=$(realpath "$(command -v tar)")
		run inspect --json "$true"
		same "inspect: package" \
			"$(dpkg-query -W -f '${Package} ${Version}' tar)" \
			"$(jq -r '.code[0].facts.package' "$out")"
	else
		skip "inspect: package" "dpkg is missing"
	fi
	cp "$(command -v sleep)" "$work/sleeper"
	"$work/sleeper" 60 &
	sleeper=$!
	run inspect --json $sleeper
	ends "inspect a pid" 0
	same "inspect a pid: deleted" false \
		"$(jq -c '.code[0].facts.executable_deleted' "$out")"
	rm "$work/sleeper"
	run inspect --json $sleeper
	same "inspect a pid: deleted" true \
		"$(jq -c '.code[0].facts.executable_deleted' "$out")"
	json "inspect a pid: removed" 'any(.findings[]; .id == "executable_removed")'
	same "inspect a pid: package of a deleted program" failed \
		"$(jq -r '.code[0].gaps.package.state' "$out")"
	cp "$(command -v sleep)" "$work/sleeper"
	run inspect --json $sleeper
	json "inspect a pid: replaced" 'any(.findings[]; .id == "executable_replaced")'
	kill $sleeper
	wait $sleeper 2>/dev/null
fi

# --- what is no program, and what cannot be read
run inspect
ends "inspect nothing" 64 "expected 1 to"
run inspect "$work/none"
ends "inspect: no such file" 66 "No such file"
run inspect 2147483
ends "inspect: no such pid" 69 "no process"
mkfifo "$work/inspect.fifo"
run inspect "$work/inspect.fifo"
ends "inspect a FIFO" 66 "a FIFO"
run inspect /dev/zero
ends "inspect a device" 66 "a character device"
echo words >"$work/words.txt"
run inspect "$work/words.txt"
ends "inspect text" 65 "found"
mkdir "$work/empty"
run inspect "$work/empty"
ends "inspect a directory" 65 "expected a bundle"
head -c 4200 tests/fixtures/macho/entitled >"$work/cut"
run inspect "$work/cut"
ends "inspect a program cut short" 65 "at byte"
prints "inspect a program cut short" "arm64"
run inspect --json tests/fixtures/macho/entitled "$work/none" \
	tests/fixtures/macho/adhoc
ends "inspect several, one missing" 66
same "inspect several: what could be read" 2 "$(jq '.code | length' "$out")"
same "inspect several: what could not" 1 \
	"$(jq '[.inputs[] | select(.error)] | length' "$out")"
if [ "$(id -u)" -eq 0 ] && id founder >/dev/null 2>&1; then
	cp tests/fixtures/macho/adhoc "$work/secret"
	chmod 600 "$work/secret"
	chmod 755 "$work"
	runuser -u founder -- "$SANDTREE" inspect "$work/secret" \
		>"$out" 2>"$err" </dev/null
	status=$?
	ends "inspect: no permission" 66 "Permission denied"
fi
