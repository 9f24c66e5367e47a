# Runs a command until it ends or until standard input closes, whichever is first.
# Arguments: always|failed, how many directories to remove at the end, these, the command.
when=$1
count=$2
shift 2

# At most two directories; plain sh has no arrays.
doomed_1=
doomed_2=
if [ "$count" -ge 1 ]; then doomed_1=$1; shift; fi
if [ "$count" -ge 2 ]; then doomed_2=$1; shift; fi

# A service manager may signal every process of the service. This one stays until the command has ended.
trap '' HUP INT TERM

exec 3<&0 </dev/null
"$@" 3<&- &
command=$!

(
    while read -r _; do :; done <&3
    kill -INT "$command"
    for _ in 1 2 3 4 5 6 7 8; do sleep 1; done
    kill -QUIT "$command"
    for _ in 1 2; do sleep 1; done
    kill -KILL "$command"
) 2>/dev/null &
watcher=$!
exec 3<&-

wait "$command"
status=$?
# TERM is ignored (see above), so this must be KILL.
kill -KILL "$watcher" 2>/dev/null

if [ "$when" = always ] || [ "$status" -ne 0 ]; then
    for doomed in "$doomed_1" "$doomed_2"; do
        if [ -n "$doomed" ]; then rm -rf -- "$doomed" 2>/dev/null; fi
    done
fi
exit "$status"
