#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Where output goes: files whole or not at all, pipes that close, full devices, colours.
set -u
assay=$1
. tests/checks/expect.sh

log=$output/log
folder=$output/out
mkdir "$folder"
tests/cli/craft 4:5:6f6e65 4:5:74776f 4:5:7468726565 > "$log"
head -c 200 "$log" > "$output/cut" # inside the second event

# status NUMBER COMMAND...
status() {
    wanted=$1
    shift
    "$@"
    [ $? -eq "$wanted" ]
}

only_holds() {
    [ "$(ls -A "$folder")" = "$1" ]
}

"$assay" show -f json "$log" > "$output/expected"
expect "a file is written" status 0 "$assay" show -f json "$log" -o "$folder/x"
expect "it holds what standard output would" cmp "$folder/x" "$output/expected"
expect "and nothing else is left" only_holds x
cp "$log" "$output/kept"
printf 'sha256:0 %064d\n' 0 > "$output/values"
for verb in show replay check convert\ --to=tcg12; do
    # shellcheck disable=SC2086 # the words of a verb
    expect "no verb writes over the log it reads: $verb" status 2 "$assay" $verb "$log" -o "$log"
done
expect "nor over PCR values" status 2 "$assay" check "$log" "$output/values" -o "$output/values"
expect "it is as it was" cmp "$log" "$output/kept"
expect "trouble" status 2 "$assay" show -f json "$output/cut" -o "$folder/x"
expect "leaves the file that was there" cmp "$folder/x" "$output/expected"
expect "and nothing beside it" only_holds x
expect "trouble without a file before" status 2 "$assay" show "$output/none" -o "$folder/y"
expect "leaves none" only_holds x
expect "a folder that is not there" status 2 "$assay" show "$log" -o "$folder/none/x"
rm "$folder/x"

head -c 5000000 /dev/zero | tr '\0' 'a' | od -An -v -tx1 | tr -d ' \n' | head -c 100000 > "$output/digits"
set --
for event in $(seq 40); do set -- "$@" "4:5:$(head -c 20000 "$output/digits")"; done
tests/cli/craft "$@" > "$output/large"
expect "a full device" status 2 "$assay" show -f json "$output/large" -o /dev/full
expect "a full standard output" status 2 sh -c "'$assay' show '$log' > /dev/full"
expect "help to a full device" status 2 sh -c "'$assay' --help > /dev/full"
"$assay" show "$log" 2> "$output/err" > /dev/full
expect "says so" grep -qx "assay show: standard output: cannot write: No space left on device" "$output/err"

"$assay" show -f json "$output/large" 2> "$output/err" | head -c 10 > /dev/null
expect "a reader that has seen enough is no error worth a word" test ! -s "$output/err"
expect "not even where the signal is ignored" test -z "$(sh -c "trap '' PIPE; '$assay' show -f json '$output/large' 2>&1 >&3 | cat" 3>&1 >&2 | head -c 0)"

colored() {
    "$@" | grep -q "$(printf '\033')"
}

plain() {
    ! colored "$@"
}

expect "colours when they are asked for" colored "$assay" show --color always "$log"
expect "also with NO_COLOR" colored env NO_COLOR=1 "$assay" show --color=always "$log"
expect "none into a pipe" plain "$assay" show "$log"
expect "none when they are refused" plain "$assay" show --color never "$log"
# Where there are no pseudo-terminals, as in a bare chroot, there is nothing to try.
if script -qec true /dev/null < /dev/null > "$output/script" 2>&1; then
    on_terminal() {
        script -qec "$*" /dev/null < /dev/null
    }
    expect "colours on a terminal" colored on_terminal "$assay show $log"
    expect "none with NO_COLOR" plain on_terminal "env NO_COLOR=1 $assay show $log"
    expect "but with an empty NO_COLOR" colored on_terminal "env NO_COLOR= $assay show $log"
    expect "none on a dumb terminal" plain on_terminal "env TERM=dumb $assay show $log"
    expect "none when they are refused there" plain on_terminal "$assay show --color never $log"
fi
"$assay" show --color always "$log" | sed "s/$(printf '\033')\[[0-9;]*m//g" > "$output/got"
"$assay" show "$log" > "$output/expected"
expect "without the colours it is the same text" cmp "$output/got" "$output/expected"

expect "-q prints nothing" test -z "$("$assay" show -q "$log")"
expect "and the status tells" status 2 "$assay" show -q "$output/cut"
finish
