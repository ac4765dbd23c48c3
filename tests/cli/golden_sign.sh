#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# golden show, golden sign and golden verify; signatures are openssl's and Python's to judge.
set -u
assay=$1
. tests/checks/expect.sh
keys=fixtures/keys
full=fixtures/references/full.json
ref=$output/ref.json
cp fixtures/references/registers.json "$ref"

# The reference without its signatures as Python lays it out, and the first signature as openssl
# takes it: of ECDSA r | s becomes DER. unsign FILE
unsign() {
    /usr/bin/python3 - "$1" "$output/signed" "$output/signature" << 'END'
import base64, json, sys
reference = json.load(open(sys.argv[1]))
first = reference.pop("signatures")[0]
with open(sys.argv[2], "w") as out:
    out.write(json.dumps(reference, indent=2, separators=(",", ":"), ensure_ascii=False) + "\n")
value = base64.b64decode(first["value"], validate=True)
def number(raw):
    raw = raw.lstrip(b"\0")
    raw = b"\0" + raw if raw[0] & 0x80 else raw
    return b"\2" + bytes([len(raw)]) + raw
if first["algorithm"].startswith("ecdsa"):
    half = len(value) // 2
    body = number(value[:half]) + number(value[half:])
    value = b"\x30" + bytes([len(body)]) + body
open(sys.argv[3], "wb").write(value)
END
}

inside() { # inside KEY HASH: openssl finds the signature in the file good
    "$assay" golden sign "$ref" --key "$keys/$1.pem" -o "$output/$1.json" && unsign "$output/$1.json" &&
        openssl dgst "-$2" -verify "$keys/$1.pub" -signature "$output/signature" "$output/signed"
}

beside() { # beside KEY HASH: and the one beside it
    "$assay" golden sign "$ref" --key "$keys/$1.pem" --detached "$output/$1.sig" &&
        openssl dgst "-$2" -verify "$keys/$1.pub" -signature "$output/$1.sig" "$ref"
}

by_openssl() { # by_openssl KEY HASH: assay finds openssl's good
    openssl dgst "-$2" -sign "$keys/$1.pem" -out "$output/openssl.sig" "$ref" &&
        "$assay" golden verify "$ref" --trust "$keys/$1.pub" --signature "$output/openssl.sig"
}

for signer in rsa:sha256 p256:sha256 p384:sha384; do
    key=${signer%:*}
    hash=${signer#*:}
    expect "$key: openssl verifies the signature in the file" inside "$key" "$hash"
    expect "$key: openssl verifies the signature beside it" beside "$key" "$hash"
    expect "$key: openssl's signature is verified" by_openssl "$key" "$hash"
    expect "$key: its own signature is trusted" status 0 "$assay" golden verify "$output/$key.json" --trust "$keys/$key.pub"
    expect "$key: beside the file, too" status 0 "$assay" golden verify "$ref" --trust "$keys/$key.pub" --signature "$output/$key.sig"
    expect "$key: by another key it is refused" status 1 "$assay" golden verify "$output/$key.json" --trust "$keys/other.pem"
    expect "$key: beside another file it is refused" status 1 "$assay" golden verify "$full" --trust "$keys/$key.pub" --signature "$output/$key.sig"
done

# A certificate is as good as its key.
openssl req -x509 -key "$keys/rsa.pem" -subj /CN=signer -days 1 -out "$output/rsa.crt" 2> "$output/err"
expect "a certificate is trusted for its key" status 0 "$assay" golden verify "$output/rsa.json" --trust "$output/rsa.crt"
expect "one of several keys is enough" status 0 "$assay" golden verify "$output/rsa.json" --trust "$keys/p256.pub" --trust "$keys/rsa.pub"
expect "RSA signs the same bytes each time" cmp "$output/rsa.json" - << END
$("$assay" golden sign "$ref" --key "$keys/rsa.pem")
END
expect "a signature by the same key is replaced" cmp "$output/rsa.json" - << END
$("$assay" golden sign "$output/rsa.json" --key "$keys/rsa.pem")
END
"$assay" golden sign "$output/rsa.json" --key "$keys/p256.pem" -o "$output/both.json"
expect "one by another key is added" test "$(grep -c key_id "$output/both.json")" -eq 2

# What is no more what was signed.
sed 's/"quoted"/"stated"/' "$output/rsa.json" > "$output/changed.json"
expect "a changed word is refused" status 1 "$assay" golden verify "$output/changed.json" --trust "$keys/rsa.pub"
expect "golden show refuses it, too" status 1 "$assay" golden show "$output/changed.json" --trust "$keys/rsa.pub"
expect "and shows nothing of it" test ! -s "$output/out"
/usr/bin/python3 -c 'import json, sys; json.dump(json.load(open(sys.argv[1])), open(sys.argv[2], "w"))' "$output/rsa.json" "$output/laid.json"
expect "other white space is not" status 0 "$assay" golden verify "$output/laid.json" --trust "$keys/rsa.pub"
expect "but beside the file it is" status 1 "$assay" golden verify "$output/laid.json" --trust "$keys/rsa.pub" --signature "$output/rsa.sig"
: > "$output/empty"
expect "an empty signature is refused, whatever is in the file" status 1 "$assay" golden verify "$output/rsa.json" --trust "$keys/rsa.pub" --signature "$output/empty"
expect "one that isn't there is trouble" status 2 "$assay" golden verify "$output/rsa.json" --trust "$keys/rsa.pub" --signature "$output/none"

# Trouble, and what is left then.
expect "a public key signs nothing" status 2 "$assay" golden sign "$ref" --key "$keys/rsa.pub" -o "$output/new.json"
expect "a variant has no name that a terminal would take for commands" \
    has "a variant's name has characters that can't be shown" \
    "$assay" golden learn "$(printf 'a\033[31m')=fixtures/machines/b1-uki252" -o "$output/new.json"
expect "a public key signs nothing, and which does is said" has "--key takes the private key" \
    "$assay" golden sign "$ref" --key "$keys/rsa.pub" -o "$output/new.json"
expect "a reference that is forged is not signed" status 2 "$assay" golden sign fixtures/malformed/reference-value-forged.json --key "$keys/rsa.pem" -o "$output/new.json"
expect "nothing was written" test ! -e "$output/new.json"
expect "--key is wanted" status 2 "$assay" golden sign "$ref"
expect "--trust is wanted" status 2 "$assay" golden verify "$ref"
expect "--signature wants --trust" status 2 "$assay" golden show "$ref" --signature "$output/rsa.sig"
expect "--detached and --output contradict each other" status 2 "$assay" golden sign "$ref" --key "$keys/rsa.pem" -o "$output/x" --detached "$output/y"
expect "a key that can't be read is trouble" status 2 "$assay" golden verify "$ref" --trust "$output/none"

# RSA-1024 (NIST SP 800-131A) signs nothing and is not believed, though openssl would do both.
weak=$output/weak.pem
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out "$weak"
openssl dgst -sha256 -sign "$weak" -out "$output/weak.sig" "$ref"
refuses_weak() {
    status 2 "$@" && grep -qF "$weak: RSA-1024 is too weak" "$output/err"
}
expect "RSA-1024 signs no reference" refuses_weak "$assay" golden sign "$ref" --key "$weak" -o "$output/weak.json"
expect "nor beside it" refuses_weak "$assay" golden sign "$ref" --key "$weak" --detached "$output/weak2.sig"
expect "nothing is left" test ! -e "$output/weak.json" -a ! -e "$output/weak2.sig"
expect "what openssl signed with it is not trusted" refuses_weak "$assay" golden verify "$ref" --trust "$weak" --signature "$output/weak.sig"
expect "nothing is exported with it" refuses_weak "$assay" export --to hvs-flavor "$ref" --key "$weak"
expect "nothing is imported by it" refuses_weak "$assay" import --from corim "$ref" --trust "$weak" -o "$output/weak.json"
expect "no policy is authorized by it" refuses_weak "$assay" policy authorize "$ref" --key "$weak"
expect "nor by who has it elsewhere" refuses_weak "$assay" policy authorize "$ref" --pub "$weak"
expect "no quote is believed by it" refuses_weak "$assay" golden check "$ref" fixtures/machines/h3-sha1 --quote x --sig x --key "$weak"

# What is said.
expect "who is trusted is named" has "signed by $keys/p256.pub" "$assay" golden show "$output/both.json" --trust "$keys/p256.pub"
expect "signatures are not called checked" has "rsassa-sha256 by" "$assay" golden show "$output/both.json"
expect "without --trust none is verified" sh -c "! $assay golden show $output/both.json | grep verified"
expect "the head is said" has "Reference compute-image ü世😀 2026.01, revision 3" "$assay" golden show "$full"
expect "what varies says why" has "4 varies PCR 5 EV_EFI_ACTION module Exit Boot Services Invocation its digests differ from boot to boot" "$assay" golden show "$full"
expect "of fixed steps -v tells" has "0 fixed PCR 0 EV_S_CRTM_VERSION firmware 1.0" "$assay" golden show -v "$full"
expect "a direction mark turns nothing" has 'MLE \u202e"x"' "$assay" golden show -v "$full"
expect "no line is wider than a terminal" sh -c "! COLUMNS=80 $assay golden show -v $full | grep -E '^.{81,}'"
expect "-q says nothing" sh -c "test -z \"\$($assay golden show -q $full)\""
expect "YAML is written" has 'held: "alternatives"' "$assay" golden show -f yaml "$full"
finish
