#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# export and import of TCG PC Client RIMs: xmllint holds the tags to a grammar, xmlsec1 verifies
# their signatures, openssl says what the keys are called.
set -u
assay=$1
. tests/checks/expect.sh
machines=fixtures/machines
log=$machines/d1-shim-grub206-sb/eventlog.bin

# certify NAME ARGUMENT...: a key and a certificate of its own
certify() {
    name=$1
    shift
    openssl req -x509 -nodes -days 3650 -subj "/CN=RIM signer $name" "$@" \
        -keyout "$output/$name.key" -out "$output/$name.crt" 2> /dev/null
}

# export_to FOLDER REFERENCE ARGUMENT...
export_to() {
    folder=$output/$1
    reference=$2
    shift 2
    rm -rf "$folder"
    "$assay" export "$output/$reference" --to tcg-rim -o "$folder" "$@" > "$output/out" 2> "$output/err"
}

import_from() { # import_from FOLDER REFERENCE ARGUMENT...
    folder=$output/$1
    reference=$output/$2
    shift 2
    rm -f "$reference"
    "$assay" import "$folder" --from tcg-rim -o "$reference" "$@" > "$output/out" 2> "$output/err"
}

verifies() { # verifies TAG CERTIFICATE
    xmlsec1 --verify --pubkey-cert-pem "$output/$2" "$1" > "$output/xmlsec" 2>&1 &&
        grep -q '^OK' "$output/xmlsec"
}

refuses() {
    ! "$@"
}

said() {
    grep -qF -- "$1" "$output/err"
}

is_a_tag() {
    xmllint --nonet --noout --relaxng tests/cli/swidtag.rng "$1"
}

# key_name_is TAG CERTIFICATE: the subject key identifier that openssl reads there
key_name_is() {
    wanted=$(openssl x509 -in "$output/$2" -noout -ext subjectKeyIdentifier |
        sed -n '2s/[ :]//gp' | tr A-F a-f)
    [ ${#wanted} -eq 40 ] && grep -qF "<KeyName>$wanted</KeyName>" "$1"
}

names_the_log() { # names_the_log TAG LOG
    grep -qF "SHA256:hash=\"$(sha256sum < "$2" | cut -d' ' -f1)\"" "$1" &&
        grep -qF "size=\"$(stat -c %s "$2")\"" "$1"
}

# spoil TAG FROM TO: a folder like signed/, its tag changed
spoil() {
    rm -rf "$output/spoilt"
    cp -r "$output/signed" "$output/spoilt"
    sed "s|$2|$3|" "$1" > "$output/spoilt/swidtag/reference.swidtag"
    ! cmp -s "$1" "$output/spoilt/swidtag/reference.swidtag"
}

certify rsa -newkey rsa:2048
certify p256 -newkey ec -pkeyopt ec_paramgen_curve:P-256
certify p384 -newkey ec -pkeyopt ec_paramgen_curve:P-384
cat "$output/rsa.crt" "$output/p256.crt" > "$output/chain.crt"
"$assay" golden learn $machines/d1-shim-grub206-sb -o "$output/ref.json"

for kind in rsa p256 p384; do
    tag=$output/signed/swidtag/reference.swidtag
    expect "a RIM is written that $kind signs" export_to signed ref.json --key "$output/$kind.key" --cert "$output/$kind.crt"
    expect "its tag is one" is_a_tag "$tag"
    expect "xmlsec1 verifies it" verifies "$tag" $kind.crt
    expect "its key is called as openssl calls it" key_name_is "$tag" $kind.crt
    expect "the support RIM is the firmware's log" cmp "$output/signed/rim/reference.rimel" $log
    expect "by its hash and size" names_the_log "$tag" $log
    expect "it is imported with that key" import_from signed back.json --trust "$output/$kind.crt"
    expect "the same is exported again" export_to again back.json --key "$output/$kind.key" --cert "$output/$kind.crt"
    sed 's|<Signature .*||' "$tag" > "$output/one"
    sed 's|<Signature .*||' "$output/again/swidtag/reference.swidtag" > "$output/two"
    expect "but for the signature" cmp "$output/one" "$output/two"
    expect "the machine's boot meets it" "$assay" golden check "$output/back.json" $machines/d1-shim-grub206-sb -p 0-7
    for change in 'name="reference" p|name="Reference" p' 'edition="d1|edition="d2' 'tagVersion="1"|tagVersion="2"' \
        'SHA256:hash="[0-9a-f]|SHA256:hash="x' '</Payload>|</Payload> '; do
        expect "it can be changed: $change" spoil "$tag" "${change%%|*}" "${change#*|}"
        expect "and xmlsec1 refuses it" refuses verifies "$output/spoilt/swidtag/reference.swidtag" $kind.crt
        expect "and so does import" refuses import_from spoilt back.json --trust "$output/$kind.crt"
    done
done

expect "RSA signs the same twice" export_to signed ref.json --key "$output/rsa.key" --cert "$output/rsa.crt"
export_to again ref.json --key "$output/rsa.key" --cert "$output/rsa.crt"
expect "byte for byte" diff -r "$output/signed" "$output/again"
expect "another key's signature is refused" refuses import_from signed back.json --trust "$output/p256.crt"
expect "with the line" said "line 6 of the tag: the signature is by none of the trusted keys"
expect "without a key it is imported" import_from signed back.json
expect "and said to be unverified" said "whose signer nobody checked"
printf x >> "$output/signed/rim/reference.rimel"
expect "a support RIM with a byte more is refused" refuses import_from signed back.json --trust "$output/rsa.crt"
expect "with both sizes" said "the support RIM has 21070 bytes, not 21069"

expect "a certificate chain goes into the signature" export_to chained ref.json --key "$output/rsa.key" --cert "$output/chain.crt"
expect "in its order" [ "$(grep -o '<X509Certificate>' "$output/chained/swidtag/reference.swidtag" | wc -l)" -eq 2 ]
expect "and is a tag" is_a_tag "$output/chained/swidtag/reference.swidtag"
expect "a certificate of another key is refused" refuses export_to other ref.json --key "$output/rsa.key" --cert "$output/p256.crt"
expect "for that reason" said "the first certificate is not the key's"

expect "without a key nothing is written" refuses export_to bare ref.json
expect "for a reason" said "HIRS refuses a base RIM without a signature"
expect "but for who signs elsewhere" export_to bare ref.json --force
expect "it is a tag" is_a_tag "$output/bare/swidtag/reference.swidtag"
expect "and refused where a key is trusted" refuses import_from bare back.json --trust "$output/rsa.crt"
expect "a tag with a document type is refused" refuses "$assay" import --from tcg-rim -o "$output/x.json" tests/fuzz/seeds/swid/doctype.swidtag
expect "what the log can't hold is said" export_to bare ref.json --force
expect "of IMA" said "without Linux IMA's events"
finish
