#!/bin/sh
# Finds out what sandtree needs and this machine lacks, says so, and installs
# it with apt-get or brew. Fails only when something is still missing without
# which it cannot be built or tested at all.
set -u
cd "$(dirname "$0")/.." || exit 1

# need: without it nothing is built or tested. want: its tests are skipped.
# KIND | how to see that it is there | Debian package | Homebrew | what for
# pkg:NAME by pkg-config, cmd:NAME by command -v, header:NAME by the compiler,
# font:NAME by fc-list, lib:GLOB by a file.
list() {
	cat <<-'END'
	need|cmd:cc|gcc|-|compiling
	need|header:stdlib.h|libc6-dev|-|compiling
	need|cmd:pkg-config|pkg-config|pkg-config|finding libraries
	need|pkg:ncursesw|libncurses-dev|ncurses|the screen
	need|pkg:libplist-2.0|libplist-dev|libplist|property lists
	need|pkg:jansson|libjansson-dev|jansson|JSON
	need|pkg:libutf8proc|libutf8proc-dev|utf8proc|text
	need|pkg:libcrypto|libssl-dev|openssl@3|hashes and certificates of code
	need|header:uthash.h|uthash-dev|uthash|hash tables
	need|pkg:cmocka|libcmocka-dev|cmocka|the unit tests
	want|cmd:clang|clang|-|building with clang as well
	want|cmd:clang-format|clang-format|clang-format|the format check
	want|lib:/usr/lib/llvm-14/lib/clang/14*/lib/linux/libclang_rt.asan-*.a|libclang-rt-14-dev|-|make check-full
	want|cmd:tmux|tmux|tmux|the tests and pictures of the screen
	want|cmd:jq|jq|jq|the tests of JSON
	want|cmd:xz|xz-utils|xz|the tests of signed bundles
	want|cmd:openssl|openssl|openssl@3|the tests of profiles
	want|cmd:readelf|binutils|-|the tests of ELF files
	want|cmd:mandoc|mandoc|-|the check of the manual
	want|cmd:strace|strace|-|make bench
	want|cmd:ps|procps|-|the live tests and make bench
	want|cmd:lsns|util-linux|-|the live tests
	want|cmd:chromium|chromium|-|the live tests with Chromium
	want|cmd:bwrap|bubblewrap|-|the live tests with bubblewrap
	want|cmd:firejail|firejail|-|the live tests with firejail
	want|cmd:valgrind|valgrind|-|make check-full
	want|cmd:htop|htop|htop|make bench
	want|cmd:aha|aha|aha|make screenshots
	want|font:DejaVu Sans Mono|fonts-dejavu-core|-|make screenshots
	END
}

have() {
	case $1 in
	pkg:*) pkg-config --exists "${1#pkg:}" 2>/dev/null ;;
	cmd:*) command -v "${1#cmd:}" >/dev/null 2>&1 ;;
	header:*) printf '#include <%s>\n' "${1#header:}" |
		"${CC:-cc}" ${CPPFLAGS:-} -E - >/dev/null 2>&1 ;;
	font:*) fc-list 2>/dev/null | grep -q "${1#font:}" ;;
	lib:*)
		# shellcheck disable=SC2086 # a pattern
		set -- ${1#lib:}
		[ -e "$1" ]
		;;
	esac
}

# missing KIND: "package what for" of each, one a line, those without one for
# this system left out.
missing() {
	list | while IFS='|' read -r kind how deb brew why; do
		[ "$kind" = "$1" ] || continue
		package=$deb
		[ "$manager" = brew ] && package=$brew
		[ "$package" = - ] && continue
		have "$how" || printf '%s\t%s\n' "$package" "$why"
	done
}

names() {
	printf '%s\n' "$1" | cut -f 1 | sort -u | tr '\n' ' '
}

say() {
	printf '%s\n' "$1" | awk -F '\t' 'NF { printf "  %-20s for %s\n", $1, $2 }'
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		sudo "$@"
	else
		echo "deps: this needs root: $*" >&2
		return 1
	fi
}

# install PACKAGE...
install() {
	if [ "$manager" = brew ]; then
		brew install "$@"
	else
		as_root env DEBIAN_FRONTEND=noninteractive apt-get install \
			-y -q --no-install-recommends "$@"
	fi
}

manager=none
if command -v apt-get >/dev/null 2>&1; then
	manager=apt-get
elif command -v brew >/dev/null 2>&1; then
	manager=brew
	prefix=$(brew --prefix)
	for keg in ncurses openssl@3; do
		PKG_CONFIG_PATH=$prefix/opt/$keg/lib/pkgconfig:${PKG_CONFIG_PATH:-}
	done
	CPPFLAGS="${CPPFLAGS:-} -I$prefix/include"
	export PKG_CONFIG_PATH CPPFLAGS
fi

for package in $(sed -n 's/^PACKAGES := //p' Makefile); do
	list | grep -q "^need|pkg:$package|" && continue
	echo "deps: Makefile wants $package, which this script does not know"
	exit 1
done
need=$(missing need)
want=$(missing want)
if [ -z "$need$want" ]; then
	echo "deps: everything is there"
	exit 0
fi
if [ "$manager" = none ]; then
	echo "deps: neither apt-get nor brew is here; by Debian's names:"
	say "$need
$want"
	[ -z "$need" ]
	exit
fi
echo "deps: $manager will install"
say "$need
$want"
if [ "$manager" = apt-get ]; then
	as_root apt-get update -q || echo "deps: apt-get update failed"
fi
if [ -n "$need" ]; then
	# shellcheck disable=SC2046 # package names
	install $(names "$need") || exit 1
fi
if [ -n "$want" ]; then
	# All at once is quicker; one that is not to be had must not cost the
	# others.
	# shellcheck disable=SC2046 # package names
	install $(names "$want") || for package in $(names "$want"); do
		install "$package" || echo "deps: $package is not to be had"
	done
fi
need=$(missing need)
want=$(missing want)
if [ -n "$want" ]; then
	echo "deps: without these the tests they are for are skipped:"
	say "$want"
fi
if [ -n "$need" ]; then
	echo "deps: still missing, and needed:"
	say "$need"
	exit 1
fi
echo "deps: done"
