# SPDX-License-Identifier: BSD-2-Clause
# Sourced after expect.sh: TPMs of software, each in its folder, which are gone when the suite ends.
# What tpm2-tss logs by itself is not wanted.
export TSS2_LOG=all+none
unset TPM2TOOLS_TCTI TCTI
tpms=

# wait_for FILE: swtpm's daemon writes its number there when it listens; a busy machine takes its time
wait_for() {
    for try in $(seq 100); do
        [ -s "$1" ] && break
        sleep 0.1
    done
}

# tpm_begin NAME: starts one; its TCTI string is then in $tcti, its control socket in $control
tpm_begin() {
    folder=$(realpath "$output")/$1 # a daemon wants an absolute path
    control=$folder/tpm.ctrl
    tcti=swtpm:path=$folder/tpm
    mkdir "$folder"
    swtpm socket --tpm2 --tpmstate "dir=$folder" --server "type=unixio,path=$folder/tpm" \
        --ctrl "type=unixio,path=$control" --flags not-need-init,startup-clear \
        --pid "file=$folder/pid" --daemon
    wait_for "$folder/pid"
    tpms="$tpms $(cat "$folder/pid")"
}

tpm_end_all() {
    for tpm in $tpms; do
        kill "$tpm" 2> /dev/null
    done
    rm -rf "$output"
}
trap tpm_end_all EXIT
trap 'exit 1' HUP INT TERM

# Whether there is a TPM to try.
tpm_is_there() {
    command -v swtpm > /dev/null && command -v swtpm_ioctl > /dev/null
}
