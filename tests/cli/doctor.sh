# doctor, as whoever runs the tests and as nobody.

# looks NAME: what every sandtree/doctor/1 object holds to.
looks() {
	json "$1: schema" '.schema == "sandtree/doctor/1"'
	json "$1: facts" '.facts | has("cdhash") and has("sandbox")
		and (to_entries | all(.value.state and .value.of >= .value.read
		and .value.read + ([.value.gaps[].count] | add // 0)
			== .value.of))'
	json "$1: sources" '.sources | length > 0'
	json "$1: nothing is left unread" '.processes
		| .read > 0 and .unread == 0'
	json "$1: libraries" '.libraries | length > 2'
}
if [ ! -r /proc/self/status ]; then
	skip "doctor" "no /proc here"
else
	run doctor
	ends "doctor" 0
	prints "doctor" "As you are, you will see"
	prints "doctor" "Not what these would"
	prints "doctor: the Mac" "has ever run on a Mac"
	prints "doctor: what the kernel does not tell" "landlock: "
	no_control_bytes "doctor" "$out"
	run doctor --json
	ends "doctor --json" 0
	looks "doctor --json"
	json "doctor: Landlock stays a gap" \
		'.facts.landlock | .read == 0 and .state == "unsupported"'
	json "doctor: us" ".user.uid == $(id -u)"
	if unshare -n true 2>/dev/null; then
		unshare -n "$SANDTREE" doctor >"$out" 2>"$err"
		status=$?
		ends "doctor in another net namespace" 0
		tr -s ' \n' '  ' <"$out" >"$work/line"
		case $(cat "$work/line") in
		*"we are in another net namespace than"*) pass ;;
		*) bad "doctor: whom it compares with" "$(cat "$work/line")" ;;
		esac
	else
		skip "doctor in another net namespace" "unshare is refused"
	fi
	(
		unset TERM
		"$SANDTREE" doctor >"$out" 2>"$err"
	)
	status=$?
	ends "doctor without TERM" 0
	prints "doctor without TERM" "TERM is not set"
	run doctor --proc-root "$work/none"
	case $status in
	69 | 77) pass ;;
	*) bad "doctor with nothing to see" "exit status $status" ;;
	esac
	prints "doctor with nothing to see" "Nothing live can be seen"
	if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null 2>&1; then
		setpriv --reuid=65534 --regid=65534 --clear-groups \
			"$work/sandtree" doctor --json >"$out" 2>"$err"
		status=$?
		ends "doctor as nobody" 0
		looks "doctor as nobody"
		json "doctor as nobody: executables" '.facts.executable
			| .read < .of and .state == "needs_privilege"'
		setpriv --reuid=65534 --regid=65534 --clear-groups \
			"$work/sandtree" doctor >"$out" 2>"$err"
		prints "doctor as nobody: how to see more" "root may read"
	else
		skip "doctor as nobody" "needs root and setpriv"
	fi
fi
