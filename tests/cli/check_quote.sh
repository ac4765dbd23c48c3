#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# assay check --quote: with the quotes that tpm2_quote made of a software TPM with the events of a
# recorded boot (fixtures/README.md): PCR 0 of SHA-1, 0 to 7 and 12 of SHA-256.
set -u
assay=$1
. tests/checks/expect.sh

boot=fixtures/machines/r2-sdboot252-type1
other=fixtures/machines/b1-uki252
nonce=0123456789abcdef
key=fixtures/quotes/rsassa.pem
quote=fixtures/quotes/rsassa.quote

checks() { # checks STATUS VERDICT ARGUMENT...
    wanted=$1
    verdict=$2
    shift 2
    "$assay" check "$@" --quote "$quote" --sig fixtures/quotes/rsassa.sig --key "$key" \
        > "$output/out" 2> "$output/err"
    [ $? -eq "$wanted" ] && head -n 1 "$output/out" | grep -q "^$verdict"
}

says() {
    tr '\n' ' ' < "$output/out" | tr -s ' ' | grep -qF -- "$1"
}

complains() {
    grep -qF -- "$1" "$output/err"
}

expect "the log folds to what the TPM signed" checks 0 "match: PCR 0-7,12 hold" "$boot/eventlog.bin" --nonce $nonce
expect "for which PCRs is said" says "The TPM signed for PCR 0 (sha1), PCR 0-7,12 (sha256)."
expect "nobody signed for other banks" eval '! says sha384'
expect "nothing is complained of" eval '! [ -s "$output/err" ]'
expect "without a nonce" checks 0 "match" "$boot/eventlog.bin"
expect "the time is not known" says "When, is not known without --nonce."
expect "the values are those that it signed" checks 0 "match: PCR 0-7,12 hold" "$boot" --nonce $nonce
expect "and of the other banks' nothing is said" eval '! says sha384'
expect "one bank of them" checks 0 "match: PCR 0-7,12 hold" "$boot" -b sha256
expect "a PCR that it is not of: nothing to compare" checks 1 "unknown" "$boot" -p 8

awk '/"sha384"/ { its = 1 } its && /"4":/ { sub(/": ".../, "\": \"fff"); its = 0 } 1' "$boot/pcrs.json" > "$output/more.json"
expect "another bank's value that the log contradicts" checks 1 "mismatch: PCR 4 (sha384) holds" "$boot/eventlog.bin" "$output/more.json"
expect "is told beside what it signed" says "The TPM signed for PCR 0 (sha1), PCR 0-7,12 (sha256)."

expect "another log folds to something else" checks 1 "mismatch: the TPM signed other" "$other/eventlog.bin" --nonce $nonce
expect "and how to find where is said" says "give the values, too"
expect "and which PCR is not in it" says "It signed for PCR 12, too"
expect "other values, and their log" checks 1 "mismatch: the TPM signed other PCR values than those given" "$other"
expect "other values than the log's" checks 1 "mismatch: PCR 4-5,12" "$boot/eventlog.bin" "$other/pcrs.json"
expect "are not what the TPM signed" says "The TPM signed other PCR values than those given."

# What tpm2_pcrread printed of the machine's PCR 0, in its pcrs.json.
echo sha256:0 177e29c417b6b61c7cf46ed30b4468931f58642527a268b556254e39b941ec6a > "$output/one"
expect "values of some of its PCRs alone" checks 1 "unknown: the TPM signed for PCR 0 (sha1)" "$boot/eventlog.bin" "$output/one"
expect "are said to be some" says "not of all of them there is a value here"
printf 'sha256:0 %064d\n' 0 > "$output/zero"
expect "also where they are wrong" checks 1 "mismatch: PCR 0 (sha256)" "$boot/eventlog.bin" "$output/zero"
expect "it is said" says "The TPM signed for PCR 0 (sha1), PCR 0-7,12 (sha256), and not of all"

expect "the answer to another question" checks 1 "unknown: the quote is not to be believed" "$boot/eventlog.bin" --nonce 00
expect "is complained of" complains "$quote: the quote has another nonce"
expect "and the rest is still shown" says "secure boot: off"
key=fixtures/quotes/ecdsa.pem
expect "another key" checks 1 "unknown: the quote is not to be believed" "$boot"
expect "did not sign it" complains "the key did not sign"
key=fixtures/quotes/rsassa.pem
is_trouble() { # is_trouble WORDS
    "$assay" check "$boot" --quote "$quote" --sig fixtures/quotes/rsassa.sig --key "$key" \
        > "$output/out" 2> "$output/err"
    [ $? -eq 2 ] && ! [ -s "$output/out" ] && complains "$1"
}
head -c 40 fixtures/quotes/rsassa.quote > "$output/quote"
quote=$output/quote
expect "a quote that is cut is trouble, and no verdict" is_trouble "quote: the TPMS_ATTEST ends too early"
quote=$output/none
expect "and so is one that is not there" is_trouble "$output/none"

only() {
    "$assay" check "$boot" "$@" > "$output/out" 2> "$output/err"
    [ $? -eq 2 ] && ! [ -s "$output/out" ] && complains "--quote, --sig and --key go together"
}
expect "a quote without its key" only --quote fixtures/quotes/rsassa.quote --sig fixtures/quotes/rsassa.sig
expect "a nonce without a quote" only --nonce 00

# A quote that selects two PCRs of one bank one after the other, made here by TPM 2.0 Part 2 (10.12.12):
# names that stand twice in an object are read in two ways.
selects_twice() {
    "${PYTHON:-/usr/bin/python3}" - "$boot/pcrs.json" "$output/twice" << 'PYTHON' || return 1
import hashlib, json, struct, sys
values = json.load(open(sys.argv[1]))
bank = values.get("pcrs", values)["sha256"]
digest = hashlib.sha256(bytes.fromhex(bank["0"]) + bytes.fromhex(bank["4"])).digest()
selections = struct.pack(">IHB3sHB3s", 2, 0x000b, 3, b"\x01\0\0", 0x000b, 3, b"\x10\0\0")
attest = b"\xffTCG" + struct.pack(">HHHQIIBQ", 0x8018, 0, 0, 1, 1, 1, 1, 1)
open(sys.argv[2], "wb").write(attest + selections + struct.pack(">H", len(digest)) + digest)
PYTHON
    openssl genrsa -out "$output/own.key" 2048 2> "$output/err" &&
        openssl rsa -in "$output/own.key" -pubout -out "$output/own.pem" 2> "$output/err" &&
        openssl dgst -sha256 -sign "$output/own.key" -out "$output/twice.sig" "$output/twice" || return 1
    "$assay" check "$boot" --quote "$output/twice" --sig "$output/twice.sig" --key "$output/own.pem" \
        --format json > "$output/out" || return 1
    "${PYTHON:-/usr/bin/python3}" - "$output/out" << 'PYTHON'
import json, sys
def once(pairs):
    assert len(dict(pairs)) == len(pairs), pairs
    return dict(pairs)
quote = json.load(open(sys.argv[1]), object_pairs_hook=once)["quote"]
sys.exit(quote["pcrs"] != {"sha256": [0, 4]})
PYTHON
}
expect "PCRs of one bank in two selections are one list" selects_twice
finish
