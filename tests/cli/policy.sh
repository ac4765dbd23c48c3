#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# assay policy: what it computes is what a TPM computes in trial sessions of tpm2-tools.
set -u
assay=$1
. tests/checks/expect.sh
. tests/swtpm/tpm.sh
work=$output/work
mkdir "$work"
boots="old=fixtures/machines/r2-sdboot252-type1 new=fixtures/machines/r3-uki252-no-linux"
raw() { # raw FILE: hexadecimal
    od -An -v -tx1 "$1" | tr -d ' \n'
}
says() { # says WORD COMMAND...: a line that begins with the word
    word=$1
    shift
    "$@" > "$work/out" && grep -q "^$word" "$work/out"
}
status() {
    wanted=$1
    shift
    "$@" > "$work/out" 2> "$work/err"
    [ $? -eq "$wanted" ]
}

expect "a reference is learnt" "$assay" golden learn $boots -o "$work/ref"
expect "of boots and of their reference the policy is the same" \
    sh -c "'$assay' policy or $boots > '$work/a' && '$assay' policy or '$work/ref' > '$work/b' && cmp '$work/a' '$work/b'"
expect "one file holds no two policies" status 2 "$assay" policy pcr "$work/ref" -o "$work/p"
expect "a PCR without a value is not left out" status 2 "$assay" policy pcr "$work/ref" -p 0,17
expect "and is named" grep -q "variant 'old' has no value of PCR 17 of sha256" "$work/err"
expect "nor is it in a PolicyOR" status 2 "$assay" policy or "$work/ref" -p 0,17
expect "which is said once, and no policy is printed" \
    sh -c "! test -s '$work/out' && test \$(grep -c '^assay' '$work/err') -eq 1"
expect "PolicyOR wants two" status 2 "$assay" policy or "$work/ref" --variant old
expect "and prints none of one" sh -c "! test -s '$work/out'"
expect "PolicyAuthorize wants a key" status 2 "$assay" policy authorize "$work/ref"
expect "PolicyNV wants an index" status 2 "$assay" policy nv
expect "what a policy leaves free is said before it" \
    sh -c "'$assay' policy pcr '$work/ref' 2>&1 >'$work/out' | grep -q 'variant old is not bound to'"
expect "unless --quiet asks for silence" \
    sh -c "[ -z \"\$('$assay' policy pcr -q '$work/ref' 2>&1)\" ]"
expect "no policy is printed with --quiet" sh -c "[ -z \"\$('$assay' policy pcr -q '$work/ref')\" ]"
if ! tpm_is_there || ! command -v tpm2_policyor > /dev/null; then
    echo "skipped: swtpm and tpm2-tools are not installed, so there is no TPM to ask"
    finish
fi
tpm_begin policy
export TPM2TOOLS_TCTI="$tcti"

# trial HASH COMMAND...: the policy that a trial session comes to is in $work/trial
trial() {
    hash=$1
    shift
    tpm2_startauthsession -g "$hash" -S "$work/session" && "$@" -S "$work/session" -L "$work/trial" > /dev/null
    tried=$?
    tpm2_flushcontext "$work/session"
    return $tried
}

for hash in sha1 sha256 sha384 sha512; do
    for selection in sha1:0,4 sha256:0,1,4,7 sha384:2 sha1:4,7+sha256:0,4; do
        banks=$(echo "$selection" | tr '+' '\n' | cut -d: -f1 | paste -sd,)
        pcr() { # of the PCRs that all banks of the selection have
            pcrs=$(echo "$selection" | sed 's/.*://')
            selection=$(echo "$banks" | sed "s/,/:$pcrs+/g; s/$/:$pcrs/")
            values=$("$assay" replay --format json fixtures/machines/r2-sdboot252-type1/eventlog.bin | "${PYTHON:-/usr/bin/python3}" -c "
import json, sys
pcrs = json.load(sys.stdin)['pcrs']
print(''.join(pcrs[bank][pcr] for part in '$selection'.split('+') for bank, list in [part.split(':')] for pcr in list.split(',')))")
            echo "$values" | "${PYTHON:-/usr/bin/python3}" -c "import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))" > "$work/values"
            trial "$hash" tpm2_policypcr -l "$selection" -f "$work/values" &&
                "$assay" policy pcr "$work/ref" --variant old --hash "$hash" -b "$banks" -p "$pcrs" -o "$work/policy" &&
                cmp "$work/trial" "$work/policy"
        }
        expect "PolicyPCR of $selection in a session of $hash" pcr
    done
done

either() {
    for variant in old new; do
        "$assay" policy pcr "$work/ref" --variant $variant -o "$work/$variant" || return 1
    done
    trial sha256 tpm2_policyor -l "sha256:$work/old,$work/new" &&
        "$assay" policy or "$work/ref" -o "$work/policy" && cmp "$work/trial" "$work/policy"
}
expect "PolicyOR of two variants" either
recovery() {
    trial sha256 tpm2_policyauthvalue && cp "$work/trial" "$work/recovery" &&
        trial sha256 tpm2_policyor -l "sha256:$work/old,$work/new,$work/recovery" &&
        "$assay" policy or "$work/ref" --branch "$work/recovery" -o "$work/policy" && cmp "$work/trial" "$work/policy"
}
expect "PolicyOR with a branch of somebody else's" recovery
nine() {
    all= words=
    for i in 1 2 3 4 5 6; do
        printf '%032d' $i > "$work/b$i"
        all="$all,$work/b$i"
        words="$words --branch $work/b$i"
    done
    printf '%032d' 7 > "$work/b7"
    trial sha256 tpm2_policyor -l "sha256:$work/old,$work/new$all" && cp "$work/trial" "$work/eight" &&
        trial sha256 tpm2_policyor -l "sha256:$work/eight,$work/b7" &&
        "$assay" policy or "$work/ref" $words --branch "$work/b7" -o "$work/policy" && cmp "$work/trial" "$work/policy"
}
expect "PolicyOR of nine is one of one" nine
expect "a branch of another length is refused" status 2 "$assay" policy or "$work/ref" --branch "$work/err"

for key in "rsa RSA rsa_keygen_bits:2048" "rsa RSA rsa_keygen_bits:3072" "ecc EC ec_paramgen_curve:P-256" "ecc EC ec_paramgen_curve:P-384"; do
    set -- $key
    authorize() {
        openssl genpkey -quiet -algorithm "$2" -pkeyopt "$3" -out "$work/key" && openssl pkey -in "$work/key" -pubout -out "$work/pub" || return 1
        tpm2_loadexternal -C o -G "$1" -u "$work/pub" -c "$work/loaded" -n "$work/name" > /dev/null
        loaded=$?
        tpm2_flushcontext -t
        [ $loaded -eq 0 ] || return 0 # a key that this TPM doesn't know
        trial sha256 tpm2_policyauthorize -i "$work/old" -n "$work/name" &&
            says "$(raw "$work/trial")  authorize $(raw "$work/name")" "$assay" policy authorize "$work/ref" --pub "$work/pub" &&
            says "$(raw "$work/trial")  authorize" "$assay" policy authorize "$work/ref" --key "$work/key" || return 1
        printf '\1\2\377' > "$work/reference"
        trial sha256 tpm2_policyauthorize -i "$work/old" -n "$work/name" -q "$work/reference" &&
            says "$(raw "$work/trial")  authorize" "$assay" policy authorize "$work/ref" --pub "$work/pub" --policy-ref 0102ff
    }
    expect "PolicyAuthorize of a key $3" authorize "$@"
done

nv() {
    tpm2_nvdefine -C o -s 34 -a "ownerread|ownerwrite|authread" 0x01500010 > /dev/null &&
        tpm2_nvreadpublic 0x01500010 > "$work/unwritten" &&
        printf '\0\13%032d' 1 | tpm2_nvwrite -C o -i- 0x01500010 && tpm2_nvreadpublic 0x01500010 > "$work/public"
}
expect "an NV index is made" nv
authorize_nv() {
    trial sha256 tpm2_policyauthorizenv -C o 0x01500010 &&
        says "$(raw "$work/trial")  authorize-nv 0x01500010" "$assay" policy nv --nv-public "$1"
}
expect "PolicyAuthorizeNV" authorize_nv "$work/public"
expect "PolicyAuthorizeNV of an index that isn't written yet" authorize_nv "$work/unwritten"
contents() { # Part 2, 10.3.2: TPMT_HA, of TPM_ALG_SHA256 0x000B
    "$assay" policy or "$work/ref" -o "$work/either" &&
        "$assay" policy nv --nv-public "$work/public" "$work/ref" > "$work/out" &&
        grep -q "^000b$(raw "$work/either")  contents of the index" "$work/out"
}
expect "the index is to hold the policy of either boot" contents
compared() { # compared OPERATION OPERAND OFFSET
    bytes=$("${PYTHON:-/usr/bin/python3}" -c "import sys; sys.stdout.buffer.write(bytes.fromhex('$2'))" | tee "$work/operand" | wc -c)
    [ "$bytes" -gt 0 ] && trial sha256 tpm2_policynv -C o -i "$work/operand" --offset="$3" 0x01500010 "$1" &&
        says "$(raw "$work/trial")  nv 0x01500010" "$assay" policy nv --nv-public "$work/public" --operand "$2" --offset "$3" --operation "$1"
}
for operation in eq neq sgt ugt slt ult sge uge sle ule bs bc; do
    expect "PolicyNV $operation" compared $operation 000b 0
done
expect "PolicyNV from a byte on" compared uge 3030 2
finish
