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

finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
    exit
}
