#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# --fail-on: what was found decides on the exit status, of every verb alike.
set -u
assay=$1
. tests/checks/expect.sh

boot=fixtures/machines/d1-shim-grub206-sb

# A note of the reader: zeros after the last event.
noted=$output/noted
tests/cli/craft 4:5:6f6e65 4:4:00000000 > "$noted"
head -c 64 /dev/zero >> "$noted"
# A warning as well: a PCR that no TPM has.
warned=$output/warned
tests/cli/craft 4:5:6f6e65 4:4:00000000 30:5:74776f > "$warned"
head -c 64 /dev/zero >> "$warned"
# A warning of the fold: StartupLocality after an extend of PCR 0.
late=$output/late
tests/cli/craft 0:8:6f6e65 0:3:537461727475704c6f63616c6974790003 0:4:00000000 > "$late"
# An error of the data: EV_ACTION is always the hash of its data.
forged=$output/forged
tests/cli/craft 4:5:6f6e65 4:5:74776f 4:4:00000000 | sed 's/two/twp/' > "$forged"
# What only all events together show: the firmware ended a PCR twice.
ended_twice=$output/ended-twice
tests/cli/craft 4:5:6f6e65 4:4:00000000 4:4:00000000 > "$ended_twice"
cut=$output/cut
head -c -1 "$forged" > "$cut"

status() {
    wanted=$1
    shift
    "$assay" "$@" > "$output/out" 2> "$output/err"
    got=$?
    [ $got -eq "$wanted" ] || { echo "exit status $got"; return 1; }
}

silent() {
    status "$@" && [ ! -s "$output/out" ] && [ ! -s "$output/err" ]
}

refuses() {
    text=$1
    shift
    status 2 "$@" && [ ! -s "$output/out" ] && [ "$(wc -l < "$output/err")" -eq 2 ] &&
        grep -qF -- "$text" "$output/err"
}

for verb in show replay check; do
    expect "$verb: without the option a note is nothing" status 0 $verb "$noted"
    expect "$verb: note" status 1 $verb --fail-on note "$noted"
    expect "$verb: a note is less than a warning" status 0 $verb --fail-on warning "$noted"
    expect "$verb: and than an error" status 0 $verb --fail-on error "$noted"
    expect "$verb: its code" status 1 $verb --fail-on tail "$noted"
    expect "$verb: another code" status 0 $verb --fail-on tail-garbage "$noted"
    expect "$verb: one of several codes" status 1 $verb --fail-on bank-extra,tail,empty "$noted"
    expect "$verb: none of several codes" status 0 $verb --fail-on bank-extra,empty "$noted"
    expect "$verb: a code and a severity" status 1 $verb --fail-on error,tail "$noted"
    expect "$verb: options add up" status 1 $verb --fail-on tail --fail-on empty "$noted"
    expect "$verb: -q keeps quiet" silent 1 $verb -q --fail-on note "$noted"
    expect "$verb: -q and nothing found" silent 0 $verb -q --fail-on error "$noted"
    for notation in text json yaml; do
        expect "$verb: in $notation" status 1 $verb -f $notation --fail-on tail "$noted"
        expect "$verb: nothing found, in $notation" status 0 $verb -f $notation --fail-on empty "$noted"
    done
    expect "$verb: trouble stays trouble" status 2 $verb --fail-on note "$cut"
    expect "$verb: an unknown word" refuses "--fail-on wants CODE,..., not 'odd'" $verb --fail-on odd "$noted"
    expect "$verb: where the words are" refuses "assay-findings(7) lists" $verb --fail-on odd "$noted"
    expect "$verb: an unknown word among others" refuses "not 'tail,odd'" $verb --fail-on tail,odd "$noted"
    expect "$verb: a severity that is none" refuses "not 'Error'" $verb --fail-on Error "$noted"
    expect "$verb: no word" refuses "not ''" $verb --fail-on= "$noted"
    expect "$verb: a word is missing" refuses "not 'tail,'" $verb --fail-on tail, "$noted"
    expect "$verb: what failed is printed" sh -c "'$assay' $verb --fail-on tail '$noted' | grep -q '^note: '"
    "$assay" $verb -f json "$noted" > "$output/without"
    "$assay" $verb -f json --fail-on note "$noted" > "$output/with"
    expect "$verb: the document is the same" cmp "$output/without" "$output/with"
    "$assay" $verb --fail-on note -o "$output/file" "$noted"
    expect "$verb: a file is written all the same" test -s "$output/file"

    expect "$verb: a warning is more than a note" status 1 $verb --fail-on note "$warned"
    expect "$verb: warning" status 1 $verb --fail-on warning "$warned"
    expect "$verb: a warning is less than an error" status 0 $verb --fail-on error "$warned"
    expect "$verb: the warning's code" status 1 $verb --fail-on pcr-out-of-range "$warned"
done

for notation in text json yaml; do
    expect "show: contradicted data, in $notation" status 1 show -f $notation --fail-on data-contradicted "$forged"
    expect "show: by severity, in $notation" status 1 show -f $notation --fail-on error "$forged"
    expect "show: in another PCR, in $notation" status 0 show -f $notation -p 7 --fail-on error "$forged"
done
expect "show: contradicted data, quietly" silent 1 show -q --fail-on data-contradicted "$forged"
expect "show: in another PCR, quietly" silent 0 show -q -p 7 --fail-on data-contradicted "$forged"
expect "show alone takes no offence" status 0 show "$forged"
expect "replay: what the fold finds" status 1 replay --fail-on startup-locality "$late"
expect "replay: as a warning" status 1 replay --fail-on warning "$late"
expect "show does not fold" status 0 show --fail-on startup-locality "$late"
expect "replay does not look at data" status 0 replay --fail-on data-contradicted "$forged"

expect "check: unsound is 1 with any code" status 1 check --fail-on tail "$forged"
expect "check: what all events show" status 1 check --fail-on separator-duplicate "$ended_twice"
expect "check: a boot that matches and has nothing odd" status 0 check --fail-on note "$boot"
expect "check: a match with a finding" status 1 check --fail-on bank-weak fixtures/machines/h3-sha1
"$assay" check -f json --fail-on bank-weak fixtures/machines/h3-sha1 > "$output/out"
expect "check: which stays a match" grep -q '"verdict": *"match"' "$output/out"
finish
