#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# lcp verify, lcp allows and lcp diff: status, words, documents.
set -u
assay=$1
. tests/checks/expect.sh
policies=fixtures/policies/lcp
mle=6a0d3d3fd46de2a8cacba87d3d84fd7dc63ba08f11790595134144078c901ea5

# narrow COMMAND...: no line of it is wider than 80 columns
narrow() {
    ! COLUMNS=80 "$@" | grep -E '^.{81,}'
}

# fits VERB ARGUMENT...: the document is what the verb's schema says
fits() {
    "$assay" lcp "$@" --format json > "$output/document"
    /usr/bin/python3 - "$1" "$output/document" << 'END'
import json, sys, jsonschema
schema = json.load(open(f"man/assay-lcp-{sys.argv[1]}.schema.json"))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
assert not validator.is_valid({}), "the schema accepts {}"
validator.validate(json.load(open(sys.argv[2])))
END
}

# flipped FILE BYTE: a copy with the byte's bits flipped
flipped() {
    /usr/bin/python3 - "$1" "$2" "$output/flipped" << 'END'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[int(sys.argv[2])] ^= 0xFF
open(sys.argv[3], "wb").write(data)
END
}

# verify
# A policy with this in its version looks like a list, and is to be judged as what it is meant to be.
/usr/bin/python3 -c "
d = bytearray(open('$policies/any-3.0-sha256.pol', 'rb').read())
d[1] = 1
open('$output/as-list', 'wb').write(d)"
expect "a damaged policy against the reviewed one is unsound" status 1 "$assay" lcp verify --expect $policies/any-3.0-sha256.pol "$output/as-list"
expect "and its version named" has "Version" "$assay" lcp verify --expect $policies/any-3.0-sha256.pol "$output/as-list"
expect "a policy beside its data is sound" status 0 "$assay" lcp verify $policies/multi-3.0.pol $policies/multi-3.0.dat
expect "in whatever order they are named" status 0 "$assay" lcp verify $policies/multi-3.0.dat $policies/multi-3.0.pol
expect "with notes, which --strict counts" status 1 "$assay" lcp verify --strict $policies/multi-3.0.pol $policies/multi-3.0.dat
expect "a policy of other data is not" status 1 "$assay" lcp verify $policies/m201-3.2.pol $policies/multi-3.0.dat
expect "and PolicyHash is named" has "PolicyHash at byte 38" "$assay" lcp verify $policies/m201-3.2.pol $policies/multi-3.0.dat
expect "a signed list is sound" status 0 "$assay" lcp verify $policies/l200-p256.lst
for byte in 0 2 4 8 20 58 60 62 66 98 130 193; do
    flipped $policies/l200-p256.lst $byte
    expect "byte $byte of it can't change" status 1 "$assay" lcp verify "$output/flipped"
done
for byte in 0 31 33 35 36 44 100 1000; do
    flipped $policies/multi-3.0.dat $byte
    expect "byte $byte of policy data can't change" status 1 "$assay" lcp verify $policies/multi-3.0.pol "$output/flipped"
done
for byte in 0 1 2 4 6 23 25 27 29 33 36 40 69; do
    flipped $policies/multi-3.0.pol $byte
    expect "byte $byte of a policy can't change" status 1 "$assay" lcp verify "$output/flipped" $policies/multi-3.0.dat
done
flipped $policies/multi-3.0.pol 26
expect "MaxSinitMinVer can, unless it is expected" status 0 "$assay" lcp verify "$output/flipped" $policies/multi-3.0.dat
expect "to be another" status 1 "$assay" lcp verify --expect $policies/multi-3.0.pol "$output/flipped" $policies/multi-3.0.dat
expect "and then it is named" has "MaxSinitMinVer at byte 26" "$assay" lcp verify --expect $policies/multi-3.0.pol "$output/flipped" $policies/multi-3.0.dat
"$assay" lcp show --format json $policies/multi-3.0.pol $policies/multi-3.0.dat > "$output/reviewed.json"
expect "what show printed can be expected" status 0 "$assay" lcp verify --expect "$output/reviewed.json" $policies/multi-3.0.pol $policies/multi-3.0.dat
expect "and differs from another" status 1 "$assay" lcp verify --expect "$output/reviewed.json" "$output/flipped" $policies/multi-3.0.dat
expect "an empty file is trouble" status 2 "$assay" lcp verify /dev/null
expect "and one that isn't there" status 2 "$assay" lcp verify "$output/none"
printf abc > "$output/abc"
expect "what is nothing of TXT is not sound" status 1 "$assay" lcp verify "$output/abc"
expect "--quiet says nothing" test -z "$("$assay" lcp verify -q $policies/m201-3.2.pol $policies/multi-3.0.dat)"
expect "lines end before 80 columns" narrow "$assay" lcp verify -v $policies/m201-3.2.pol $policies/m201-3.2.dat

# allows
expect "an MLE of the list is accepted" status 0 "$assay" lcp allows --po $policies/multi-3.0.pol --po-data $policies/multi-3.0.dat --mle-digest sha256:$mle --sinit-version 30 --no-stm --pcr-values fixtures/machines/d1-shim-grub206-sb/pcrs.json
expect "another is refused" status 1 "$assay" lcp allows --po $policies/multi-3.0.pol --po-data $policies/multi-3.0.dat --mle-digest sha256:$(printf '00%.0s' $(seq 32)) --sinit-version 30 --no-stm
expect "with the code that SINIT leaves" has "TXT.ERRORCODE 0xc0001061" "$assay" lcp allows --po $policies/multi-3.0.pol --po-data $policies/multi-3.0.dat --mle-digest sha256:$(printf '00%.0s' $(seq 32)) --sinit-version 30 --no-stm
expect "without an MLE that is unknown" has "unknown: " "$assay" lcp allows --po $policies/multi-3.0.pol --po-data $policies/multi-3.0.dat
expect "and the status 1" status 1 "$assay" lcp allows --po $policies/multi-3.0.pol --po-data $policies/multi-3.0.dat
expect "a list without its data is refused" has "data file" "$assay" lcp allows --po $policies/multi-3.0.pol
expect "ANY is accepted" status 0 "$assay" lcp allows --po $policies/any-3.0-sha256.pol --sinit-version 23
expect "by a SINIT that is new enough" status 1 "$assay" lcp allows --po $policies/any-3.0-sha256.pol --sinit-version 22
expect "a policy of TPM 1.2 goes by TPM 1.2" has '"tpm":"1.2"' "$assay" lcp allows --format json --po $policies/any-2.4.pol --sinit-version 30
expect "without any policy there is nothing to ask" status 2 "$assay" lcp allows --mle-digest sha256:$mle
expect "a command line goes with an MLE" status 2 "$assay" lcp allows --cmdline x
expect "a digest has its length" status 2 "$assay" lcp allows --mle-digest sha256:00
/usr/bin/python3 -c "
d = bytearray(open('$policies/mle2-sha256.elt', 'rb').read())
d[8:12] = b'\\xff' * 4 # PolEltControl
open('$output/flags', 'wb').write(d)"
expect "lcp show wraps as many flags as there are" narrow "$assay" lcp show "$output/flags"
expect "and names them" has "bit 31" "$assay" lcp show "$output/flags"
expect "and what it says of signatures" narrow "$assay" lcp show $policies/l300-pss2048-sha256.lst
expect "lcp show --quiet prints nothing" status 0 sh -c "! '$assay' lcp show --quiet $policies/l200-multi.lst | grep -q ."
expect "lines end before 80 columns" narrow "$assay" lcp allows -v --po $policies/multi-3.0.pol --po-data $policies/multi-3.0.dat

expect "an element is held to the rules of elements" status 0 "$assay" lcp verify $policies/mle2-sha256.elt
expect "a policy of type LIST without its data gets a note" has "PolicyType at byte 4" "$assay" lcp verify $policies/multi-3.0.pol

# diff
expect "a file is the same as itself" status 0 "$assay" lcp diff $policies/multi-3.0.dat $policies/multi-3.0.dat
expect "two policies differ" status 1 "$assay" lcp diff $policies/any-3.0-sha256.pol $policies/multi-3.0.pol
expect "by their fields" has "changed PolicyControl at byte 22" "$assay" lcp diff $policies/any-3.0-sha256.pol $policies/multi-3.0.pol
expect "two kinds can't be compared" status 2 "$assay" lcp diff $policies/any-3.0-sha256.pol $policies/multi-3.0.dat
expect "elements are added and removed" has "added" "$assay" lcp diff $policies/multi-3.0.dat $policies/m201-3.2.dat

# documents
expect "verify's document fits" fits verify $policies/multi-3.0.pol $policies/multi-3.0.dat
expect "and that of what is wrong" fits verify $policies/m201-3.2.pol $policies/multi-3.0.dat "$output/abc"
expect "allows' document fits" fits allows --po $policies/multi-3.0.pol --po-data $policies/multi-3.0.dat --mle-digest sha256:$mle --sinit-version 30 --no-stm
expect "and of a refusal" fits allows --po $policies/multi-3.0.pol
expect "diff's document fits" fits diff $policies/multi-3.0.dat $policies/m201-3.2.dat
finish
