# Manual, completions and README name every option, command and exit status
# that --help names, and none that it does not.

# options COMMAND: what its --help lists, one a line, without the dashes.
options() {
	# shellcheck disable=SC2086 # no word for the screen
	"$SANDTREE" $1 --help | sed -n 's/^  \(-h, \)\{0,1\}--\([a-z-]*\).*/\2/p'
}
for command in screen tree doctor inspect; do
	word=$command
	[ $command = screen ] && word=
	options "$word" >"$work/options.$command"
done
sort -u "$work"/options.* >"$work/options"
same "papers: there are options" 1 "$(($(wc -l <"$work/options") > 15))"

# names FILE PATTERN: what sed's pattern finds in it, sorted.
names() {
	sed -n "$2" "$1" | sort -u
}
same "manual: options" "$(cat "$work/options")" \
	"$(names tui/man/sandtree.1 's/^\.It Fl \(h , Fl \)\{0,1\}-\([a-z-]*\).*/\2/p')"
same "README: options" "$(cat "$work/options")" \
	"$(sed -n '/^| option/,/^$/p' README.md | grep -o '^|[^|]*|' |
		grep -o -- '--[a-z][a-z-]*' | sed 's/^--//' | sort -u)"
for file in sandtree.bash _sandtree sandtree.fish; do
	case $file in
	sandtree.fish) found=$(sed -n 's/^complete .* -l \([a-z-]*\).*/\1/p' \
		"tui/completions/$file") ;;
	_sandtree) found=$(grep -o -- "[*'{,]--[a-z][a-z-]*" \
		"tui/completions/$file" | sed 's/^.--//') ;;
	*) found=$(sed -n '/options="/,/"$/p' "tui/completions/$file" |
		grep -o -- '--[a-z][a-z-]*' | sed 's/^--//') ;;
	esac
	same "$file: options" "$(cat "$work/options")" \
		"$(printf '%s\n' "$found" | sort -u)"
done
# Which command takes what, in the bash completion.
if command -v bash >/dev/null 2>&1; then
	for command in screen tree doctor inspect; do
		word=$command
		[ $command = screen ] && word=
		same "sandtree.bash: $command" \
			"$(sort "$work/options.$command" | tr '\n' ' ')" \
			"$(bash -c '
				. tui/completions/sandtree.bash
				COMP_WORDS=(sandtree '"$word"' --)
				COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
				_sandtree
				printf "%s\n" "${COMPREPLY[@]}"' |
				sed 's/^--//' | sort | tr '\n' ' ')"
	done
	# completes OPTION WORD: what bash makes of it.
	completes() {
		PATH="$(dirname "$SANDTREE"):$PATH" bash -c '
			. tui/completions/sandtree.bash
			COMP_WORDS=(sandtree tree '"$1"' '"$2"')
			COMP_CWORD=3
			_sandtree
			printf "%s " "${COMPREPLY[@]}"'
	}
	same "sandtree.bash: a column" "namespaces namespace_pids " \
		"$(completes --columns namesp)"
	same "sandtree.bash: after a comma" "pid,age,seccomp_mode " \
		"$(completes --columns pid,age,seccomp_m)"
	same "sandtree.bash: one more column" "+pid,-architecture " \
		"$(completes --columns +pid,-arch)"
	same "sandtree.bash: turned round" "-started " \
		"$(completes --sort -started)"
else
	skip "sandtree.bash" "bash is missing"
fi
# And what the tables of README and manual say of it.
while read -r option; do
	of=$(grep -E "^\| \`.*--$option[\` =[]" README.md | cut -d'|' -f3)
	for command in screen tree doctor inspect; do
		takes=no told=no
		grep -qx -- "$option" "$work/options.$command" && takes=yes
		case $of in *all* | *$command*) told=yes ;; esac
		same "README: --$option of $command" $takes $told
	done
done <"$work/options"

commands=$("$SANDTREE" --help | sed -n 's/^  sandtree \([a-z]*\) .*/\1/p')
same "papers: commands" "tree doctor inspect" "$(echo $commands)"
for command in $commands; do
	for file in README.md tui/man/sandtree.1 tui/completions/sandtree.bash \
		tui/completions/_sandtree tui/completions/sandtree.fish; do
		if grep -qw "$command" $file; then
			pass
		else
			bad "$file: the command $command"
		fi
	done
done

# Exit statuses, number and words.
"$SANDTREE" --help | sed -n '/^Exit status/,$p' |
	sed -n 's/^ *\([0-9][0-9]*\)  \(.*\)/\1 \2/p' >"$work/exits"
same "papers: exit statuses" 11 "$(wc -l <"$work/exits" | tr -d ' ')"
while read -r number words; do
	if ! grep -q "^| $number | $(printf '%s' "$words" | cut -c1-20)" \
		README.md; then
		bad "README: exit status $number"
	elif ! sed -n "/^\.It $number\$/{n;p;}" tui/man/sandtree.1 |
		grep -qF -- "$words"; then
		bad "manual: exit status $number" "$words"
	else
		pass
	fi
done <"$work/exits"

# Every column is explained, and the manual is well formed.
"$SANDTREE" --columns help >"$out"
same "papers: a sentence for each column" 0 "$(grep -vc '\.\( (.*)\)\{0,1\}$' "$out")"
if command -v mandoc >/dev/null 2>&1; then
	same "manual: mandoc's opinion" "" \
		"$(mandoc -Tlint -W warning tui/man/sandtree.1 2>/dev/null |
			grep -v outdated)"
else
	skip "manual: mandoc's opinion" "mandoc is missing"
fi
# Links of README lead somewhere; pictures are made later in a build.
for link in $(grep -o '(screenshots/[^)]*)' README.md | tr -d '()'); do
	if [ -f "$link" ]; then
		pass
	else
		skip "README: $link" "make screenshots draws it"
	fi
done
