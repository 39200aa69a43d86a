#!/bin/sh
# Draws the pictures in screenshots/ anew: the program in a real terminal,
# its screen as HTML by aha, that as PNG by a headless Chromium. Pictures show
# the made story, or one Chromium that an ordinary user started for them, and
# nothing else of the machine.
#
# screenshots.sh [NAME...]: only pictures whose names begin so.
set -u
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

out=$root/screenshots
story=$fixtures/mach-register-denied.jsonl
only=$*
drawn=0
browser_pid=

for tool in tmux aha chromium pgrep; do
	command -v "$tool" >/dev/null || {
		echo "screenshots: $tool is not here" >&2
		exit 69
	}
done
mkdir -p "$out"

stop_browser() {
	[ -z "$browser_pid" ] || kill "$browser_pid" 2>/dev/null
	browser_pid=
}
trap 'stop_browser; sleep 1; cleanup' EXIT

# as_user COMMAND: as who an ordinary person is; Chromium's own sandbox does
# not start for root.
user=${SCREENSHOT_USER:-$(id -un)}
if [ "$(id -u)" = 0 ] && [ "$user" = root ]; then
	user=$(awk -F: '$3 >= 1000 && $3 < 60000 { print $1; exit }' /etc/passwd)
fi
as_user() {
	if [ "$(id -un)" = "$user" ]; then
		sh -c "$1"
	else
		runuser -u "$user" -- sh -c "$1"
	fi
}

page() {
	cat <<-'EOF'
		<!doctype html><title>story</title><h1>One page, two frames</h1>
		<iframe src="data:text/html,one"></iframe>
		<iframe sandbox src="data:text/html,two"></iframe>
	EOF
}

# A shell that waits becomes the browser: so the screen can look at it from
# before its first instruction. Debian's own start script is passed by, for it
# runs a dozen small programs first. All of Chromium's own sandbox is on.
start_browser() {
	profile=$work/profile-$1
	mkdir -p "$profile"
	page >"$work/page.html"
	chmod 755 "$work"
	chown -R "$user" "$profile"
	browser=/usr/lib/chromium/chromium
	[ -x "$browser" ] || browser=chromium
	as_user "HOME='$profile'; export HOME; echo \$\$ >'$profile/pid'
		while [ ! -e '$profile/go' ]; do sleep 0.1; done
		exec $browser --headless=new --remote-debugging-port=0 \
		--no-first-run --user-data-dir='$profile/data' \
		'file://$work/page.html'" >/dev/null 2>&1 &
	await 10 test -s "$profile/pid"
	browser_pid=$(cat "$profile/pid")
}

renderers() {
	[ "$(screen | grep -c renderer)" -ge 2 ]
}

# draw NAME WxH dark|light: the screen as a picture.
draw() {
	columns=${2%x*} lines=${2#*x}
	case $3 in
	dark) paper='#16181d' ink='#d5d8df' ;;
	light) paper='#ffffff' ink='#1f2328' ;;
	esac
	{
		cat <<-EOF
			<!doctype html><meta charset=utf-8><style>
			body { margin: 16px; background: $paper; color: $ink }
			pre { margin: 0; font: 16px/19px "DejaVu Sans Mono";
			      font-variant-ligatures: none }
			</style><pre>
		EOF
		# Bars have no height of their own: a line of 19 pixels leaves
		# no gap between what two lines of a box draw.
		screen -e -N | aha --no-header
		echo '</pre>'
	} >"$work/shot.html"
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars \
		--force-device-scale-factor="${SCALE:-1}" \
		--user-data-dir="$work/shooter" \
		--window-size="$((columns * 10 - columns / 3 + 32)),$((lines * \
			19 + 32))" \
		--screenshot="$work/shot.png" "file://$work/shot.html" \
		>/dev/null 2>&1
	if [ ! -s "$work/shot.png" ]; then
		echo "screenshots: $1 was not drawn" >&2
		return 1
	fi
	mv "$work/shot.png" "$out/$1.png"
	drawn=$((drawn + 1))
	echo "screenshots/$1.png"
}

wanted() {
	[ -z "$only" ] && return 0
	for name in $only; do
		case $1 in "$name"*) return 0 ;; esac
	done
	return 1
}

ground_of() {
	case $1 in
	dark) echo 'COLORFGBG=15;0' ;;
	light) echo 'COLORFGBG=0;15' ;;
	esac
}

# The Electron story: the helper that was denied most, and what.
shoot_story() {
	start "$1" "$(ground_of "$2")" -- --no-config "$story"
	await 10 shows Quit
	text 13656
	sleep 0.3
	key Enter Left Escape
	sleep 0.3
	draw "story-$1-$2" "$1" "$2"
	stop
}

shoot_help() {
	start "$1" "$(ground_of "$2")" -- --no-config "$story"
	await 10 shows Quit
	key F1
	sleep 0.3
	draw "help-$1-$2" "$1" "$2"
	stop
}

shoot_columns() {
	start "$1" "$(ground_of "$2")" -- --no-config "$story"
	await 10 shows Quit
	key F2 Down Down
	sleep 0.3
	draw "columns-$1-$2" "$1" "$2"
	stop
}

# A real Chromium: a renderer's sandbox, and when it came.
shoot_chromium() {
	start_browser "$1-$2"
	start "$1" "$(ground_of "$2")" -- --no-config "$browser_pid"
	await 10 shows live
	text X
	touch "$profile/go"
	await 20 renderers
	# The marks of births are gone then, and nothing starts any more.
	sleep 5
	text /renderer
	key Enter Enter Right Escape Escape
	sleep 1.5
	draw "chromium-$1-$2" "$1" "$2"
	stop
	stop_browser
}

for ground in dark light; do
	for size in 80x24 160x48; do
		wanted "story-$size-$ground" && shoot_story "$size" "$ground"
		wanted "chromium-$size-$ground" &&
			shoot_chromium "$size" "$ground"
	done
done
wanted help && shoot_help 80x24 dark
wanted columns && shoot_columns 80x24 dark
[ "$drawn" -gt 0 ]
