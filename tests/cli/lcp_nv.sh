#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# assay lcp nv: usage without a TPM; then, where swtpm is installed, the life of the indices on a
# TPM, each step beside tpm2-tools.
set -u
assay=$1
. tests/checks/expect.sh
. tests/swtpm/tpm.sh
lcp=fixtures/policies/lcp
vl=fixtures/policies/vl
po=0x1c10106

# says STATUS TEXT COMMAND...: ends so and prints this text, wherever its lines break
says() {
    wanted=$1
    text=$2
    shift 2
    "$@" > "$output/out" 2>&1
    ended=$?
    tr -s ' \n' ' ' < "$output/out" > "$output/words"
    [ $ended -eq "$wanted" ] && grep -qF -- "$text" "$output/words" || { cat "$output/out"; return 1; }
}

# json STATUS EXPRESSION COMMAND...: of the document d, which fits its schema
json() {
    wanted=$1
    expression=$2
    shift 2
    "$@" --format json > "$output/out" 2> "$output/err"
    [ $? -eq "$wanted" ] && "${PYTHON:-/usr/bin/python3}" -c "import json, jsonschema, sys
d = json.load(open('$output/out'))
jsonschema.validate(d, json.load(open('man/assay-lcp-nv.schema.json')))
sys.exit(not ($expression))" || { cat "$output/out" "$output/err"; return 1; }
}

lines() {
    [ "$(wc -l < "$output/err")" -eq "$1" ]
}

expect "an act is wanted" says 2 "an argument is missing" "$assay" lcp nv
expect "one that there is" says 2 "did you mean 'show'" "$assay" lcp nv shw
expect "write wants a policy" says 2 "write wants a POLICY" "$assay" lcp nv write
expect "show takes none" says 2 "show takes no '$lcp/list-2.4.pol'" "$assay" lcp nv show "$lcp/list-2.4.pol"
expect "an index that is none" says 2 "--index wants po, ps" "$assay" lcp nv show --index pox --tcti device:/nonexistent
expect "an algorithm unknown here" says 2 "--name-alg wants ALG" "$assay" lcp nv define --name-alg md5
expect "a policy digest is hexadecimal" says 2 "--auth-policy wants DIGEST" "$assay" lcp nv define --auth-policy xyz
expect "a password that is too long" says 2 "at most 64 bytes" "$assay" lcp nv show --owner-auth "hex:$(printf '%0132d' 0)"
expect "or no hexadecimal" says 2 "at most 64 bytes" "$assay" lcp nv show --owner-auth hex:0g
expect "or in no file" says 2 "$output/none" "$assay" lcp nv show --owner-auth "file:$output/none"
expect "a policy that is not there" says 2 "$output/none" "$assay" lcp nv write "$output/none"
expect "no TPM there" says 2 "device:/nonexistent: no TPM is to be reached" "$assay" lcp nv show --tcti device:/nonexistent
status 2 "$assay" lcp nv show --tcti device:/nonexistent
expect "in one line with a hint" lines 2

if ! tpm_is_there || ! command -v tpm2_nvread > /dev/null; then
    echo "skipped: swtpm and tpm2-tools are not installed, so there is no TPM to provision"
    finish
fi

tpm_begin owner
export TPM2TOOLS_TCTI="$tcti"

# What tpm2_nvreadpublic says of an index: KEY VALUE
public_has() {
    tpm2_nvreadpublic "$po" > "$output/public" 2>&1 && grep -qF -- "$1" "$output/public" || { cat "$output/public"; return 1; }
}

nv_is() { # nv_is INDEX FILE: by tpm2_nvread
    tpm2_nvread "$1" -C "$1" > "$output/nv" && cmp "$output/nv" "$2"
}

is_undefined() {
    ! tpm2_nvreadpublic "$1" > /dev/null 2>&1
}

expect "an empty TPM has no index" says 0 "not defined: po, ps, aux, sgx, vl, error" "$assay" lcp nv show
expect "in JSON too" json 0 "d['range'] == 'new' and not any(i['defined'] for i in d['indices'])" "$assay" lcp nv show
expect "there is nothing to read" says 2 "the index is not defined" "$assay" lcp nv read
expect "to verify" status 1 "$assay" lcp nv verify "$lcp/multi-3.0.pol"
expect "to lock" says 1 "not-defined" "$assay" lcp nv lock
expect "or to delete" says 1 "not-defined" "$assay" lcp nv delete

expect "a plan says what would be done" says 0 "would be done: 1 define 0x01c10106: 70 bytes, sha256, attributes 0x0204000a" "$assay" lcp nv define --dry-run
expect "and does nothing" is_undefined $po
expect "define does it" status 0 "$assay" lcp nv define
expect "with the attributes of SDG appendix J" public_has "value: 0x204000A"
expect "its size" public_has "size: 70"
expect "its name algorithm" public_has "value: 0xB"
expect "once" says 0 "nothing to do" "$assay" lcp nv define
expect "an index that was never written says so" says 0 "never written: a launch that reads it fails" "$assay" lcp nv show
expect "and can't be read" says 2 "nothing was ever written" "$assay" lcp nv read
expect "nor defined in another way" says 1 "exists" "$assay" lcp nv define --name-alg sha384
expect "unless forced" status 0 "$assay" lcp nv define --name-alg sha384 --force
expect "which replaces it" public_has "value: 0xC"
expect "deleting it" status 0 "$assay" lcp nv delete
expect "leaves nothing" is_undefined $po

expect "lists are wanted" says 1 "no-data" "$assay" lcp nv write "$lcp/multi-3.0.pol"
expect "the right ones" says 1 "data-hash" "$assay" lcp nv write "$lcp/multi-3.0.pol" --data "$lcp/m201-3.2.dat"
expect "and nothing was done" is_undefined $po
expect "write defines, writes, reads back" says 0 "3 done: read back" "$assay" lcp nv write "$lcp/multi-3.0.pol" --data "$lcp/multi-3.0.dat"
expect "what tpm2_nvread reads" nv_is $po "$lcp/multi-3.0.pol"
expect "with the attributes of SDG appendix J, written" public_has "value: 0x2204000A"
expect "show tells what it is" says 0 "launch control policy 3.0, LIST, sha256" "$assay" lcp nv show
expect "and who may change it" says 0 "The owner has no password" "$assay" lcp nv show
"$assay" lcp nv read -o "$output/read"
expect "read gives the same" cmp "$output/read" "$lcp/multi-3.0.pol"
expect "to a pipe as well" sh -c "'$assay' lcp nv read | cmp - '$lcp/multi-3.0.pol'"
expect "verify finds it equal" says 0 "equal: po 0x01c10106" "$assay" lcp nv verify "$lcp/multi-3.0.pol"
expect "writing it again is nothing" says 0 "nothing to do" "$assay" lcp nv write "$lcp/multi-3.0.pol" --data "$lcp/multi-3.0.dat"
printf '\377' | dd of="$output/read" bs=1 seek=30 conv=notrunc 2> /dev/null
expect "a byte that differs has a field" says 1 "differs: po 0x01c10106 and the policy first differ in LcpSignAlgMask, byte 30: 48, not ff" "$assay" lcp nv verify "$output/read"
expect "in JSON" json 1 "d['field'] == 'LcpSignAlgMask' and d['offset'] == 30 and not d['equal']" "$assay" lcp nv verify "$output/read"
expect "deleting lists is refused" says 1 "delete-list" "$assay" lcp nv delete
expect "ANY instead of LIST is remarked and done" says 0 "remark: The index lets only its lists be launched" "$assay" lcp nv write "$lcp/any-3.0-sha256.pol"
expect "and read by tpm2_nvread" nv_is $po "$lcp/any-3.0-sha256.pol"
expect "LIST instead of ANY wants the lists" says 1 "any-to-list" "$assay" lcp nv write "$lcp/multi-3.0.pol"
expect "another size is refused" says 1 "the index has 70 bytes, the policy 86" "$assay" lcp nv write "$lcp/any-3.1-sha384.pol"
expect "or the index replaced" json 0 "[s['step'].split()[0] for s in d['steps'] if s['done']] == ['delete', 'define', 'write', 'read']" "$assay" lcp nv write "$lcp/any-3.1-sha384.pol" --force
expect "by one that has it" nv_is $po "$lcp/any-3.1-sha384.pol"
expect "tpm2-tools may delete it" tpm2_nvundefine $po -C o
expect "what they define" tpm2_nvdefine $po -C o -s 70 -a 0x204000A
expect "is written" status 0 "$assay" lcp nv write "$lcp/any-3.0-sha256.pol"
expect "what they write" tpm2_nvwrite $po -C o -i "$lcp/multi-3.0.pol"
expect "is read" status 0 "$assay" lcp nv verify "$lcp/multi-3.0.pol"
expect "a forced deletion deletes" status 0 "$assay" lcp nv delete --force
expect "all of it" is_undefined $po

# Indices of other attributes, and locks.
expect "an index without lock attributes can't be locked" sh -c "'$assay' lcp nv write '$lcp/any-3.0-sha256.pol' && ! '$assay' lcp nv lock --force"
"$assay" lcp nv delete > /dev/null
tpm2_nvdefine $po -C o -s 70 -a 'ownerwrite|policywrite|authread|no_da|write_stclear' > /dev/null
expect "one with WRITE_STCLEAR must be written first" says 1 "unwritten" "$assay" lcp nv lock
expect "then" status 0 "$assay" lcp nv write "$lcp/any-3.0-sha256.pol"
expect "it is locked" says 0 "1 done: lock for writing" "$assay" lcp nv lock
expect "as tpm2-tools see it" public_has "writelocked"
expect "once" says 0 "nothing to do" "$assay" lcp nv lock
expect "and no more written" says 1 "locked" "$assay" lcp nv write --force "$lcp/multi-3.0.pol"
expect "nor by tpm2-tools" sh -c "! tpm2_nvwrite $po -C o -i '$lcp/multi-3.0.pol'"
expect "but deleted" status 0 "$assay" lcp nv delete
tpm2_nvdefine $po -C o -s 70 -a 'ownerread|ownerwrite' > /dev/null
expect "an index that SINIT could not read is refused" says 1 "attributes: it has 0x00020002, wanted are 0x0204000a" "$assay" lcp nv write "$lcp/any-3.0-sha256.pol"
expect "and shown to be wrong" says 0 "it lacks attributes that SINIT demands" "$assay" lcp nv show
expect "or replaced" status 0 "$assay" lcp nv write "$lcp/any-3.0-sha256.pol" --force
expect "by what it wants" public_has "value: 0x2204000A"
"$assay" lcp nv delete > /dev/null

# tboot's own, larger than one command of the TPM takes.
expect "a verified launch policy is none for the owner's index" says 1 "vlp-in-po" "$assay" lcp nv write "$vl/sha256.pol"
expect "but for tboot's" status 0 "$assay" lcp nv write "$vl/sha256.pol" --index vl
expect "which tpm2_nvread reads" nv_is 0x1c10131 "$vl/sha256.pol"
expect "a launch control policy is none for tboot's" says 1 "lcp-in-vl" "$assay" lcp nv write "$lcp/any-3.0-sha256.pol" --index vl
expect "an index of the old range" status 0 "$assay" lcp nv define --index vl --range old
expect "as public scripts make it" sh -c "tpm2_nvreadpublic 0x1200001 | grep -q 'size: 256'"
expect "takes a smaller policy" status 0 "$assay" lcp nv write "$vl/sha256.pol" --index 0x01200001
expect "and is equal to it" status 0 "$assay" lcp nv verify "$vl/sha256.pol" --index 0x01200001
/usr/bin/python3 -c "import sys
entry = lambda n: bytes([n, 17, 1, 0, 0, 0, 0, 4]) + bytes([n]) * 128
sys.stdout.buffer.write(bytes([2, 0, 11, 1, 0, 0, 0, 0, 0, 0, 0, 8]) + b''.join(map(entry, range(8))))" > "$output/long.pol"
expect "a long one" says 1 "size" "$assay" lcp nv write "$output/long.pol" --index vl
expect "in a longer index" status 0 "$assay" lcp nv write "$output/long.pol" --index vl --force
expect "whole" nv_is 0x1c10131 "$output/long.pol"
expect "tboot's error index" status 0 "$assay" lcp nv define --index error
expect "is everybody's" sh -c "tpm2_nvreadpublic 0x1c10132 | grep -q 'value: 0x2040004'"
expect "and written by tboot without a password" sh -c "printf 12345678 | tpm2_nvwrite 0x1c10132 -C 0x1c10132 -i -"
expect "the supplier's index is refused" says 1 "platform-index" "$assay" lcp nv write "$lcp/any-3.0-sha256.pol" --index ps
tpm2_nvdefine 0x1800001 -C p -s 70 -a 'ppwrite|authread|no_da|platformcreate' > /dev/null
expect "where it is in the old range" says 0 "define 0x01400001" "$assay" lcp nv define --dry-run
expect "there the owner's is not to be in the new" says 1 "other-range: this platform's would be 0x01400001" "$assay" lcp nv define --range new
expect "what the supplier made, no owner deletes" says 2 "TPM2_NV_UndefineSpace" "$assay" lcp nv delete --index ps --force
head -c 22 "$lcp/any-3.0-sha256.pol" > "$output/ps"
printf '\010\0\0\0' >> "$output/ps"
tail -c 44 "$lcp/any-3.0-sha256.pol" >> "$output/ps"
tpm2_nvwrite 0x1800001 -C p -i "$output/ps"
expect "nor his own, where the supplier wants it" sh -c "'$assay' lcp nv write '$lcp/any-3.0-sha256.pol' > /dev/null; '$assay' lcp nv delete | grep -q ps-wants-po"

# Passwords.
tpm_begin guarded
export TPM2TOOLS_TCTI="$tcti"
tpm2_changeauth -c owner secret
expect "without the owner's password" says 2 "wrong password: the owner's is given with --owner-auth" "$assay" lcp nv define
status 2 "$assay" lcp nv define
expect "in one line with a hint" lines 2
expect "what was not done is said" says 2 "1 not done: define" "$assay" lcp nv define
expect "with a wrong one" status 2 "$assay" lcp nv define --owner-auth wrong
expect "with it" status 0 "$assay" lcp nv define --owner-auth secret
echo secret > "$output/password"
expect "from a file" status 0 "$assay" lcp nv write "$lcp/any-3.0-sha256.pol" --owner-auth "file:$output/password"
expect "in hexadecimal" status 0 "$assay" lcp nv delete --owner-auth hex:736563726574
expect "an index with its own could not be read by SINIT" says 1 "index-password" "$assay" lcp nv write "$lcp/any-3.0-sha256.pol" -P str:secret --index-auth own
expect "nor when it is defined alone" says 1 "index-password" "$assay" lcp nv define -P str:secret --index-auth own
expect "so nothing is" is_undefined "$po"
expect "unless forced" status 0 "$assay" lcp nv write "$lcp/any-3.0-sha256.pol" -P str:secret --index-auth own --force
expect "one that has one is not written" says 1 "index-password" "$assay" lcp nv write "$lcp/any-3.1-sha384.pol" -P str:secret
expect "and stays" sh -c "'$assay' lcp nv read --index-auth own | cmp - '$lcp/any-3.0-sha256.pol'"
expect "is not read without" says 2 "does not let it be read" "$assay" lcp nv read
expect "but shown" says 0 "can't be read with the passwords given" "$assay" lcp nv show
expect "and with it read" sh -c "'$assay' lcp nv read --index-auth own | cmp - '$lcp/any-3.0-sha256.pol'"
expect "what can't be read is not deleted" says 1 "unreadable" "$assay" lcp nv delete -P secret
policy=$(printf '%064d' 0 | tr 0 a)
expect "but made anew, if forced" status 0 "$assay" lcp nv write "$lcp/any-3.0-sha256.pol" -P secret --force
expect "without a password" nv_is "$po" "$lcp/any-3.0-sha256.pol"
expect "an owner's policy" status 0 "$assay" lcp nv define --force -P secret --auth-policy "$policy"
expect "is in the index" sh -c "tpm2_nvreadpublic $po | grep -qi 'authorization policy: $policy'"

# Wrong passwords that the TPM would count are not tried.
tpm2_nvdefine 0x1c10132 -C o -P secret -s 8 -a 'authread|authwrite' -p own > /dev/null
printf 12345678 | tpm2_nvwrite 0x1c10132 -C 0x1c10132 -P own -i -
"$assay" lcp nv show > "$output/shown"
expect "an index that counts wrong passwords is shown" grep -q "can't be read with the passwords given" "$output/shown"
uncounted() {
    tpm2_getcap properties-variable > "$output/properties" && grep -A1 'TPM2_PT_LOCKOUT_COUNTER:' "$output/properties" | grep -q '0x0$'
}
expect "or read" says 2 "nobody whose password was given may read it" "$assay" lcp nv read --index error
expect "without a wrong password being counted" uncounted
expect "and read with its own" sh -c "'$assay' lcp nv read --index error --index-auth own | grep -qx 12345678"
expect "an attempt with a wrong one is told" says 2 "which the TPM counts" "$assay" lcp nv read --index error --index-auth wrong

# A TPM in failure mode: a daemon can't find its state in a relative folder.
mkdir "$output/relative"
(cd "$output" && swtpm socket --tpm2 --tpmstate dir=relative --server "type=unixio,path=$output/relative/tpm" \
    --ctrl "type=unixio,path=$output/relative/tpm.ctrl" --flags not-need-init,startup-clear \
    --pid "file=$output/relative/pid" --daemon 2> /dev/null)
wait_for "$output/relative/pid"
tpms="$tpms $(cat "$output/relative/pid")"
expect "a TPM in failure mode is told" says 2 "the TPM is in failure mode until it is reset" "$assay" lcp nv show --tcti "swtpm:path=$output/relative/tpm"
finish
