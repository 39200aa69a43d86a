#!/bin/sh
# Makes the seeds of the Mach-O targets from tests/fixtures/macho: signatures
# and their blobs by the offsets that the SuperBlob gives, and requirements as
# text. What was found by fuzzing stays.
set -eu
cd "$(dirname "$0")/../.."
fixtures=tests/fixtures/macho
corpus=tests/fuzz/corpus

u32() { # FILE OFFSET: big-endian
	od -An -tu1 -j "$2" -N 4 "$1" |
		awk '{ print (($1 * 256 + $2) * 256 + $3) * 256 + $4 }'
}

part() { # FILE OFFSET LENGTH OUTPUT
	tail -c "+$(($2 + 1))" "$1" | head -c "$3" >"$4"
}

for name in adhoc entitled two-digests constrained; do
	cp "$fixtures/$name" "$corpus/macho/$name"
	at=4112 # where macho.py lets a signature begin
	signature=$corpus/superblob/$name
	part "$fixtures/$name" $at "$(u32 "$fixtures/$name" $((at + 4)))" \
		"$signature"
	count=$(u32 "$signature" 8)
	i=0
	while [ $i -lt "$count" ]; do
		slot=$(u32 "$signature" $((12 + 8 * i)))
		offset=$(u32 "$signature" $((16 + 8 * i)))
		length=$(u32 "$signature" $((offset + 4)))
		case $slot in
		2) part "$signature" "$offset" "$length" \
			"$corpus/requirement/set-$name" ;;
		7 | 8 | 9) part "$signature" $((offset + 8)) $((length - 8)) \
			"$corpus/entitlements_der/$name-$slot" ;;
		esac
		i=$((i + 1))
	done
done
for name in unsigned-i386 unsigned-ppc unsigned-library unsigned-fat64 \
	unsigned-hidden half-signed; do
	cp "$fixtures/$name" "$corpus/macho/$name"
done

text() {
	printf '%s' "$2" >"$corpus/requirement/$1"
}
text developer-id 'identifier "org.example" and anchor apple generic and certificate 1[field.1.2.840.113635.100.6.2.6] exists and certificate leaf[field.1.2.840.113635.100.6.1.13] and certificate leaf[subject.OU] = TESTTEAM01'
text cdhashes 'cdhash H"0123456789abcdef0123456789abcdef01234567" or cdhash H"00112233445566778899aabbccddeeff00112233"'
text everything '! (anchor apple or anchor trusted) and (info[CFBundleVersion] >= "10.2" or entitlement["com.apple.security.app-sandbox"] exists) and certificate root = H"0123456789abcdef0123456789abcdef01234567" and certificate -2[subject.CN] = *"x"* and notarized and legacy and platform = 2 and certificate leaf trusted and certificate 1[policy.1.2.3] absent and certificate leaf[timestamp.1.2.840.113635.100.6.1.33] < timestamp "2020-01-02T03:04:05Z" and always or never'
