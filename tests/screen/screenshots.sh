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

# --no-zygote-sandbox and its like are not given: all of its own sandbox is on.
start_browser() {
	profile=$work/profile
	mkdir -p "$profile"
	page >"$work/page.html"
	chmod 755 "$work"
	chown -R "$user" "$profile"
	as_user "HOME='$profile' exec chromium --headless=new \
		--remote-debugging-port=0 --no-first-run \
		--user-data-dir='$profile/data' 'file://$work/page.html'" \
		>/dev/null 2>&1 &
	settled() {
		browser_pid=$(pgrep -o -u "$user" -f "user-data-dir=$profile/")
		[ "$(pgrep -u "$user" -f 'type=renderer' -c)" -ge 2 ]
	}
	await 20 settled
	sleep 2
	browser_pid=$(pgrep -o -u "$user" -f "user-data-dir=$profile/data")
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
	start "$1" "$(ground_of "$2")" -- "$story"
	await 10 shows Quit
	text 13656
	sleep 0.3
	key Enter Left Escape
	sleep 0.3
	draw "story-$1-$2" "$1" "$2"
	stop
}

shoot_help() {
	start "$1" "$(ground_of "$2")" -- "$story"
	await 10 shows Quit
	key F1
	sleep 0.3
	draw "help-$1-$2" "$1" "$2"
	stop
}

shoot_columns() {
	start "$1" "$(ground_of "$2")" -- "$story"
	await 10 shows Quit
	key F2 Down Down
	sleep 0.3
	draw "columns-$1-$2" "$1" "$2"
	stop
}

# A real Chromium: a renderer's sandbox.
shoot_chromium() {
	start "$1" "$(ground_of "$2")" -- "$browser_pid"
	await 10 shows renderer
	text /renderer
	key Enter Enter Right Escape Escape
	sleep 1.5
	draw "chromium-$1-$2" "$1" "$2"
	stop
}

case " $only" in
' ' | *' chromium'*)
	start_browser
	[ -n "$browser_pid" ] || echo "screenshots: no Chromium started" >&2
	;;
esac
for ground in dark light; do
	for size in 80x24 160x48; do
		wanted "story-$size-$ground" && shoot_story "$size" "$ground"
		wanted "chromium-$size-$ground" && [ -n "$browser_pid" ] &&
			shoot_chromium "$size" "$ground"
	done
done
wanted help && shoot_help 80x24 dark
wanted columns && shoot_columns 80x24 dark
[ "$drawn" -gt 0 ]
