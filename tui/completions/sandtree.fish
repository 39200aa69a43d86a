# fish completion for sandtree

function __sandtree_screen
    not __fish_seen_subcommand_from tree doctor inspect
end

function __sandtree_columns
    sandtree --columns help 2>/dev/null | string replace -r '\s+' \t
end

set -l screen -n __sandtree_screen
set -l tree -n '__fish_seen_subcommand_from tree'
set -l doctor -n '__fish_seen_subcommand_from doctor'
set -l looking -n 'not __fish_seen_subcommand_from doctor inspect'
set -l printing -n '__fish_seen_subcommand_from tree doctor inspect'
set -l inspecting -n '__fish_seen_subcommand_from inspect'
set -l live -n 'not __fish_seen_subcommand_from inspect'

complete -c sandtree -n __fish_use_subcommand -a tree -d 'the tree once, as text'
complete -c sandtree -n __fish_use_subcommand -a doctor -d 'what can be seen here'
complete -c sandtree -n __fish_use_subcommand -a inspect -d 'code signature, entitlements, helpers'
complete -c sandtree $looking -a '(__fish_complete_pids)'

complete -c sandtree $looking -l from -r -F -d 'look at a recording'
complete -c sandtree $looking -l filter -x -d 'show only what the query says yes to'
complete -c sandtree $looking -l columns -x -a '(__sandtree_columns)' -d 'columns by id'
complete -c sandtree $screen -l play -d 'play a recording as it happened'
complete -c sandtree $screen -l readonly -d 'never send a signal'
complete -c sandtree $screen -l no-mouse -d 'leave the mouse to the terminal'
complete -c sandtree $screen -l no-config -d 'neither read nor write the config file'
complete -c sandtree $tree -l sort -x -a '(__sandtree_columns)' -d 'sort by a column'
complete -c sandtree $tree -l by -x -a 'app parent list' -d 'how processes hang together'
complete -c sandtree $tree -l all -d 'kernel threads too'
complete -c sandtree $tree -l for -x -d 'watch that long first'
complete -c sandtree $tree -l record -r -F -d 'write what is seen to a new file'
complete -c sandtree $printing -l json -d 'for programs'
complete -c sandtree $inspecting -l verify -d 'hash every page and every sealed file'
complete -c sandtree $inspecting -l entitlements -d 'print only the entitlements'
complete -c sandtree -l no-color -d 'no colours'
complete -c sandtree -l ascii -d 'draw with ASCII only'
complete -c sandtree $live -l no-connector -d 'list processes instead of hearing of them'
complete -c sandtree $live -l proc-root -x -a '(__fish_complete_directories)' -d 'read this in place of /proc'
complete -c sandtree -s h -l help -d 'explain'
complete -c sandtree -l version -d 'the version'
