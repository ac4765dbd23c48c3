#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# assay txt on the NV indices of a TPM, where swtpm and tpm2-tools are installed.
set -u
assay=$1
. tests/checks/expect.sh
. tests/swtpm/tpm.sh

# says STATUS TEXT COMMAND...
says() {
    wanted=$1
    text=$2
    shift 2
    status "$wanted" "$@" && tr -s ' \n' ' ' < "$output/out" | grep -qF -- "$text"
}

expect "a TPM that is not there is trouble" status 2 "$assay" txt --tcti swtpm:path=/nowhere/tpm
if ! tpm_is_there || ! command -v tpm2_nvdefine > /dev/null; then
    echo "skipped: swtpm and tpm2-tools are not installed, so there is no TPM to ask"
    finish
fi
tpm_begin txt
export TPM2TOOLS_TCTI=$tcti
policy=fixtures/txt/nv-po.bin
expect "a TPM without indices has nothing wrong" status 0 "$assay" txt --tcti "$tcti"
expect "and nothing to compare with" status 2 "$assay" txt --tcti "$tcti" --policy $policy
expect "a PO is defined" tpm2_nvdefine -Q -C o -s 70 -a 'ownerwrite|policywrite|authread|no_da' 0x1c10106
expect "and written" tpm2_nvwrite -Q -C o -i $policy 0x1c10106
expect "it is right" says 0 "0x01c10106 PO: right" "$assay" txt --tcti "$tcti"
expect "it is what the file says" says 0 "Policy in NV: the same as the file" "$assay" txt --tcti "$tcti" --policy $policy
cp $policy "$output/other"
printf '\002' | dd of="$output/other" bs=1 seek=5 conv=notrunc 2> /dev/null
expect "another one is told by its field" says 1 "differs from the file, first in SINITMinVersion" "$assay" txt --tcti "$tcti" --policy "$output/other"
expect "tboot's error index is defined" tpm2_nvdefine -Q -C o -s 8 -a 'ownerwrite|ownerread|authread|authwrite|no_da' 0x1c10132
expect "and written" sh -c "printf '\015\0\0\0\0\0\0\0' | tpm2_nvwrite -Q -C o -i - 0x1c10132"
expect "tboot's last error is named" says 0 "TB_ERR_SINIT_NOT_PRESENT" "$assay" txt --tcti "$tcti"
expect "a PO that anybody may write is defined" sh -c "tpm2_nvundefine -Q -C o 0x1c10106 && tpm2_nvdefine -Q -C o -s 70 -a 'ownerwrite|policywrite|authwrite|authread|no_da' 0x1c10106"
expect "it is wrong" says 1 "somebody may write it who must not" "$assay" txt --tcti "$tcti"
finish
