#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Logs of confidential guests: registers by their names, in every verb.
set -u
assay=$1
. tests/checks/expect.sh

tdx=tests/fuzz/seeds/tcg2/td-shim
csv=tests/fuzz/seeds/tcg2/csv

has_not() {
    ! has "$@"
}

has() {
    text=$1
    shift
    "$@" 2>&1 | grep -qF -- "$text"
}

expect "show names TDX's registers" has "1 RTMR0 (PCR 1, 7)" "$assay" show $tdx
expect "show names CSV's registers" has "1 RTMR1 (PCR 1, 7)" "$assay" show $csv
expect "JSON names the register of an event" \
    has '"pcr":2,"register":"RTMR1 (PCR 2-6)"' "$assay" show -f json --lines $tdx
expect "MRTD has its name, too" \
    has '"pcr":0,"register":"MRTD (PCR 0)"' "$assay" show -f json --lines $tdx
expect "replay names the registers" has "RTMR3 (no PCR)" "$assay" replay $tdx
expect "CSV's values are under their index" has '"4":"' "$assay" replay -f json --lines $csv
expect "a TPM's log has no registers" \
    has_not '"register":' "$assay" show -f json fixtures/machines/d1-shim-grub206-sb

finish
