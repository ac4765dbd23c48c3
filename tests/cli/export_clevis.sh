#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# assay export --to clevis: a secret that clevis binds to a boot before it happened, on a TPM that
# then measures that boot, or another.
set -u
assay=$1
. tests/checks/expect.sh
. tests/swtpm/tpm.sh
good=fixtures/machines/b1-uki252/eventlog.bin
other=fixtures/machines/k1-userspace-extends/eventlog.bin
quiet="$assay export -q"

# extend LOG [PCR]: the TPM measures the log's events, with one bit of the first of a PCR turned over
extend() {
    "$assay" show --format json "$1" | /usr/bin/python3 -c 'import json, sys
tampered = sys.argv[1:]
for event in json.load(sys.stdin)["events"]:
    digests = event["digests"]
    if event["type_name"] == "EV_NO_ACTION":
        continue
    if str(event["pcr"]) in tampered:
        tampered.remove(str(event["pcr"]))
        digests = {alg: "%02x" % (int(hex[:2], 16) ^ 1) + hex[2:] for alg, hex in digests.items()}
    print("%d:%s" % (event["pcr"], ",".join("=".join(each) for each in digests.items())))' \
        ${2:+"$2"} > "$output/extends"
    xargs -n 8 tpm2_pcrextend < "$output/extends"
}

begin() { # begin NAME: a TPM that has measured nothing yet
    tpm_begin "$1"
    export TPM2TOOLS_TCTI="$tcti"
}

encrypt() { # encrypt PIN CONFIG
    printf 'the secret' | clevis encrypt "$1" "$(cat "$2")" > "$output/secret.jwe"
}

# What clevis leaves open on a TPM without a resource manager, as this one is, adds up.
flush() {
    tpm2_flushcontext --loaded-session && tpm2_flushcontext --transient-object
}

decrypts() {
    flush
    [ "$(clevis decrypt < "$output/secret.jwe")" = "the secret" ]
}

refuses() {
    flush
    ! clevis decrypt < "$output/secret.jwe"
}

round_trip() { # round_trip CONFIG
    "$assay" import -q "$1" --from clevis -o "$output/read.ref" &&
        $quiet "$output/read.ref" --to clevis -o "$output/written.json" && cmp "$1" "$output/written.json"
}

one=$output/one.json
two=$output/two.json
expect "a configuration for a boot is written" $quiet "$good" --to clevis -b sha256 -p 0,4,7,11 -o "$one"
expect "and one for two" $quiet "a=$good" "b=$other" --to clevis -b sha256 -p 4,11 -o "$two"
expect "they come back as they were" round_trip "$one"
expect "with two boots, too" round_trip "$two"
expect "a digest of the values is no value of several" sh -c "
    sed 's/\"0,4,7,11\"/\"0,4\"/' '$one' > '$output/less.json'
    '$assay' import '$output/less.json' --from clevis -o '$output/less.ref' 2>&1 | grep -q 'pcr_digest: 128 bytes, where 2 of 32'"
expect "base64 of another alphabet is refused" sh -c "
    sed 's/\"pcr_digest\":\"./&+/' '$one' > '$output/plus.json'
    '$assay' import '$output/plus.json' --from clevis -o '$output/plus.ref' 2>&1 | grep -q 'pcr_digest: no base64url'"
expect "a bank that the boot hasn't is refused" sh -c "! $quiet '$good' --to clevis -b sm3_256 -o '$output/none.json'"

if ! tpm_is_there || ! command -v clevis > /dev/null; then
    echo "skipped: swtpm or clevis is not installed"
    finish
fi

begin one
expect "clevis takes it before the boot" encrypt tpm2 "$one"
expect "and has no secret for a TPM that measured nothing" refuses
expect "the machine boots" extend "$good"
expect "and has the secret" decrypts
expect "but not after one more event" sh -c "tpm2_pcrextend 7:sha256=$(printf '%064d' 0) && ! clevis decrypt < '$output/secret.jwe'"

for pcr in 0 4 7 11; do
    begin "tampered-$pcr"
    encrypt tpm2 "$one"
    extend "$good" "$pcr"
    expect "a boot with another event in PCR $pcr has no secret" refuses
done

# Of sss clevis tries all pins at once, which a TPM without a resource manager has no room for.
decrypts_in_the_end() {
    for try in 1 2 3 4 5 6 7 8 9 10; do
        decrypts && return
    done
    return 1
}

pin() { # pin NUMBER: of the two
    /usr/bin/python3 -c 'import json, sys
print(json.dumps(json.load(open(sys.argv[1]))["pins"]["tpm2"][int(sys.argv[2])]))' "$two" "$1" > "$output/pin.json"
}

number=0
for boot in $good $other; do
    begin "two-$number"
    expect "clevis takes pins for two boots" encrypt sss "$two"
    extend "$boot"
    expect "and $boot has the secret" decrypts_in_the_end
    begin "own-$number"
    pin $number
    encrypt tpm2 "$output/pin.json"
    extend "$boot"
    expect "by the pin of its own" decrypts
    begin "others-$number"
    pin $((1 - number))
    encrypt tpm2 "$output/pin.json"
    extend "$boot"
    expect "and not by the other's" refuses
    number=$((number + 1))
done
finish
