#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Words into options, as GNU programs take them; and errors, one line and a hint.
set -u
assay=$1
. tests/checks/expect.sh

log=$output/log
tests/cli/craft 4:5:6f6e65 7:4:00000000 4:0x80000007:74776f > "$log"
cp "$log" "$output/-odd"
"$assay" show --format json "$log" > "$output/json"

same() {
    "$assay" "$@" > "$output/got" && cmp "$output/got" "$output/expected"
}

# errs TEXT WORDS...: status 2, nothing on standard output, TEXT in one line and a hint
errs() {
    text=$1
    shift
    "$assay" "$@" > "$output/out" 2> "$output/err" < /dev/null
    [ $? -eq 2 ] && [ ! -s "$output/out" ] && [ "$(wc -l < "$output/err")" -eq 2 ] &&
        head -n 1 "$output/err" | grep -qF -- "$text" && tail -n 1 "$output/err" | grep -q '^hint: '
}

# shows_types LIST COUNT: so many events are of these types; the log has types 5, 4, 10, 10, 8
tests/cli/craft 4:5:6f6e65 7:4:00000000 1:10:74656e 1:10:74656e 0:8:6569676874 > "$output/types"
shows_types() {
    [ "$("$assay" show --type "$1" "$output/types" | grep -cE '^ +[0-9]+ +[0-9]+ [A-Z]')" -eq "$2" ]
}

cp "$output/json" "$output/expected"
expect "--opt value" same show --format json "$log"
expect "--opt=value" same show --format=json "$log"
expect "-o value" same show -f json "$log"
expect "-ovalue" same show -fjson "$log"
expect "after the argument" same show "$log" -f json
expect "the last of two counts" same show -f text "$log" -f json
expect "a cluster that ends in a value" same show -vfjson "$log"
expect "-- ends options" same show -f json -- "$log"
expect "an output of - is standard output" same show -f json -o - "$log"

(cd "$output" && "$assay" show -f json -- -odd) | grep -v '^{"file"' > "$output/got"
grep -v '^{"file"' "$output/json" > "$output/expected"
expect "a file that looks like an option" cmp "$output/got" "$output/expected"
"$assay" show -f json - < "$log" | grep -v '^{"file"' > "$output/got"
expect "- is standard input" cmp "$output/got" "$output/expected"
cat "$log" | "$assay" show -f json - | grep -v '^{"file"' > "$output/got"
expect "also from a pipe" cmp "$output/got" "$output/expected"

mkdir "$output/machine"
cp "$log" "$output/machine/eventlog.bin"
"$assay" show -f json "$output/machine" | grep -v '^{"file"' > "$output/got"
expect "a machine folder stands for its log" cmp "$output/got" "$output/expected"

expect "an option without its value" errs "--format wants text|json|yaml" show "$log" --format
expect "a word it does not know" errs "--format wants text|json|yaml, not 'xml'" show -f xml "$log"
expect "an algorithm there is not" errs "--bank wants ALG,..., not 'sha256,md5'" show -b sha256,md5 "$log"
expect "a PCR there is not" errs "--pcr wants LIST, not '24'" show -p 24 "$log"
expect "a range backwards" errs "--pcr wants LIST, not '7-0'" show -p 7-0 "$log"
expect "a format there is not" errs "--log-format wants NAME, not 'x'" show --log-format x "$log"
expect "an event type there is not" errs "--type wants TYPE,..., not 'EV_NONE'" show --type EV_NONE "$log"
expect "a value for a switch" errs "--raw takes no value" show --raw=1 "$log"
expect "one argument too many" errs "one argument too many: '17'" show $(seq 17)
expect "--type 010 is ten, not eight" shows_types 010 2
expect "--type 0x05 is five" shows_types 0x05 1
expect "no octal digits either" errs "not '0o5'" show --type 0o5 "$log"
expect "--lines is for JSON" errs "--lines is for --format json" show --lines "$log"
expect "and not for YAML" errs "--lines is for --format json" show --lines -f yaml "$log"
expect "in any order" "$assay" show --lines -f json "$log"
expect "--help comes first" "$assay" show --lines --help
expect "an empty name" errs "--output wants FILE" show -o "" "$log"
expect "what a user types can't move the cursor" errs 'no option --a\x1b[2J' show "$(printf -- '--a\033[2J')"

# What was probably meant.
hints() {
    text=$1
    shift
    errs "" "$@" && tail -n 1 "$output/err" | grep -qF -- "hint: $text"
}
# guesses nothing: the hint is the general one
silent() {
    errs "" "$@" && ! grep -q "did you mean" "$output/err"
}

expect "two letters exchanged" hints "did you mean 'show'? 'assay --help' says" shwo "$log"
expect "a letter missing" hints "did you mean 'check'?" chek "$log"
expect "a letter too many" hints "did you mean 'replay'?" repplay "$log"
expect "two wrong letters of six" hints "did you mean 'replay'?" redlay "$log"
expect "the beginning of a verb" hints "did you mean 'replay'?" rep "$log"
expect "no verb is near" silent frobnicate "$log"
expect "nor to one letter" silent x "$log"
expect "nor to none" silent "" "$log"
expect "nor to a file" silent "$log"
expect "nor to a very long word" silent "$(printf '%0500d' 0)"
expect "an option" hints "did you mean '--format'? 'assay show --help' says" show --fromat json "$log"
expect "an option with its value" hints "did you mean '--output'?" show --ouptut=x "$log"
expect "the beginning of an option" hints "did you mean '--log-format'?" show --log "$log"
expect "an option of the verb" hints "did you mean '--type'?" show --typ 4 "$log"
expect "not one of another verb" silent replay --type 4 "$log"
expect "a word" hints "did you mean 'json'?" show -f jsno "$log"
expect "a word of the beginning" hints "did you mean 'always'?" show --color=alw "$log"
expect "no word is near" silent show -f csv "$log"
expect "a member of a list" hints "did you mean 'bank-weak'?" show --fail-on tail,bank-waek,empty "$log"
expect "a severity" hints "did you mean 'warning'?" check --fail-on warnings "$log"

expect "no such file" errs "assay show: $output/none: cannot open: No such file or directory" show "$output/none"
expect "a folder without a log" errs "there is no log in this folder" show "$(dirname "$0")"
expect "an empty input" errs "the input is empty" show /dev/null
head -c 3000 /dev/urandom > "$output/random"
expect "random bytes" errs "not an event log" show "$output/random"
head -c 3000 /dev/zero > "$output/zeros"
expect "nothing but zeros" errs "unused log area" show "$output/zeros"
printf 'hello world\n' > "$output/text"
expect "text" errs "" show "$output/text"
finish
