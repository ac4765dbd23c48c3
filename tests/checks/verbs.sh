# SPDX-License-Identifier: BSD-2-Clause
# For sourcing: the verbs of the command, from its help.

# The verbs below those named, one a line; all of them for none: verbs_below ASSAY [VERB...]
verbs_below() {
    "$@" --help | sed -n '/^Verbs:/,/^$/s/^  \([a-z][a-z]*\)\(  .*\)*$/\1/p'
}

# Every verb that can be run, by its full name ("lcp create"), one a line.
runnable_verbs() {
    for verb in $(verbs_below "$@"); do
        if [ -n "$(verbs_below "$@" "$verb")" ]; then
            (runnable_verbs "$@" "$verb")
        else
            shift_first "$@" "$verb"
        fi
    done
}

shift_first() {
    shift
    echo "$*"
}
