# Completion of vqlab for fish: the program itself says what may stand next.
function __vqlab_candidates
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l word (commandline --current-token --cut-at-cursor | string collect --allow-empty)
    for line in ($words[1] complete -- $words[2..] $word 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path $word
            case :folders
                __fish_complete_directories $word
            case '*'
                echo $line
        end
    end
end
complete --command vqlab --no-files --arguments '(__vqlab_candidates)'
