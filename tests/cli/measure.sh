#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# assay measure: what it takes, what it says, what it refuses.
set -u
assay=$1
. tests/checks/expect.sh

mle=fixtures/artefacts/mle.elf
sinit=fixtures/artefacts/sinit.acm
folder=$(mktemp -d)
trap 'rm -rf "$folder" "$output"' EXIT

# one COMMAND...: it fails with status 2 and says one thing, in one line and a hint
one() {
    status 2 "$@" && [ ! -s "$output/out" ] && [ "$(wc -l < "$output/err")" -eq 2 ] &&
        head -n 1 "$output/err" | grep -q '^assay measure: .' && tail -n 1 "$output/err" | grep -q '^hint: .'
}

# A value of the JSON document: json EXPRESSION COMMAND..., where d is the document, m its measurements
json() {
    expression=$1
    shift
    "$@" --format json 2> /dev/null | /usr/bin/python3 -c "import hashlib, json, sys
d = json.load(sys.stdin); m = d['measurements']
sys.exit(not ($expression))"
}

# H(H(command line) | H(image)), by hashlib: module ALG CMDLINE FILE
module() {
    /usr/bin/python3 -c "import hashlib, sys
h = lambda b: hashlib.new(sys.argv[1], b).digest()
print(h(h(sys.argv[2].encode()) + h(open(sys.argv[3], 'rb').read())).hex())" "$1" "$2" "$3"
}

sha256=59c81a87fa568228b41fac5b2451896958346fef191535d9304fb652b1e7ed6f # lcp2_mlehash 1.10.5
expect "an MLE has lcp2_mlehash's digest" has "sha256 $sha256" "$assay" measure "$mle" --cmdline logging=serial
expect "zipped, too" has "sha256 $sha256" "$assay" measure "$mle.gz" --cmdline logging=serial
expect "from standard input, too" sh -c "'$assay' measure - --cmdline logging=serial < '$mle.gz' | grep -q $sha256"
expect "its PCRs are said" has "PCR 17 TXT_EVTYPE_MLE_HASH, with details" "$assay" measure "$mle"
expect "of both mappings" has "PCR 18 TXT_EVTYPE_MLE_HASH, with the legacy mapping" "$assay" measure "$mle"
expect "and the room for its command line" has "for a command line of 63 characters" "$assay" measure "$mle"
expect "five algorithms without being asked" json "set(m[0]['digests']) == {'sha1', 'sha256', 'sha384', 'sha512', 'sm3_256'}" "$assay" measure "$mle"
expect "those that are asked for" json "set(m[0]['digests']) == {'sha384', 'sha3_256'}" "$assay" measure -b sha384,sha3-256 "$mle"
expect "no command line is null" json "m[0]['cmdline'] is None and m[0]['cmdline_measured'] is False" "$assay" measure "$mle"
expect "an empty one is one" json "m[0]['cmdline'] == '' and m[0]['cmdline_measured'] is True" "$assay" measure "$mle" --cmdline ''
expect "--cmdline= is one, too" json "m[0]['cmdline'] == ''" "$assay" measure "$mle" --cmdline=
expect "the input's SHA-256 is told" json "m[0]['sha256'] == hashlib.sha256(open('$mle', 'rb').read()).hexdigest()" "$assay" measure "$mle"
expect "a Secure Launch kernel is an MLE" json "m[0]['kind'] == 'mle' and m[0]['mle']['form'] == 'Linux Secure Launch'" "$assay" measure fixtures/artefacts/kernel-sl.bin
expect "its command line is no part of it" json "m[0]['cmdline'] == 'quiet' and not m[0]['cmdline_measured']" "$assay" measure fixtures/artefacts/kernel-sl.bin --cmdline quiet
expect "an ELF that is no MLE is an ELF" json "m[0]['kind'] == 'elf' and m[0]['multiboot']['offset'] == 0x1010" "$assay" measure fixtures/artefacts/mle-none.elf
expect "multiboot headers are told" json "[t['name'] for t in m[0]['multiboot2']['tags']] == ['information request', 'entry address', 'module alignment']" "$assay" measure "$mle"

# What a command line of 64 characters makes of an MLE with room for 63 is nobody's digest.
expect "a command line that doesn't fit is refused" one "$assay" measure "$mle" --cmdline "$(printf '%064d' 0)"
expect "with the room there is" has "64 characters doesn't fit: the MLE has room for 63" "$assay" measure "$mle" --cmdline "$(printf '%064d' 0)"
expect "one that just fits is not" status 0 "$assay" measure "$mle" --cmdline "$(printf '%063d' 0)"

printf 'a kernel' > "$folder/kernel"
gzip -n < "$folder/kernel" > "$folder/kernel.gz"
for alg in sha1 sha256 sha512; do
    digest=$(module $alg '  root=/dev/sda1  quiet ' "$folder/kernel")
    for file in kernel kernel.gz; do
        expect "$file as a module, $alg" json "m[0]['digests']['$alg'] == '$digest'" \
            "$assay" measure --as tboot-module "$folder/$file" --cmdline '  root=/dev/sda1  quiet '
    done
done
digest=$(module sha256 '' "$folder/kernel")
expect "no command line of a module is an empty one" json "m[0]['digests']['sha256'] == '$digest'" "$assay" measure --as tboot-module "$folder/kernel"
expect "the PCRs of modules" json "{e['pcr'] for e in m[0]['events']} == {17, 18, 19}" "$assay" measure --as tboot-module "$folder/kernel"
: > "$folder/empty"
expect "an empty module is one" status 0 "$assay" measure --as tboot-module "$folder/empty"

signed=451ca17e3a8d7644c21453cf5c3e8cd1660365f96eae3839377c6b8d07c085d7
expect "a SINIT's HASH_START" json "m[0]['events'][0]['data_hex'] == '$signed' + '00000000' and m[0]['digests']['sha256'] == hashlib.sha256(bytes.fromhex('$signed') + bytes(4)).hexdigest()" "$assay" measure "$sinit"
expect "and its key" json "m[0]['events'][1]['pcr'] == 18 and m[0]['events'][1]['digests']['sha256'] == 'e84f32991dc43ab2d03d01c3622d194b05e6c143457497d14fb45d3814b654f4'" "$assay" measure "$sinit"
expect "what it is for" json "[c['device'] for c in m[0]['acm']['info']['chipsets']] == ['0xb002', '0xb003']" "$assay" measure "$sinit"
expect "a good signature is status 0" status 0 "$assay" measure "$sinit"
/usr/bin/python3 -c "d = bytearray(open('$sinit', 'rb').read()); d[4000] ^= 1; open('$folder/bad.acm', 'wb').write(d)"
expect "a bad one is no" status 1 "$assay" measure "$folder/bad.acm"
expect "and is said" has "signature RSA-2048, bad" "$assay" measure "$folder/bad.acm"
expect "a debug signed module is said" has "debugging: chipsets fused for production refuse it" "$assay" measure fixtures/artefacts/sinit-debug.acm
expect "a BIOS module has no event" json "m[0]['events'] == [] and m[0]['acm']['type'] == 'BIOS'" "$assay" measure fixtures/artefacts/bios.acm
expect "a loader block" json "m[0]['kind'] == 'slb' and m[0]['digests']['sha256'] == hashlib.sha256(open('fixtures/artefacts/skl.slb', 'rb').read()[:0x600]).hexdigest()" "$assay" measure fixtures/artefacts/skl.slb

expect "several files, one document" json "[e['kind'] for e in m] == ['mle', 'acm', 'slb']" "$assay" measure "$mle" "$sinit" fixtures/artefacts/skl.slb
expect "what is sound is said beside what isn't" sh -c "'$assay' measure '$mle' '$folder/kernel' '$sinit' 2> '$folder/err' | grep -c '^[a-z]* .*fixtures' | grep -qx 2"
expect "which is trouble" status 2 "$assay" measure "$mle" "$folder/kernel"
expect "one command line is for one file" one "$assay" measure "$mle" "$mle" --cmdline x
expect "a SINIT has no command line" one "$assay" measure "$sinit" --cmdline x

head -c 9000 "$mle" > "$folder/cut.elf"
head -c 300 "$mle.gz" > "$folder/cut.gz"
printf '\177ELF' > "$folder/magic"
for file in cut.elf cut.gz magic kernel empty missing; do
    expect "$file is refused with one message" one "$assay" measure "$folder/$file"
    expect "$file --as mle is, too" one "$assay" measure --as mle "$folder/$file"
    expect "$file --as acm is, too" one "$assay" measure --as acm "$folder/$file"
done
expect "a cut ELF says where" has "the file ends before its segment does, at byte 4096" "$assay" measure "$folder/cut.elf"
expect "a file of no kind gets a hint" has "--as tboot-module" "$assay" measure "$folder/kernel"
expect "what is no module is named" has "this is no authenticated code module" "$assay" measure --as acm "$folder/kernel"
expect "a folder is refused" one "$assay" measure "$folder"
expect "an unknown algorithm is refused" one "$assay" measure -b md5 "$mle"
expect "an unknown kind is refused" one "$assay" measure --as kernel "$mle"
expect "no file is refused" one "$assay" measure
expect "a file may be called --help" has "--help: cannot open" "$assay" measure --as acm -- --help
expect "nothing is left of an output in trouble" sh -c "! '$assay' measure '$folder/kernel' -o '$folder/out' 2> '$folder/err' && [ ! -e '$folder/out' ]"
expect "-q says nothing" sh -c "[ -z \"\$('$assay' measure -q '$mle')\" ]"
printf 'x\033[31m' > "$folder/bell"
expect "a command line can't move a terminal" sh -c "'$assay' measure '$mle' --cmdline \"\$(cat '$folder/bell')\" | grep -qF 'x\\x1b[31m'"

# Lines break before column 80 where they can.
COLUMNS=80 "$assay" measure "$mle" "$sinit" fixtures/artefacts/mle-none.elf fixtures/artefacts/sinit-xmss.acm fixtures/artefacts/skl.slb > "$output/out"
expect "80 columns are enough" sh -c "! grep -n '.\{81\}' '$output/out'"

# The schema, and every kind of artefact under it.
schema() {
    "$assay" measure --format json "$@" | /usr/bin/python3 -c "import json, jsonschema, sys
jsonschema.validate(json.load(sys.stdin), json.load(open('man/assay-measure.schema.json')))"
}
for file in fixtures/artefacts/*.elf* fixtures/artefacts/*.acm fixtures/artefacts/*.slb fixtures/artefacts/*.bin; do
    expect "the schema holds for $file" schema "$file"
done
expect "and for a module" schema --as tboot-module "$mle" --cmdline x
expect "and for YAML" sh -c "'$assay' measure '$sinit' --format yaml | grep -q '^ *- *file:'"

finish
