#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# golden learn: boots as a user names them, what is refused of them, and what they make; a prediction
# and the boot that was predicted are one variant.
set -u
assay=$1
. tests/checks/expect.sh
uki=fixtures/machines/b1-uki252
shim=fixtures/machines/d1-shim-grub206-sb
recorded=fixtures/machines/r2-sdboot252-type1
ref=$output/ref.json

learns() { # learns STATUS ARGUMENT...
    wanted=$1
    shift
    rm -f "$ref"
    "$assay" golden learn "$@" -o "$ref" 2> "$output/err"
    [ $? -eq "$wanted" ] && { [ "$wanted" -eq 0 ] || [ ! -e "$ref" ]; }
}

said() {
    grep -q -- "$1" "$output/err"
}

asks() { # asks EXPRESSION: python's, of the reference
    "${PYTHON:-/usr/bin/python3}" -c "
import json, sys
r = json.load(open(sys.argv[1]))
variants = [v['name'] for v in r['variants']]
sys.exit(not ($1))" "$ref"
}

twice() { # twice ARGUMENT...
    "$assay" golden learn "$@" -o "$output/one" && "$assay" golden learn "$@" -o "$output/two" &&
        cmp "$output/one" "$output/two"
}

expect "a machine folder makes a reference" learns 0 "$uki"
expect "whose variant is called by it" asks "variants == ['b1-uki252']"
expect "a slash behind its name means nothing" learns 0 "$uki/"
expect "and the inputs are named by the folder" asks "r['inputs'][0]['name'] == 'b1-uki252/eventlog.bin'"
expect "two boots are two variants" learns 0 old="$uki" new="$shim"
expect "of the names given" asks "variants == ['old', 'new']"
expect "two runs make the same bytes" twice old="$uki" new="$shim" --set name=image
expect "two boots of one name are one variant" learns 0 host="$uki" host="$shim"
expect "in which steps vary, and their PCRs are not held" \
    asks "variants == ['host'] and any('varies' in s for s in r['steps']) and '4' not in r['variants'][0]['values']['sha256']"
expect "logs and values with commas between are one boot" learns 0 "$uki/eventlog.bin,$uki/ima.bin,$uki/pcrs.json"
expect "observed" asks "r['variants'][0]['confidence']['sha256']['observed'].startswith('0-')"
expect "a log alone is replayed" learns 0 "$uki/eventlog.bin"
expect "and says so" asks "list(r['variants'][0]['confidence']['sha256']) == ['replayed']"
expect "values alone are a variant" learns 0 "$uki/pcrs.json"
expect "without steps" asks "'steps' not in r and '0' in r['variants'][0]['values']['sha256']"
expect "of PCRs only those that are asked for" learns 0 -p 0-7 -b sha256 "$uki"
expect "in the banks that are asked for" \
    asks "set(r['variants'][0]['values']) == {'sha256'} and set(r['variants'][0]['values']['sha256']) == set('01234567')"

# A TPM of SHA-256 alone: its kernel's list states SHA-1 nevertheless, and is of PCR 10.
narrow() {
    "$assay" convert -q -b sha256 "$uki/eventlog.bin" --to tcg2 -o "$output/narrow" &&
        learns 0 narrow="$output/narrow,$uki/ima.bin"
}
expect "a firmware's log without SHA-1 is learnt with the kernel's" narrow
expect "of SHA-1 there is what that list extends" \
    asks "set(r['variants'][0]['values']['sha1']) == {'10'}"
expect "and what nothing extended is held in the bank of firmware's log alone" \
    asks "set(r['variants'][0]['values']['sha256']['12']) == {'0'}"

# What differs between boots of one name varies, and nothing else, though all are alike in kind.
modules() { # modules FILE NAME...: the log of a GRUB that loads these
    of=$output/$1
    shift
    { echo "assay-log 1 sha256" && printf '8 EV_IPL "grub_cmd: insmod %s\\0"\n' "$@"; } > "$output/text" &&
        "$assay" convert "$output/text" --to tcg2 -o "$of"
}
vary() { # vary NAME...: exactly these
    asks "[s['what'].split()[-1] for s in r['steps'] if 'varies' in s] == '$*'.split()"
}
boots() { # boots STATUS FILE
    "$assay" golden check -q "$ref" "$output/$2"
    [ $? -eq "$1" ]
}
modules all fat part_gpt ext2 gzio linux video
modules fewer part_gpt ext2 linux video
modules other fat part_gpt ext2 gzio linux efi_gop
for first in all fewer; do
    second=$([ $first = all ] && echo fewer || echo all)
    expect "a boot that measures less is learnt ($first first)" learns 0 one="$output/$first" one="$output/$second"
    expect "what it leaves out varies, and what comes behind does not ($first first)" vary fat gzio
    expect "both are of the reference ($first first)" boots 0 all
    expect "whichever it is ($first first)" boots 0 fewer
    expect "a third is not ($first first)" boots 1 other
done
expect "a boot that measures otherwise is learnt" learns 0 one="$output/all" one="$output/other"
expect "the one command varies" vary video
expect "and may be another" boots 0 other
expect "but not be missing with others" boots 1 fewer

# What the TPM had and the log does not tell.
expect "a TPM that measured more than the log says is refused" learns 1 fixtures/machines/k1-userspace-extends
expect "by the PCR" said "PCR 11 of bank sha1 is not what the log folds to"
expect "unless that is left out" learns 0 -p 0-9 fixtures/machines/k1-userspace-extends
expect "values that contradict each other are refused" learns 2 "$uki/eventlog.bin,$uki/pcrs.json,$shim/pcrs.json"
expect "the logs of two machines are no boot" learns 2 "$uki/eventlog.bin,$shim/eventlog.bin"
expect "and that is said" said "a log of another boot"
expect "nor is a log with another boot's list" learns 1 "$uki/eventlog.bin,$shim/ima.bin"
expect "whose boot_aggregate tells" said "boot_aggregate is not the hash of these PCRs"
head -c 3000 "$uki/eventlog.bin" > "$output/cut.bin"
expect "a log that is cut is refused" learns 2 "$output/cut.bin"
expect "with the place" said "at byte 2864 (event 13"
expect "what is neither a log nor values is refused" learns 2 README.md
expect "nothing is nothing to learn from" learns 2
cp "$uki/eventlog.bin" "$output/a=b,c.bin"
expect "a file whose name has '=' and ',' is that file" learns 0 "$output/a=b,c.bin"

# Of nothing no boot could ever be.
expect "a log without the bank that is asked for is refused" learns 2 -b sha256 fixtures/machines/h3-sha1/eventlog.bin
expect "and that is said" said "eventlog.bin' has no bank that --bank asks for"
expect "values without it, too" learns 2 -b sm3_256 "$uki/pcrs.json"
expect "one of two banks will do" learns 0 -b sha1,sha256 fixtures/machines/h3-sha1/eventlog.bin

# What it says of itself.
expect "properties are set" learns 0 "$uki" --set name=image --set version=2026.01 --set component.uki.vendor=us
expect "and stand there" asks "r['name'] == 'image' and r['version'] == '2026.01' and any(c.get('vendor') == 'us' for c in r['components'])"
expect "one that there is not is refused" learns 2 "$uki" --set colour=red
expect "and so is a value that can't be" learns 2 "$uki" --set not-after=tomorrow
expect "nor is a name taken that can't be shown" learns 2 "$uki" --set name="$(printf 'a\033[2Jb')"
strange=$output/$(printf 'a\377.bin')
cp "$uki/eventlog.bin" "$strange"
expect "nor is a file's" learns 2 one="$strange"
expect "which is the file that is spoken of" said "a.xff.bin: the file's name has characters that can't be shown"
expect "whatever becomes of the file" learns 2 "$uki" --input "$strange"
expect "and says so, too" said "a.xff.bin: the file's name has characters that can't be shown"
expect "inputs are noted by their hash" learns 0 "$uki" --input README.md
hash=$(sha256sum < README.md)
expect "which is the file's" asks "r['inputs'][-1] == {'name': 'README.md', 'kind': 'artefact', 'size': $(stat -c %s README.md), 'sha256': '${hash%% *}'}"

# A canonical log has the records of firmware, kernel and systemd in one.
canonical() { # canonical MACHINE FORMAT: the log, and what is exported of it, are the machine's boot
    "$assay" golden learn "$1" -o "$output/canonical.ref" &&
        "$assay" convert "$1/eventlog.bin" "$1/ima.bin" --to "$2" -o "$output/log" &&
        "$assay" export "$output/canonical.ref" --to "$2" -q -o "$output/exported" &&
        "$assay" golden check "$output/canonical.ref" "$output/log" &&
        "$assay" golden check "$output/canonical.ref" "$output/exported"
}
for format in cel-json cel-tlv; do
    expect "a boot's log in $format is that boot" canonical "$uki" $format
    expect "with a list that goes on, too ($format)" canonical "$shim" $format
done
another() {
    "$assay" golden check "$output/canonical.ref" "$uki"
    [ $? -eq 1 ]
}
expect "and another boot is not" another

# A guest's registers are no PCRs.
printf '{"rtmr": {"0": "%096d"}}' 5 > "$output/rtmr.json"
expect "registers beside a log of PCRs are refused" learns 2 "$uki/eventlog.bin,$output/rtmr.json"
expect "with what can be done" said "its own logs and values"
expect "and so they are for a variant of PCRs" learns 2 x=$uki "x=$output/rtmr.json"
expect "with the reason" said "the other measurement registers"

# A reference is no boot.
"$assay" golden learn $uki -o "$output/first"
expect "a reference is not learnt from" learns 2 "x=$output/first"
expect "with what puts references together" said "assay golden merge"

# A prediction.
predicts() {
    tests/rig/from-boot $recorded > "$output/boot.json" &&
        "$assay" predict --scenario "$output/boot.json" -o "$output/boot.log"
}
expect "a boot is predicted" predicts
expect "and learnt from" learns 0 --predicted 2026.01="$output/boot.log"
expect "as what it is" asks "variants == ['2026.01'] and list(r['variants'][0]['confidence']['sha256']) == ['predicted'] and r['inputs'][0]['kind'] == 'prediction'"
cp "$ref" "$output/predicted"
expect "the machine that boots it matches" "$assay" golden check -q "$output/predicted" $recorded
expect "and is no other variant" learns 0 --predicted 2026.01="$output/boot.log" $recorded
expect "whose values are now observed" asks "variants == ['2026.01'] and list(r['variants'][0]['confidence']['sha256']) == ['observed']"
finish
