#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What assay export --to fapi writes, given to libtss2-fapi: it seals to a boot and unseals in it.
set -u
assay=$1
. tests/checks/expect.sh
. tests/swtpm/tpm.sh
work=$output/work
mkdir "$work"
# Recorded boots; their PCRs are what the TPM has once their events are extended.
old=fixtures/machines/r2-sdboot252-type1
new=fixtures/machines/r3-uki252-no-linux

exported() { # exported FOLDER ARGUMENT...
    folder=$1
    shift
    "$assay" export "$@" --to fapi -o "$work/$folder"
}

again() { # again FOLDER ARGUMENT...: what is read back is written the same
    folder=$1
    shift
    "$assay" import "$work/$folder" --from fapi -o "$work/$folder.ref" &&
        "$assay" export "$work/$folder.ref" --to fapi -o "$work/$folder.again" "$@" && diff -r "$work/$folder" "$work/$folder.again"
}

expect "one boot is exported" exported one "name=$old"
expect "and comes back" again one
expect "two boots are exported" exported two "old=$old" "new=$new"
expect "and come back" again two
many= # ten variants that differ, of one boot's values
ten() {
    for i in 0 1 2 3 4 5 6 7 8 9; do
        "${PYTHON:-/usr/bin/python3}" -c "
import json
print(json.dumps({'sha256': {'0': '%064x' % 7, '15': '%064x' % $i}}))" > "$work/v$i.json"
        many="$many v$i=$work/v$i.json"
    done
    exported ten $many
}
expect "ten are exported" ten
expect "and come back" again ten
expect "an NV index is named" exported nv "old=$old" "new=$new" --set nv-path=/nv/Owner/boot
keys() {
    openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$work/rsa.pem" &&
        openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/ecc.pem"
}
expect "keys are made" keys
for key in rsa ecc; do
    expect "$key signs two boots" exported $key "old=$old" "new=$new" --key "$work/$key.pem" --set policy-ref=0102
    expect "which come back" "$assay" import "$work/$key" --from fapi -o "$work/$key.ref"
    same() {
        "$assay" policy or "$work/two.ref" > "$work/a" && "$assay" policy or "$work/$1.ref" > "$work/b" && cmp "$work/a" "$work/b"
    }
    expect "as the same" same $key
done

refused() { # refused TEXT DOCUMENT
    printf '%s' "$2" > "$work/bad.json"
    "$assay" import "$work/bad.json" --from fapi -o "$work/bad.ref" 2> "$work/err"
    [ $? -eq 2 ] && grep -qF -- "$1" "$work/err"
}
value='{"pcr":4,"hashAlg":"sha1","digest":"0000000000000000000000000000000000000000"}'
expect "a PCR that is none is refused" refused 'policy[0].pcrs[0].pcr: ' '{"policy":[{"type":"POLICYPCR","pcrs":[{"pcr":24}]}]}'
expect "two values of one PCR are refused" refused 'policy[0].pcrs[1].pcr: PCR 4' '{"policy":[{"type":"POLICYPCR","pcrs":['"$value,$value"']}]}'
expect "values that a TPM is asked for are refused" refused 'policy[0].pcrs: is no list of values' '{"policy":[{"type":"POLICYPCR","currentPCRs":[4]}]}'
expect "another assertion is refused" refused 'policy[0].type: is neither' '{"policy":[{"type":"POLICYPASSWORD"}]}'
expect "a key twice is refused" refused 'a key stands there twice' '{"policy":[],"policy":[]}'
expect "what has no policy is refused" refused 'policy: is no list of policies' '{}'

if ! tpm_is_there || ! command -v tss2_import > /dev/null || [ ! -d /etc/tpm2-tss/fapi-profiles ]; then
    echo "skipped: swtpm and libtss2-fapi's tools are not installed"
    finish
fi
tpm_begin fapi
export TPM2TOOLS_TCTI="$tcti" TSS2_FAPICONF="$work/fapi.json"
mkdir "$work/user" "$work/system" "$work/log"
cat > "$TSS2_FAPICONF" << CONFIG
{ "profile_name": "P_ECCP256SHA256", "profile_dir": "/etc/tpm2-tss/fapi-profiles/", "user_dir": "$work/user",
  "system_dir": "$work/system", "log_dir": "$work/log", "tcti": "$tcti", "ek_cert_less": "yes", "system_pcrs": [] }
CONFIG
printf 'the key of a disk' > "$work/secret"

boots() { # boots LOG
    tpm2_shutdown -c && swtpm_ioctl --unix "$control" -i && tpm2_startup -c &&
        tpm2_pcrextend $("$assay" show --format json "$1/eventlog.bin" | "${PYTHON:-/usr/bin/python3}" -c "
import json, sys
for event in json.load(sys.stdin)['events']:
    if event['type_name'] != 'EV_NO_ACTION':
        print('%d:%s' % (event['pcr'], ','.join(f'{alg}={digest}' for alg, digest in event['digests'].items())))")
}
sealed() { # sealed FOLDER
    for file in "$work/$1"/*.json "$work/$1"/approved/*.json; do
        [ ! -e "$file" ] || tss2_import -p "/policy/$1-$(basename "$file" .json)" -i "$file" || return 1
    done
    [ ! -e "$work/$1/variants.json" ] || { tss2_createnv -p /nv/Owner/boot -s 34 -t noda -a "" &&
        tss2_writeauthorizenv -p /nv/Owner/boot -P "/policy/$1-variants"; } || return 1
    tss2_createseal -p "/HS/SRK/$1" -P "/policy/$1-policy" -i "$work/secret" -a ""
}
clear_tpm() { # of what the library leaves there when it fails
    tpm2_flushcontext -t && tpm2_flushcontext -l && tpm2_flushcontext -s
}
choice() { # choice FOLDER POLICY: its number in the list that is asked about
    echo | tss2_unseal -p "/HS/SRK/$1" -o "$work/unsealed" -f 2>&1 | sed -n "s|^ *\\([0-9]*\\) .*$2\$|\\1|p"
    clear_tpm
}
opens() { # opens FOLDER [BRANCH]
    echo "${2:-}" | tss2_unseal -p "/HS/SRK/$1" -o "$work/unsealed" -f && cmp "$work/secret" "$work/unsealed"
}
refuses() { # refuses FOLDER [BRANCH]
    rm -f "$work/unsealed"
    ! opens "$@" && [ ! -s "$work/unsealed" ] && clear_tpm
}
expect "FAPI is provisioned" tss2_provision
for folder in one two rsa ecc nv; do
    expect "a secret is sealed to $folder" sealed $folder
done
expect "the old boot boots" boots $old
expect "one: it unseals" opens one
expect "two: it unseals as the first branch" opens two 1
for key in rsa ecc; do
    expect "$key: it unseals by its signature" opens $key "$(choice $key "$key-01-old")"
done
expect "nv: it unseals as the first branch" opens nv 1
expect "two: and not as the second" refuses two 2
expect "the new boot boots" boots $new
expect "two: it unseals as the second branch" opens two 2
for key in rsa ecc; do
    expect "$key: it unseals by its signature" opens $key "$(choice $key "$key-02-new")"
    expect "$key: and not by the other one" refuses $key "$(choice $key "$key-01-old")"
done
expect "one: it doesn't unseal" refuses one
expect "neither boots" boots fixtures/machines/r1-shell-startup
for folder in one two rsa ecc nv; do
    expect "$folder: it doesn't unseal" refuses $folder 1
done
finish
