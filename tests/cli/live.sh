# The live system: this very machine, with processes started here.
if [ ! -r /proc/self/status ]; then
	skip "live" "no /proc here"
else
	sleep 961.25 &
	sleeper=$!
	run tree --json
	ends "live" 0
	promises "live"
	json "live: our sleeper" "[.processes[] | select(.pid == $sleeper
		and .facts.arguments == [\"sleep\", \"961.25\"])] | length == 1"
	json "live: its parent" "(.processes[] | select(.pid == $sleeper)
		| .ppid) == $$"
	json "live: a listed source" '[.sources[] | select(.id == "proc"
		and .state == "live")] | length == 1'
	json "live: no denial is no proof" "(.processes[] |
		select(.pid == $sleeper) | .gaps.denials.state)
		== \"unsupported\" or (.processes[] | select(.pid == $sleeper)
		| .facts.denials) == 0"
	run tree --json "$sleeper"
	json "live: a target alone" "[.processes[].pid] == [$sleeper]"
	run tree --json $$
	json "live: a target's tree" "[.processes[].pid] | contains([$$,
		$sleeper])"
	run tree "$sleeper"
	prints "live: text" "sleep 961.25"
	same "live: kernel threads only with --all" 1 \
		"$(($("$SANDTREE" tree --all | wc -l) >= $("$SANDTREE" tree |
			wc -l)))"
	run tree --proc-root /proc --json
	ends "live: --proc-root" 0
	json "live: --proc-root" "[.processes[].pid] | contains([$sleeper])"
	run tree --proc-root "$work/none"
	if [ "$status" -eq 0 ]; then
		bad "live: a --proc-root that is none" "exit status 0"
	else
		pass
	fi

	# What is recorded is what was seen; who ended is still there.
	sh -c 'sleep 0.3; exec sleep 0.7' &
	short=$!
	run tree --for 1500ms --record "$work/live.jsonl" --json
	ends "live: --record" 0
	json "live: who ended is kept" "[.processes[] | select(.pid == $short)
		| .exited != null] == [true]"
	cp "$out" "$work/live.json"
	run tree --json "$work/live.jsonl"
	ends "live: the recording" 0
	promises "the recording"
	same "live: the recording tells the same" \
		"$(jq -S '[.processes[] | [.pid, .facts.name, .facts.uid]]' \
			"$work/live.json" | cksum)" \
		"$(jq -S '[.processes[] | [.pid, .facts.name, .facts.uid]]' \
			"$out" | cksum)"
	same "live: a recording is its owner's" 600 \
		"$(stat -c %a "$work/live.jsonl" 2>/dev/null ||
			stat -f %Lp "$work/live.jsonl")"
	run tree --record "$work/live.jsonl"
	ends "live: a recording is not overwritten" 73 "File exists"
	run tree --record "$work/none/x.jsonl"
	ends "live: a recording nowhere" 73
	run tree --no-connector --json
	ends "live: --no-connector" 0
	json "live: --no-connector" '[.sources[] |
		select(.id == "proc_connector" and .state == "live")] == []'

	# Ctrl-C ends quietly. A background job of sh ignores SIGINT, which
	# is why the signal is set right again in between.
	for signal in INT TERM; do
		env --default-signal=INT "$SANDTREE" tree --for 30s \
			--record "$work/$signal.jsonl" >"$out" 2>"$err" &
		program=$!
		sleep 0.7
		kill -s "$signal" "$program"
		wait "$program"
		status=$?
		ends "live: SIG$signal" 130
		same "live: SIG$signal says nothing" "" "$(cat "$err")"
		run tree --json "$work/$signal.jsonl"
		ends "live: what was recorded until SIG$signal" 0
	done

	if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null 2>&1; then
		cp "$SANDTREE" "$work/sandtree" && chmod 755 "$work/sandtree"
		setpriv --reuid=65534 --regid=65534 --clear-groups \
			"$work/sandtree" tree --json >"$out" 2>"$err"
		status=$?
		ends "live: as nobody" 0
		promises "live: as nobody"
		json "live: another's executable needs privilege" \
			"(.processes[] | select(.pid == $sleeper) | .gaps.executable.state) == \"needs_privilege\""
		json "live: another's arguments do not" \
			"(.processes[] | select(.pid == $sleeper) | .facts.arguments[0]) == \"sleep\""
	else
		skip "live: as nobody" "needs root and setpriv"
	fi
	kill "$sleeper"
	wait "$sleeper" 2>/dev/null
fi
