# SPDX-License-Identifier: BSD-2-Clause
# Sourced by suites written in sh: counts, and says what failed.
passed=0
failed=0
output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT

# expect SENTENCE COMMAND...: the command succeeds
expect() {
    sentence=$1
    shift
    if "$@" > "$output/said" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL: $sentence"
        sed 's/^/    /' "$output/said"
    fi
}

# status WANTED COMMAND...: it ends with that status; what it said is in $output/out and err
status() {
    wanted=$1
    shift
    "$@" > "$output/out" 2> "$output/err"
    got=$?
    [ $got -eq "$wanted" ] || {
        echo "status $got"
        cat "$output/out" "$output/err"
        return 1
    }
}

# has TEXT COMMAND...: what it prints has this text, wherever its lines break
has() {
    text=$1
    shift
    "$@" 2>&1 | tr -s ' \n' ' ' | grep -qF -- "$text"
}

lacks() {
    ! has "$@"
}

# within COLUMNS COMMAND...: its lines are narrower than that, where a terminal is so wide
within() {
    columns=$1
    shift
    [ "$(COLUMNS=$columns "$@" 2> /dev/null | LC_ALL=C.UTF-8 wc -L)" -lt "$columns" ]
}

finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
    exit
}
