#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# assay replay, as people read it.
set -u
assay=$1
. tests/checks/expect.sh

boot=fixtures/machines/d1-shim-grub206-sb
one=fixtures/machines/h3-sha1

has() {
    text=$1
    shift
    "$@" 2>&1 | grep -qF -- "$text"
}

# The values of the TPM for PCR 0 to 9, one a line.
values() {
    /usr/bin/python3 -c 'import json, sys
for bank in json.load(open(sys.argv[1])).values():
    for pcr in "0123456789": print(bank[pcr][:64])' "$1/pcrs.json"
}

all_there() {
    "$assay" replay -v "$1" > "$output/replay" && values "$1" | while read -r value; do
        grep -qF "$value" "$output/replay" || exit 1
    done
}

for log in fixtures/machines/*/eventlog.bin; do
    machine=${log%/eventlog.bin}
    expect "every value of the TPM: $machine" all_there "$machine"
    expect "80 columns: $machine" within 80 "$assay" replay -v "$machine"
done
for log in fixtures/malformed/*.bin ../shared/corpus/*/*.bin; do
    [ ! -e "$log" ] || expect "80 columns: $log" within 80 "$assay" replay "$log"
done
expect "status 0" status 0 "$assay" replay "$boot"
expect "the logs of a folder or by their names are the same" sh -c "'$assay' replay '$boot' > '$output/a' &&
    '$assay' replay '$boot/eventlog.bin' '$boot/ima.bin' | cmp - '$output/a' &&
    '$assay' replay - '$boot/ima.bin' < '$boot/eventlog.bin' | cmp - '$output/a'"
expect "PCRs that were never extended are named" has "PCR 10-13,15-23: never extended" "$assay" replay "$boot/eventlog.bin"
expect "and PCR 10 is, where IMA's list is beside" has "PCR 11-13,15-23: never extended" "$assay" replay "$boot"
expect "and shown with -v" has "  23  0000000000000000000000000000000000000000" "$assay" replay -v "$one"
expect "--bank" sh -c "[ \$('$assay' replay -b sha256 '$boot' | grep -c '^sha') -eq 1 ]"
expect "--pcr" sh -c "[ \$('$assay' replay -b sha256 -p 0,7 '$boot' | grep -cE '^ +[0-9]+  ') -eq 2 ]"
expect "-q" sh -c "[ -z \"\$('$assay' replay -q '$boot')\" ]"
expect "-o" sh -c "'$assay' replay -o '$output/file' '$boot' && '$assay' replay '$boot' | cmp - '$output/file'"
expect "two logs of one boot" status 0 "$assay" replay "$boot" "$boot"
expect "a text longer than a line goes on below its beginning" has \
    "      4f79fa81707120459fbe42721821d39f" "$assay" replay -b sha384 -p 0 "$boot"

# A log that is cut: what was whole is folded, then comes the complaint.
tests/cli/craft 0:8:6f6e65 1:5:74776f > "$output/whole"
head -c -1 "$output/whole" > "$output/cut"
expect "a cut log is trouble" status 2 "$assay" replay "$output/cut"
expect "what was whole is folded" grep -q "^   0  " "$output/out"
expect "what was cut is not" sh -c "! grep -q '^   1  ' '$output/out'"
expect "one line says where, one what to do" test "$(wc -l < "$output/err")" -eq 2
expect "and the place" grep -q "at byte [0-9]* (event 2" "$output/err"
expect "no log is trouble" status 2 "$assay" replay "$output/nothing"
expect "random bytes are trouble" status 2 sh -c "head -c 300 /dev/urandom | '$assay' replay -"
expect "and nothing is printed" test ! -s "$output/out"
expect "a log is wanted" status 2 "$assay" replay

# Start values.
tests/cli/craft 0:3:537461727475704c6f63616c6974790003 0:8:6f6e65 > "$output/locality"
expect "the locality is told" has "PCR 0 starts at 3" "$assay" replay "$output/locality"
# TPM: swtpm 0.7.1 started at locality 3, then PCR 0 extended with SHA-256("one")
expect "and counts" has "6d7c58a95f4ee9f48f5ba4967c1945e651f67295d4541f3d9ff23002c120eb4f" "$assay" replay "$output/locality"
tests/cli/craft 0:0x80000010:484352544d > "$output/hcrtm"
expect "an H-CRTM is told" has "H-CRTM" "$assay" replay "$output/hcrtm"
tests/cli/craft 18:0x404:6f6e65 > "$output/launch"
expect "a dynamic launch is told" has "PCR 17-22 start at zeros" "$assay" replay "$output/launch"
expect "and none where there is none" lacks "dynamic launch" "$assay" replay "$boot"
expect "a bank that the log lacks is said" has "has no bank that is wanted" "$assay" replay -b sm3_256 "$boot"
expect "an odd locality is a finding" sh -c "tests/cli/craft 0:3:537461727475704c6f63616c6974790009 |
    '$assay' replay - | grep -qF startup-locality"

# A libcrypto that offers no digest at all: its null provider.
printf '%s\n' 'openssl_conf = a' '[a]' 'providers = b' '[b]' 'null = c' '[c]' 'activate = 1' \
    > "$output/no-digests"
expect "a bank that libcrypto does not offer is named" \
    has "libcrypto does not offer sha1" env OPENSSL_CONF="$output/no-digests" "$assay" replay "$one"

finish
