#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# assay show, as people read it.
set -u
assay=$1
. tests/checks/expect.sh

boot=fixtures/machines/d1-shim-grub206-sb
hostile=$output/hostile
# ESC [ 2 J, CSI of C1 in UTF-8, right-to-left override, a byte that is no UTF-8, BEL, CR, tab
tests/cli/craft 4:5:1b5b324a 4:5:c29b324a 4:5:e280ae78 4:5:ff 4:5:070d09 8:13:677275625f636d643a201b5b481b00 \
    4:0x80000007:1b5d303b7807 7:0x80000001:61dfe48bca93d211aa0d00e098032b8c020000000000000001000000000000001b002e2001 > "$hostile"

no_controls() {
    ! "$@" | LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xff'
}

has() {
    text=$1
    shift
    "$@" | grep -qF -- "$text"
}

lines() {
    wanted=$1
    shift
    [ "$("$@" | grep -cE '^ *[0-9]+ +[0-9?]+ [A-Z0]')" -eq "$wanted" ]
}

for log in fixtures/machines/*/eventlog.bin fixtures/logs/*.bin ../shared/corpus/*/*.bin; do
    [ -e "$log" ] || continue
    expect "80 columns with -v: $log" within 80 "$assay" show -v "$log"
    expect "no control character: $log" no_controls "$assay" show -vv "$log"
done
yes 4:5:46494c4c46494c4c46494c4c46494c4c46494c4c46494c4c46494c4c46494c4c46494c4c46494c4c |
    head -n 10001 | tests/cli/craft > "$output/long"
expect "80 columns where numbers have five digits" within 80 "$assay" show "$output/long"
expect "72 columns" within 72 "$assay" show -v "$boot"
expect "132 columns" within 132 "$assay" show -v "$boot"
expect "the header names the file" has "$boot" "$assay" show "$boot"
expect "and the format, and why" has 'TCG crypto-agile log: "Spec ID Event03" in the first record' "$assay" show "$boot"
expect "and the banks" has "banks sha1 sha256" "$assay" show "$boot"
expect "and the number of events and bytes" has "51 events, 21069 bytes" "$assay" show "$boot"
expect "and the digest" has "$(sha256sum < "$boot/eventlog.bin" | cut -d ' ' -f 1)" "$assay" show "$boot"
expect "a line an event" lines 51 "$assay" show "$boot"
expect "what an event means" has "SecureBoot = 1" "$assay" show "$boot"
expect "a short name" has "VARIABLE_DRIVER_CONFIG    ok " "$assay" show "$boot"
expect "the words of the marks" has "DATA says whether the digest follows from the data" "$assay" show "$boot"
expect "--pcr" lines 9 "$assay" show --pcr 4,14 "$boot"
/usr/bin/python3 -c 'import struct, sys
record = struct.pack("<II20sI41s", 4, 5, bytes(20), 41, b"x" * 41)
sys.stdout.buffer.write(record * 10001)' > "$output/many"
expect "80 columns beyond 10000 events" within 80 "$assay" show "$output/many"
expect "--type by name" lines 8 "$assay" show --type EV_SEPARATOR "$boot"
expect "--type by number" lines 8 "$assay" show --type 4 "$boot"
expect "--type by the name in the text" lines 8 "$assay" show --type SEPARATOR "$boot"
expect "--type by a name of two types" lines 3 "$assay" show --type ACTION "$boot"
expect "--type by both" lines 11 "$assay" show --type EV_SEPARATOR,0x80000007 "$boot"
expect "--type and --pcr" lines 1 "$assay" show --type 4 -p 7 "$boot"
expect "--raw" has "0000  00 00 00 00  " "$assay" show --raw --type 4 -p 7 "$boot"
expect "-v shows digests" has "sha256  ccfc4bb32888a345bc8aeadaba552b627d99348c767681ab3141f5b01e40a40e" "$assay" show -v "$boot"
expect "-v shows fields" has "vendor_name: EFI_GLOBAL_VARIABLE" "$assay" show -v "$boot"
expect "--bank leaves out the others" sh -c "! '$assay' show -v -b sha256 '$boot' | grep -q '  sha1 '"
expect "a hostile log moves nothing" no_controls "$assay" show -vv --raw "$hostile"
expect "but says what it holds" has 'grub command: \x1b[H\x1b' "$assay" show "$hostile"
expect "a bidirectional override is told" has '\u202e' "$assay" show "$hostile"
expect "a file's name moves nothing either" sh -c "'$assay' show \"\$(printf '$output/a\033[2Jb')\" 2>&1 | grep -qF 'a\\x1b[2Jb'"

# A contradicted event: EV_ACTION is always the hash of its data.
tests/cli/craft 4:5:6f6e65 4:5:74776f | sed 's/two$/twp/' > "$output/forged"
expect "data that does not follow is told without colour" has "ACTION                    BAD  twp" "$assay" show "$output/forged"
expect "and is a finding" has "data-contradicted, event 2" "$assay" show "$output/forged"
tests/cli/craft 4:5:6f6e65 > "$output/whole"
head -c -1 "$output/whole" > "$output/cut"
"$assay" show "$output/cut" > "$output/out" 2> "$output/err"
expect "a cut log: what was whole is shown" grep -q "NO_ACTION" "$output/out"
expect "and where it ends" grep -qF "at byte 65 (event 1" "$output/err"
expect "the hint does not speak of events before the first" sh -c "
    head -c 60 '$output/whole' | '$assay' show - 2>&1 | grep -q '^hint: capture the file again, to its end$'"
expect "but of those before another" grep -q "^hint: what came before is read; capture" "$output/err"
tests/cli/craft > "$output/header"
expect "one event is one event" has "  1 event, 65 bytes" "$assay" show "$output/header"
expect "also below" has "1 event. DATA says" "$assay" show "$output/header"
expect "two are two" has "  2 events, " "$assay" show "$output/whole"
expect "on one line, and what to do on another" test "$(wc -l < "$output/err")" -eq 2
finish
