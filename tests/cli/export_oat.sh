#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# export and import of OpenAttestation's and Open CIT's white lists; the commands run with oat_*
# functions that tell what they were told.
set -u
assay=$1
. tests/checks/expect.sh
old=fixtures/machines/r3-uki252-no-linux
new=fixtures/machines/b1-uki252
reference=$output/reference.json

export_to() { # export_to FORMAT FOLDER ARGUMENT...
    format=$1
    folder=$2
    shift 2
    rm -rf "${output:?}/$folder"
    "$assay" export "$reference" --to "$format" -o "$output/$folder" "$@" 2> "$output/err"
}

said() {
    grep -qF -- "$1" "$output/err"
}

import_from() { # import_from FORMAT FOLDER
    rm -f "$output/back.json"
    "$assay" import "$output/$2" --from "$1" -o "$output/back.json"
}

# plan_holds FOLDER: its requests name all bodies, each is JSON, and what one names is made before
plan_holds() {
    "${PYTHON:-/usr/bin/python3}" - "$output/$1" <<'PYTHON'
import json, os, sys
folder = sys.argv[1]
plan = json.load(open(f"{folder}/plan.json"))
bodies = [request["body"] for request in plan["requests"]]
assert sorted(bodies + ["plan.json"]) == sorted(os.listdir(folder)), bodies
made = set()
for request in plan["requests"]:
    body = json.load(open(f"{folder}/{request['body']}"))
    for key in ("OemName", "OsName", "oem_uuid", "os_uuid"):
        assert key not in body or body[key] in made, (key, body)
    made |= {body.get("id"), body.get("Name")}
    if request["path"].endswith("/pcrs"):
        assert request["path"].split("/")[-2] in made
PYTHON
}

# values_are FOLDER: each PCR of its MLEs as the TPMs of both machines had it
values_are() {
    "${PYTHON:-/usr/bin/python3}" - "$output/$1" "$old" "$new" <<'PYTHON'
import glob, json, sys
tpms = []
for machine in sys.argv[2:]:
    values = json.load(open(f"{machine}/pcrs.json"))
    tpms.append(values.get("pcrs", values)["sha256"])
found = set()
for path in glob.glob(f"{sys.argv[1]}/*-mle-*.json"):
    mle = json.load(open(path))
    for i, tpm in enumerate(tpms):
        if all(tpm[pcr["Name"]] == pcr["Value"] for pcr in mle["MLE_Manifests"]):
            found.add((mle["MLE_Type"], i))
assert found == {("BIOS", 0), ("BIOS", 1), ("VMM", 0), ("VMM", 1)}, found
PYTHON
}

same_folder() {
    diff -r "$output/$1" "$output/$2"
}

expect "two boots are learnt" "$assay" golden learn "old=$old" "new=$new" -o "$reference"
expect "its white list is written" export_to oat-wlm list -b sha256 --set ranges=all --set host=node1
expect "in an order that holds" plan_holds list
expect "with the values of the TPMs" values_are list
expect "it is read back" import_from oat-wlm list
cp "$reference" "$output/learnt.json"
cp "$output/back.json" "$reference"
expect "what was read is written" export_to oat-wlm again --set ranges=all --set host=node1
expect "the same" same_folder list again
cp "$output/learnt.json" "$reference"
expect "older servers get PCR 0-5 alone" export_to oat-wlm checked -b sha256
expect "which is said" said "is left out: older servers take 0-5"
expect "what has to be told apart is told" test "$(cat "$output"/checked/*mle* | grep -c '"Version":"0-')" -eq 2

expect "a name that is too long is refused" test "$(
    export_to oat-wlm refused --set oem="$(printf '%0101d' 0)"
    echo $?)" -eq 1
expect "with the reason" said "101 characters"
expect "and nothing is written" test ! -e "$output/refused"

expect "commands are written" export_to oat-commands commands -b sha256 --set "oem=O'Neill \$HOME"
for tool in cert oem os mle host; do
    mkdir -p "$output/bin"
    printf '#!/bin/sh\nprintf "%%s|" "${0##*/}" "$@"; echo\n' > "$output/bin/oat_$tool"
    chmod +x "$output/bin/oat_$tool"
done
PATH=$output/bin:$PATH sh "$output/commands" server > "$output/told"
expect "each tool gets the server and one word of JSON" \
    grep -qxF 'oat_oem|-a|-h|server|{"Name":"O'"'"'Neill $HOME","Description":""}|' "$output/told"
expect "the certificate comes first" test "$(head -n 1 "$output/told")" = "oat_cert|-h|server|"

expect "Open CIT's is written" export_to open-cit cit -b sha1
expect "v1 in an order that holds" plan_holds cit/v1
expect "v2 too, by UUID" plan_holds cit/v2
expect "and read back" import_from open-cit cit

finish
