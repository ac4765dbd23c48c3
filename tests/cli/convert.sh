#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# assay convert: what goes where, what is said, what is refused.
set -u
assay=$1
. tests/checks/expect.sh

boot=fixtures/machines/b1-uki252/eventlog.bin
sha1=$output/sha1
folder=$output/out
mkdir "$folder"
printf 'assay-log 1 sha1\n0 EV_NO_ACTION "Spec ID Event02\\0" u32:0 hex:000201020d "TXT is none"\n4 EV_SEPARATOR u32:0\n' |
    "$assay" convert - --to tcg12 -o "$sha1"

# status NUMBER COMMAND...
status() {
    wanted=$1
    shift
    "$@" > "$output/stdout" 2> "$output/stderr"
    [ $? -eq "$wanted" ]
}

says() {
    grep -qF -- "$1" "$output/stderr"
}

silent() {
    [ ! -s "$output/stdout" ] && [ ! -s "$output/stderr" ]
}

# What is lossless.
expect "a SHA-1 log becomes crypto-agile" status 0 "$assay" convert "$sha1" --to tcg2 -o "$folder/agile"
expect "and nothing is said" silent
expect "it is what it says" sh -c "'$assay' show -f json '$folder/agile' | grep -q '\"format\":\"tcg2\"'"
expect "and back" status 0 "$assay" convert "$folder/agile" --to tcg12 -o "$folder/back"
expect "it is the log it was" cmp "$folder/back" "$sha1"
for format in text heap; do
    expect "a crypto-agile log as $format" status 0 "$assay" convert "$boot" --to $format -o "$folder/x"
    expect "and back" status 0 "$assay" convert "$folder/x" --to tcg2 -o "$folder/y"
    expect "it is the log it was" cmp "$folder/y" "$boot"
done
expect "a log of one bank becomes crypto-agile" status 0 "$assay" convert fixtures/logs/txt-sha256.bin --to tcg2 -o "$folder/x"
expect "and back" status 0 "$assay" convert "$folder/x" --to txt2 -o "$folder/y"
expect "it is the log it was" cmp "$folder/y" fixtures/logs/txt-sha256.bin
expect "with -v it says so" sh -c "'$assay' convert '$sha1' --to tcg2 -v 2>&1 > '$output/x' | grep -q 'without loss'"
expect "and that the bank folds" sh -c "'$assay' convert '$sha1' --to tcg2 -v 2>&1 > '$output/x' | grep -qx '  sha1: folds to the same values'"
expect "padding after the log is said with -v alone" sh -c "{ cat '$sha1'; head -c 64 /dev/zero; } > '$output/padded'
    ! '$assay' convert '$output/padded' --to tcg2 2>&1 > '$output/x' | grep . &&
    '$assay' convert '$output/padded' --to tcg2 -v 2>&1 > '$output/x' | grep -q '^  padding: '"

expect "a log that looks like one of another format" status 0 "$assay" convert "$sha1" --to txt2 -o "$folder/x"
expect "is told" says "  readers take the new log for tcg12: name its format with --log-format"

# What is not.
rm "$folder"/*
expect "what would be lost is no" status 1 "$assay" convert "$boot" --to tcg12 -o "$folder/x"
expect "with the loss" says "  bank: 36 events, first event 1 at byte 77, PCR 0-7,9,11"
expect "the bank that folds" says "  sha1: folds to the same values"
expect "and those that don't" says "  sha256: not kept, PCR 0-7,9,11"
expect "and what to do" says "hint: --lossy"
expect "no file is made" test -z "$(ls -A "$folder")"
expect "no log goes to standard output" status 1 "$assay" convert "$boot" --to tcg12
expect "not a byte" test ! -s "$output/stdout"
expect "-q says nothing" status 1 "$assay" convert -q "$boot" --to tcg12
expect "at all" silent
echo old > "$folder/x"
expect "a file that is there stays" status 1 "$assay" convert "$boot" --to tcg12 -o "$folder/x"
expect "as it was" test "$(cat "$folder/x")" = old
expect "--lossy writes it" status 0 "$assay" convert "$boot" --to tcg12 --lossy -o "$folder/x"
expect "and says it all the same" says "  bank: 36 events"
expect "unless -q" status 0 "$assay" convert -q "$boot" --to tcg12 --lossy -o "$folder/y"
expect "says nothing" silent
expect "both are the same" cmp "$folder/x" "$folder/y"
expect "it folds to what the TPM had" sh -c "'$assay' replay --bank sha1 -p 0-7 '$folder/x' > '$output/a' &&
    '$assay' replay --bank sha1 -p 0-7 '$boot' > '$output/b' && cmp '$output/a' '$output/b'"
expect "data that are dropped are said" status 1 "$assay" convert "$boot" --to inteljson
expect "by that name" says "  data: 36 events"
expect "PCR values below a log are dropped only on request" status 1 "$assay" convert tests/cli/show_yaml.expected --to text
expect "by that name" says "  pcr-values:"
digest=9069ca78e7450a285173431b3e52c5c25299e473
values='"sha1pcrs":[{"index":"pcr_17","value":"'$digest'","pcr_bank":"SHA1"}]'
list='{"pcr_index":"pcr_17","event_log":[{"value":"'$digest'","label":"HASH_START"}],"pcr_bank":"SHA1"}'
echo "{\"pcr_manifest\":{$values,\"pcr_event_log_map\":{\"SHA1\":[$list]}}}" > "$output/manifest"
expect "and so are those of a host manifest" status 1 "$assay" convert "$output/manifest" --to text
expect "by that name" says "  pcr-values:"
expect "without any room there is nothing to write" status 2 "$assay" convert fixtures/logs/txt-sha256.bin --to tcg12 --lossy

# Selections.
expect "a bank that is not asked for is not lost" status 0 "$assay" convert -b sha1 "$boot" --to tcg12 -o "$folder/x"
expect "the selection is said" says "  selected: 36 of 36 events, of banks sha1"
expect "PCRs are selected" status 0 "$assay" convert -p 7,11 "$boot" --to tcg2 -o "$folder/x"
expect "and how many events they have" says "  selected: 14 of 36 events"
expect "the values are those" sh -c "'$assay' replay -p 7,11 '$folder/x' > '$output/a' &&
    '$assay' replay -p 7,11 '$boot' > '$output/b' && cmp '$output/a' '$output/b'"

# Several logs.
tests/cli/craft 4:5:6f6e65 > "$output/one"
tests/cli/craft 5:5:74776f > "$output/two"
tests/cli/craft 4:5:6f6e65 5:5:74776f > "$output/both"
expect "two logs become one" status 0 "$assay" convert "$output/one" "$output/two" --to tcg2 -o "$folder/x"
expect "with the events of both" cmp "$folder/x" "$output/both"
expect "registers and PCRs are no one log" sh -c "printf 'assay-log 1 sha384\nmeasurement-registers\n1 EV_SEPARATOR u32:0\n' > '$output/cc';
    '$assay' convert '$output/cc' '$output/one' --to text; [ \$? -eq 2 ]"
expect "registers are no PCRs" status 1 "$assay" convert "$output/cc" --to txt2
expect "by that name" says "  registers: 1 event"

# A log that is cut.
head -c 150 "$output/both" > "$output/cut"
expect "a log that is cut is trouble" status 2 "$assay" convert "$output/cut" --to text -o "$folder/cut"
expect "with the place" says "at byte"
expect "and leaves no file" test ! -e "$folder/cut"
expect "unless what is sound is wanted" status 0 "$assay" convert "$output/cut" --to tcg2 --lossy -o "$folder/cut"
expect "then the loss is said" says "  truncated: 1 event"
expect "and what was sound is there" cmp "$folder/cut" "$output/one"

# Where it goes.
expect "the log goes to standard output" sh -c "'$assay' convert '$output/one' --to tcg2 | cmp - '$output/one'"
expect "also for -" sh -c "'$assay' convert - --to tcg2 -o - < '$output/one' | cmp - '$output/one'"
cp "$output/one" "$folder/same"
expect "not onto itself" status 2 "$assay" convert "$folder/same" --to text -o "$folder/same"
expect "which stays as it was" cmp "$folder/same" "$output/one"
ln -s same "$folder/link"
expect "not by another name" status 2 "$assay" convert "$folder/same" --to text -o "$folder/link"
expect "a full device is trouble" status 2 "$assay" convert "$output/one" --to text -o /dev/full
expect "a full standard output too" status 2 sh -c "'$assay' convert '$output/one' --to text > /dev/full"
expect "a document wants a file for the log" status 2 "$assay" convert "$output/one" --to text -f json
if script -qec true /dev/null < /dev/null > "$output/script" 2>&1; then
    expect "a terminal gets no binary log" sh -c "! script -qec \"'$assay' convert '$output/one' --to tcg2\" /dev/null < /dev/null"
    expect "but text" script -qec "$assay convert $output/one --to text" /dev/null
    expect "and binary when asked" script -qec "$assay convert $output/one --to tcg2 -o -" /dev/null
fi

# Usage.
expect "--to is wanted" status 2 "$assay" convert "$output/one"
expect "a format that is none" status 2 "$assay" convert "$output/one" --to nonsense
expect "the formats are listed for programs" sh -c "'$assay' convert --to list -f json | grep -q '\"name\":\"tcg2\"'"
expect "the formats are listed" sh -c "'$assay' convert --to list | grep -q '^tcg2 .*crypto-agile'"
expect "a file that is not there" status 2 "$assay" convert "$output/none" --to text
finish
