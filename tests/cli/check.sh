#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# assay check, as people read it: verdict first, then which PCR, why, and what to do next.
set -u
assay=$1
. tests/checks/expect.sh

boot=fixtures/machines/d1-shim-grub206-sb
phases=fixtures/machines/k1-userspace-extends

has() {
    text=$1
    shift
    "$@" 2>&1 | grep -qF -- "$text"
}

first_word() {
    wanted=$1
    shift
    [ "$("$@" 2> /dev/null | head -n 1 | cut -d : -f 1)" = "$wanted" ]
}

# PCR values in another form: rewrite PYTHON < pcrs.json, where v is the document
rewrite() {
    /usr/bin/python3 -c "import json, sys
v = json.load(sys.stdin)
$1"
}

for log in fixtures/machines/*/eventlog.bin; do
    machine=${log%/eventlog.bin}
    expect "80 columns: $machine" within 80 "$assay" check -v "$machine"
    case $machine in
    */k1-*) expect "$machine does not match" status 1 "$assay" check "$machine" ;;
    *) expect "$machine matches" status 0 "$assay" check "$machine" ;;
    esac
done
for log in fixtures/malformed/*.bin ../shared/corpus/*/*.bin; do
    [ ! -e "$log" ] || expect "80 columns: $log" within 80 "$assay" check "$log"
done

# Match, and the forms of PCR values.
expect "a match is said first" first_word match "$assay" check "$boot"
expect "which PCRs, which banks" has "PCR 0-10,14 hold what these logs say, in sha1, sha256, sha384, sha512." "$assay" check "$boot"
expect "what is not compared, and why" has "PCR 10 not compared: IMA" "$assay" check "$boot/eventlog.bin" "$boot/pcrs.json"
expect "a fact that stands" has "secure boot: on" "$assay" check "$boot"
rewrite 'for b in v:
    print(f"  {b}:")
    for p in v[b]: print(f"    {p:2}: 0x{v[b][p].upper()}")' < "$boot/pcrs.json" > "$output/pcrread"
rewrite 'for b in v:
    for p in v[b]: print(f"{b}:{p} {v[b][p]}")' < "$boot/pcrs.json" > "$output/lines"
rewrite 'import os
for b in v:
    os.makedirs("'"$output"'/tpm0/pcr-" + b)
    for p in v[b]: open("'"$output"'/tpm0/pcr-" + b + "/" + p, "w").write(v[b][p].upper() + "\n")' < "$boot/pcrs.json"
for form in "$boot/pcrs.json" "$output/pcrread" "$output/lines" "$output/tpm0" "$boot"; do
    expect "values from $form" first_word match "$assay" check "$boot/eventlog.bin" "$form"
done
for form in "$boot/pcrs.json" "$output/pcrread" "$output/lines" "$output/tpm0"; do
    expect "a forced format leaves values alone: $form" first_word match "$assay" check --log-format tcg2 "$boot/eventlog.bin" "$form"
done
"$assay" replay --format json "$boot" > "$output/replayed.json"
expect "values from assay replay" first_word match "$assay" check "$boot/eventlog.bin" "$output/replayed.json"
expect "values from standard input" first_word match sh -c "'$assay' check '$boot/eventlog.bin' - < '$output/lines'"
grep sha1 "$output/lines" > "$output/sha1"
grep sha256 "$output/lines" > "$output/sha256"
expect "SHA-1 alone is weak" has "weak." "$assay" check "$boot/eventlog.bin" "$output/sha1"
expect "values from two files" has "in sha1, sha256." "$assay" check "$boot/eventlog.bin" "$output/sha1" "$output/sha256"
expect "--bank" has "in sha256." "$assay" check -b sha256 "$boot"
expect "--pcr" has "PCR 4,7 hold" "$assay" check -p 4,7 "$boot"
expect "-q says it by the status alone" sh -c "[ -z \"\$('$assay' check -q '$boot')\" ]"

# Without values, and with values that can't be compared.
expect "no values: unknown" first_word unknown "$assay" check "$boot/eventlog.bin"
expect "and status 0, for it is sound" status 0 "$assay" check "$boot/eventlog.bin"
expect "and how to get some" has "tpm2_pcrread" "$assay" check "$boot/eventlog.bin"
expect "no bank in common: unknown, and status 1" status 1 "$assay" check -b sm3_256 "$boot"
printf 'sha384:0 %096d\nsha512:1 %0128d\n' 0 0 > "$output/banks"
tests/cli/craft 0:8:6f6e65 > "$output/one-bank"
expect "each bank that the log lacks is named" has "PCR 0-1 (sha384, sha512) not compared:" "$assay" check "$output/one-bank" "$output/banks"
tests/cli/craft > "$output/nothing"
printf 'sha256:0 %064d\n' 0 > "$output/zeros"
expect "an empty log and zeros: not a match" status 1 "$assay" check "$output/nothing" "$output/zeros"
expect "but unknown" first_word unknown "$assay" check "$output/nothing" "$output/zeros"

# Mismatch.
sed 's/^sha256:4 ./sha256:4 0/; s/^sha256:4 0[0-9a-f]\{3\}/sha256:4 0123/' "$output/sha256" > "$output/wrong"
expect "one value that differs: status 1" status 1 "$assay" check "$boot/eventlog.bin" "$output/wrong"
expect "a mismatch is said first" first_word mismatch "$assay" check "$boot/eventlog.bin" "$output/wrong"
expect "which PCR" has "PCR 4 (sha256) holds something else than this log says." "$assay" check "$boot/eventlog.bin" "$output/wrong"
expect "what it holds" has "  holds  0123" "$assay" check "$boot/eventlog.bin" "$output/wrong"
expect "what to do" has "  Next: " "$assay" check "$boot/eventlog.bin" "$output/wrong"
expect "what still matches" has "match in sha256." "$assay" check "$boot/eventlog.bin" "$output/wrong"
expect "systemd's phases are named" has "enter-initrd," "$assay" check "$phases"
expect "as proven" has "proven: the value follows" "$assay" check "$phases"
tests/cli/craft 0:8:6f6e65 4:5:74776f 5:4:00000000 > "$output/log"
/usr/bin/python3 -c 'import hashlib
h = lambda b: hashlib.sha256(b).digest()
print("sha256:0", h(bytes(32) + h(b"one")).hex())
print("sha256:4", h(h(bytes(32) + h(b"two")) + bytes(32)).hex())' > "$output/capped"
expect "the cap of Windows" has "as Windows does" "$assay" check "$output/log" "$output/capped"

# Unsound, and trouble.
tests/cli/craft 4:5:6f6e65 4:5:74776f | sed 's/two$/twp/' > "$output/forged"
expect "data that contradicts its digest: unsound" first_word unsound "$assay" check "$output/forged"
expect "status 1" status 1 "$assay" check "$output/forged"
expect "and why" has "data-contradicted, event 2" "$assay" check "$output/forged"
head -c -1 "$output/log" > "$output/cut"
expect "a cut log is trouble" status 2 "$assay" check "$output/cut" "$output/capped"
expect "and unsound" grep -q "^unsound: " "$output/out"
expect "one line says where, one what to do" test "$(wc -l < "$output/err")" -eq 2
printf 'sha256:0 12\n' > "$output/short"
expect "values that are none are trouble" status 2 "$assay" check "$boot/eventlog.bin" "$output/short"
expect "with their place" grep -q "short: the value of sha256 PCR 0 is not 64 hexadecimal digits, at byte 9" "$output/err"
expect "with the forms that values have" grep -q "^hint: PCR values are JSON" "$output/err"
expect "and nothing is printed" test ! -s "$output/out"
expect "files that contradict each other are trouble" status 2 "$assay" check "$boot/eventlog.bin" "$output/sha256" "$output/wrong"
mkdir "$output/empty"
expect "a folder without a log is trouble" status 2 "$assay" check "$output/empty"
expect "and what is not in it is named" grep -q "empty: there is no log in this folder" "$output/err"
expect "no values where some were named is trouble" status 2 "$assay" check "$boot/eventlog.bin" "$output/none"
finish
