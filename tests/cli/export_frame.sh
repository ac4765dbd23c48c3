#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# export and import but for the formats: what is said before anything is written, where it goes, and
# that it is written whole or not at all.
set -u
assay=$1
. tests/checks/expect.sh
ref=$output/ref.json
"$assay" golden learn old=fixtures/machines/b1-uki252 new=fixtures/machines/d1-shim-grub206-sb -o "$ref" || exit 1

exits() { # exits STATUS ARGUMENT...
    wanted=$1
    shift
    "$assay" "$@" > "$output/out" 2> "$output/err"
    [ $? -eq "$wanted" ]
}

said() {
    grep -q -- "$1" "$output/err"
}

silent() {
    [ ! -s "$output/err" ]
}

is_empty() {
    [ ! -s "$output/out" ]
}

python() {
    "${PYTHON:-/usr/bin/python3}" -c "$1" "$output/out"
}

lists_all() { # every format is in the manual, too
    "$assay" export --to list --format json > "$output/list" &&
        "${PYTHON:-/usr/bin/python3}" - "$output/list" "${assay%/*}/man-tables" << 'PYTHON'
import json, subprocess, sys
formats = json.load(open(sys.argv[1]))["formats"]
page = subprocess.run([sys.argv[2]], input="@EXPORTS@\n", capture_output=True, text=True).stdout
assert len(formats) >= 25 and len({f["name"] for f in formats}) == len(formats)
for f in formats:
    assert f["title"] and f["reader"] and f["holds"] and f["loses"]
    assert f"*{f['name']}*" in page, f["name"]
PYTHON
}

expect "--to list names the formats, and so does the manual" lists_all
expect "a format that there is not is refused" exits 2 export "$ref" --to keylime-tpm-polic
expect "with the one that was meant" said "keylime-tpm-policy"
expect "--to is needed" exits 2 export "$ref"
expect "and a reference" exits 2 export --to text
expect "a setting that the format does not have is refused" exits 2 export "$ref" --to text --set colour=red
expect "a variant that the reference does not have is refused" exits 2 export "$ref" --to text --variant older
expect "a format of files goes to standard output" exits 0 export "$ref" --to text
expect "a folder does not" exits 2 export "$ref" --to pcrlock
expect "and its name is asked for" said "--output names it"
expect "hosts go with formats about hosts alone" exits 2 export "$ref" --to text --host a=b
expect "which want them" exits 2 export "$ref" --to openstack-pollhosts
expect "a key goes with formats that are signed alone" exits 2 export "$ref" --to text --key tests/none

# Losses and refusals.
expect "what is lost is said" exits 0 export "$ref" --to keylime-tpm-policy
expect "before" said "loss: .*mixes them passes"
expect "--strict makes it a no" exits 1 export "$ref" --to keylime-tpm-policy --strict
expect "and nothing is written" is_empty
expect "a PCR that is asked for and not held is said" exits 0 export "$ref" --to keylime-tpm-policy -p 4,15,17
expect "by its number" said "loss: PCR 15,17 is asked for, and no value of it is held of variant old"
expect "one that nothing was extended into is held" exits 0 export "$ref" --to text --variant old -b sha256 -p 12
expect "as zeros" grep -qx "sha256:12 0\{64\}" "$output/out"
expect "no value at all is a no" exits 1 export "$ref" --to text -p 15
expect "which says why" said "refusal: there is no value to write"
expect "what a format can't be made of" exits 2 export "$ref" --to clevis -b sha256 -p 15
expect "is not the fault of this build" said "hint: 'assay export --help' says what it takes"
expect "--quiet says nothing of it" exits 0 export "$ref" --to keylime-tpm-policy -q
expect "at all" silent
expect "what would be refused is a no" exits 1 export "$ref" --to keylime-mb-refstate
expect "says so" said "refusal: "
expect "and writes nothing" is_empty
expect "but with --force" exits 0 export "$ref" --to keylime-mb-refstate --force

# Files and folders.
folder=$output/folder
exports() { # exports STATUS ARGUMENT...: to the folder
    wanted=$1
    shift
    exits "$wanted" export "$ref" --to pcrlock -q -o "$folder" "$@"
}
unchanged() {
    [ "$(cat "$folder/mine")" = mine ] && [ "$(find "$output" -maxdepth 1 -name 'folder*' | wc -l)" -eq 1 ]
}
same_folder() {
    "$assay" export "$ref" --to pcrlock -q -o "$output/again" && diff -r "$folder" "$output/again"
}
expect "a folder is made" exports 0
expect "two runs make the same" same_folder
expect "one that is there and not empty is left alone" exports 2
echo mine > "$folder/mine"
expect "whatever is in it" exports 2
expect "stays" unchanged
expect "with --replace it is another one" exports 0 --replace
expect "as a whole" diff -r "$folder" "$output/again"
cp "$ref" "$folder/mine.ref"
replaces_itself() {
    "$assay" export "$folder/mine.ref" --to pcrlock -q -o "$folder" --replace
    [ $? -eq 2 ] && [ -e "$folder/mine.ref" ]
}
expect "but not one that holds what is read" replaces_itself
rm -rf "$folder"
mkdir "$folder"
expect "an empty folder is taken" exports 0
rm -rf "$folder"
echo mine > "$folder"
expect "a file is not" exports 2 --replace
expect "a folder below none is not made" exits 2 export "$ref" --to pcrlock -q -o "$output/none/folder"
expect "a script can be run" exits 0 export "$ref" --to oat-commands -q --force -o "$output/script"
expect "by those who may read it" test -x "$output/script"
documents() {
    "$assay" export "$ref" --to text -o "$output/text" --format json > "$output/out" 2> "$output/err" &&
        python 'import json, sys; d = json.load(open(sys.argv[1])); assert d["to"] == "text" and d["notes"] and d["files"][0]["size"]'
}
expect "--format json says what was written, and the notes" documents

# Boots in the place of a reference, and back.
expect "boots are learnt first" exits 0 export fixtures/machines/b1-uki252 --to text -b sha256 -q
"$assay" export "$ref" --to text -q -o "$output/text"
expect "what was exported is imported" exits 0 import "$output/text" --from text --set name=image -o "$output/back"
back() {
    "$assay" export "$output/back" --to text -q | cmp - "$output/text"
}
expect "and exported again is the same" back
expect "what can't be read back is said" exits 2 import "$ref" --from pcrsig
expect "--from list names what can" exits 0 import --from list
expect "--from is needed" exits 2 import "$ref"
expect "and what to read" exits 2 import --from text
echo rubbish > "$output/rubbish"
expect "rubbish is refused" exits 2 import "$output/rubbish" --from text -o "$output/back2"
expect "and nothing written" test ! -e "$output/back2"

# Who signed the reference.
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$output/key"
openssl pkey -in "$output/key" -pubout -out "$output/pub"
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$output/other"
openssl pkey -in "$output/other" -pubout -out "$output/other.pub"
"$assay" golden sign "$ref" --key "$output/key" -o "$output/signed"
expect "a signed reference is exported" exits 0 export "$output/signed" --to text --trust "$output/pub"
expect "not for one who trusts somebody else" exits 1 export "$output/signed" --to text --trust "$output/other.pub"
expect "nor an unsigned one" exits 1 export "$ref" --to text --trust "$output/pub"
sed 's/"revision":1/"revision":2/' "$output/signed" > "$output/bent"
expect "nor one that was changed" exits 1 export "$output/bent" --to text --trust "$output/pub"
expect "and nothing is written of it" is_empty
finish
