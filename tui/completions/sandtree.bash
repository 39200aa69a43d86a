# bash completion for sandtree

_sandtree() {
	local current previous command options
	current=${COMP_WORDS[COMP_CWORD]}
	previous=${COMP_WORDS[COMP_CWORD - 1]}
	COMPREPLY=()

	case ${COMP_WORDS[1]} in
	tree | doctor | inspect) ((COMP_CWORD > 1)) && command=${COMP_WORDS[1]} ;;
	esac
	case $previous in
	--from | --record)
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return
		;;
	--proc-root)
		mapfile -t COMPREPLY < <(compgen -d -- "$current")
		return
		;;
	--by)
		mapfile -t COMPREPLY < <(compgen -W "app parent list" \
			-- "$current")
		return
		;;
	--columns | --sort)
		# The last of a list, after what stands before it: commas, and
		# the signs that add, take away or turn round.
		[[ $current =~ ^(.*,)?[+-]? ]]
		[[ $previous == --sort ]] && [[ $current =~ ^-? ]]
		mapfile -t COMPREPLY < <(compgen -P "${BASH_REMATCH[0]}" \
			-W "$(sandtree --columns help 2>/dev/null |
				cut -d' ' -f1)" \
			-- "${current#"${BASH_REMATCH[0]}"}")
		[[ $previous == --columns ]] && compopt -o nospace 2>/dev/null
		return
		;;
	--filter | --for) return ;;
	esac

	case $command in
	tree)
		options="--from --filter --columns --sort --by --all --for
			--record --json --no-color --ascii --no-connector
			--proc-root --help --version"
		;;
	inspect)
		options="--json --verify --entitlements --no-color --ascii
			--help --version"
		;;
	doctor)
		options="--json --no-color --ascii --no-connector --proc-root
			--help --version"
		;;
	*)
		options="--from --play --filter --columns --readonly --no-mouse
			--no-config --no-color --ascii --no-connector
			--proc-root --help --version"
		;;
	esac
	if [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
		return
	fi
	[[ $command == doctor ]] && return
	mapfile -t COMPREPLY < <(
		((COMP_CWORD == 1)) && compgen -W "tree doctor inspect" -- "$current"
		compgen -f -- "$current"
		compgen -W "$(ps -eo comm= 2>/dev/null | sort -u)" \
			-- "$current"
	)
}
complete -o filenames -F _sandtree sandtree
