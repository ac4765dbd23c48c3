#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# assay vlp, beside what tb_polgen and lcp2_crtpolelt made by the same commands (fixtures/policies/vl).
set -u
assay=$1
. tests/checks/expect.sh

theirs=$PWD/fixtures/policies/vl
schema=$PWD/man/assay-vlp.schema.json
in=$output/in
mkdir "$in"
printf 'module one contents\n' > "$in/mod1.bin"
head -c 100000 /dev/zero | tr '\0' 'k' > "$in/kernel.bin"
head -c 65537 /dev/zero | tr '\0' 'i' > "$in/initrd.bin"
gzip -n -9 -c "$in/kernel.bin" > "$in/kernel.gz"
: > "$in/empty.bin"
cd "$output" || exit 1

status() {
    wanted=$1
    shift
    "$@" > out 2> err
    got=$?
    [ "$got" -eq "$wanted" ] || { echo "status $got"; cat out err; return 1; }
}

# has TEXT COMMAND...: what it prints has this text, wherever its lines break
has() {
    text=$1
    shift
    "$@" > said.txt 2>&1
    tr -s ' \n' ' ' < said.txt | grep -qF -- "$text" || { cat said.txt; return 1; }
}

lacks() {
    ! has "$@" > /dev/null
}

# json EXPRESSION COMMAND...: true of the document d, which the schema allows
json() {
    expression=$1
    shift
    "$@" --format json > d.json 2> err
    "${PYTHON:-/usr/bin/python3}" - "$schema" "$expression" <<'PYTHON'
import json, jsonschema, sys
d = json.load(open('d.json'))
jsonschema.validate(d, json.load(open(sys.argv[1])))
sys.exit(0 if eval(sys.argv[2]) else print(json.dumps(d, indent=1)) or 1)
PYTHON
}

vlp() {
    "$assay" vlp "$@"
}

add() {
    vlp add -q "$@"
}

same() {
    cmp "$1" "$theirs/$2"
}

# The policies of the collection, command by command.

for alg in sha1 sha256 sha384 sha512; do
    p=$alg.pol
    vlp create -q --type nonfatal --alg $alg -o $p
    expect "$alg: create" same $p $alg.step0.pol
    add $p --num 0 --pcr none --hash image --cmdline 'root=/dev/sda1 ro quiet' --image in/kernel.bin
    expect "$alg: add module 0" same $p $alg.step1.pol
    add $p --num 1 --pcr 19 --hash image --cmdline '' --image in/initrd.bin
    expect "$alg: add module 1" same $p $alg.step2.pol
    add $p --num 1 --pcr 19 --hash image --cmdline '' --image in/mod1.bin
    expect "$alg: add a digest" same $p $alg.step3.pol
    add $p --num any --pcr 22 --hash any
    expect "$alg: add any" same $p $alg.pol
    cp $p $alg.del.pol
    vlp del -q $alg.del.pol --num 1 --pos 0
    vlp del -q $alg.del.pol --num 0
    expect "$alg: delete a digest and an entry" same $alg.del.pol $alg.del.pol
done
for type in nonfatal continue halt; do
    for control in 0x0 0x1; do
        expect "create $type $control" status 0 "$assay" vlp create --type $type --control $control -o c.pol
        expect "is as theirs" same c.pol create-$type-$control.pol
    done
done

# made NAME OPTIONS...: an entry added to the default policy
made() {
    name=$1
    shift
    cp "$theirs/default.pol" made.pol
    add made.pol "$@" && same made.pol "$name.pol"
}

expect "without a command line" made nocmd --num 0 --pcr 18 --hash image --image in/kernel.bin
expect "a gzipped image" made gz --num 0 --pcr 18 --hash image --cmdline x --image in/kernel.gz
expect "an empty image" made emptyimg --num 0 --pcr 18 --hash image --cmdline x --image in/empty.bin
expect "an entry without digests" made hashany0 --num 0 --pcr 18 --hash any
expect "blanks around a command line" \
    made leadspace --num 0 --pcr 19 --hash image --cmdline '  lead trail  ' --image in/mod1.bin
expect "any before a number, too" sh -c "
    cp '$theirs/default.pol' any.pol &&
    '$assay' vlp add -q any.pol --num any --pcr 19 --hash any &&
    '$assay' vlp add -q any.pol --num 2 --pcr 20 --hash image --cmdline c --image in/mod1.bin &&
    cmp any.pol '$theirs/anyfirst.pol'"
expect "what any hides is said" has "entry 1: tboot never comes here: entry 0" \
    "$assay" vlp show "$theirs/anyfirst.pol"
expect "an entry can be put before it" status 0 "$assay" vlp add any.pol --num 3 --pcr 20 --hash any --at 0
expect "and is there" json "[e['num'] for e in d['policy']['entries']] == [3, 'any', 2]" "$assay" vlp show any.pol

# What tb_polgen refuses, or should.

cp "$theirs/default.pol" d.pol
expect "PCR 24" status 2 "$assay" vlp add d.pol --num 0 --pcr 24 --hash any
expect "module 128" status 2 "$assay" vlp add d.pol --num 128 --pcr 19 --hash any
expect "a control bit that is none" status 2 "$assay" vlp create --type halt --control 0xffffffff -o x.pol
expect "left nothing behind" test ! -e x.pol
expect "nor changed anything" same d.pol default.pol
long=$(head -c 2000 /dev/zero | tr '\0' b)
expect "a command line of 2000 characters is measured whole" sh -c "
    '$assay' vlp add -q d.pol --num 0 --pcr 19 --hash image --cmdline $long --image in/mod1.bin &&
    { printf %s $long | openssl sha256 -binary; openssl sha256 -binary in/mod1.bin; } | sha256sum |
        cut -c 1-64 | { read -r digest; '$assay' vlp show d.pol | grep -q \$digest; }"
expect "and what tboot passes on of it is said" has "all 2000 characters are measured" \
    "$assay" vlp add d.pol --num 0 --pcr 19 --hash image --cmdline "$long" --image in/mod1.bin -o x.pol
expect "a missing command line is said" has "without --cmdline the digest is that of an empty" \
    "$assay" vlp add d.pol --num 1 --pcr 19 --hash image --image in/mod1.bin -o x.pol
expect "an empty image is said" has "empty.bin is empty" \
    "$assay" vlp add d.pol --num 1 --pcr 19 --hash image --cmdline x --image in/empty.bin -o x.pol
expect "the PCR of an entry does not change without a word" has "entry 0 has PCR 20 now, for all its digests; it had 19" \
    "$assay" vlp add d.pol --num 0 --pcr 20 --hash any
expect "nor its hash type" has "hash type any now; it had image" \
    "$assay" vlp add "$theirs/sha256.pol" --num 1 --hash any -o x.pol
expect "an image that is not there" status 2 "$assay" vlp add d.pol --num 1 --pcr 19 --hash image --cmdline x --image in/none
head -c 60 in/kernel.gz > in/cut.gz
expect "an image whose gzip is cut" status 2 "$assay" vlp add d.pol --num 1 --pcr 19 --hash image --cmdline x --image in/cut.gz

# Entries that tb_polgen cannot make.

vlp create --type halt --alg sm3 -o sm3.pol 2> err
expect "SM3" json "d['policy']['alg'] == 'sm3_256'" "$assay" vlp show sm3.pol
vlp create --type halt -o nv.pol
expect "an entry for NV" status 0 "$assay" vlp add nv.pol --num nv --nv-index 0x01c10131 --pcr 22 --hash any
expect "one for a raw index" status 0 "$assay" vlp add nv.pol --num nv-raw --nv-index 0x40000010 --pcr 22 \
    --digest 02a9667b367dc5ca6fd5ff5704e1487b46a7d8aff0b61bdaa534d342d2186b56
expect "two of two indices are two entries" status 0 "$assay" vlp add nv.pol --num nv --nv-index 7 --pcr 22 --hash any
expect "all are there" \
    json "[(e['num'], e['nv_index'], len(e['hashes'])) for e in d['policy']['entries']] == [('nv', '0x1c10131', 0), ('nv-raw', '0x40000010', 1), ('nv', '0x7', 0)]" \
    "$assay" vlp show nv.pol
expect "an entry for NV without an index" status 2 "$assay" vlp add nv.pol --num nv --pcr 22 --hash any
expect "an index for a module" status 2 "$assay" vlp add nv.pol --num 1 --nv-index 7 --pcr 22 --hash any

# Deleting.

cp "$theirs/anyfirst.pol" del.pol
expect "the entry for any is not that of a number" status 2 "$assay" vlp del del.pol --num 5
expect "a position that is none" status 2 "$assay" vlp del del.pol --entry 2
expect "a digest that is none" status 2 "$assay" vlp del del.pol --entry 1 --pos 1
expect "changed nothing" same del.pol anyfirst.pol
expect "the last digest takes its entry along" has "entry 1 had no other digest and is deleted" \
    "$assay" vlp del del.pol --num 2 --pos 0
expect "and that is all" json "[e['num'] for e in d['policy']['entries']] == ['any']" "$assay" vlp show del.pol

# JSON.

for file in "$theirs"/*.pol; do
    name=$(basename "$file")
    expect "$name: its document is as the schema says" \
        json "d['size'] == $(wc -c < "$file") and 'fault' not in d" "$assay" vlp show "$file"
    expect "$name: and makes the same bytes" sh -c "'$assay' vlp create -q --from d.json -o back.pol && cmp back.pol '$file'"
    expect "$name: which do not differ" status 0 "$assay" vlp diff d.json "$file"
done
mkdir boot
cp in/kernel.gz boot/vmlinuz
cp in/initrd.bin in/mod1.bin boot
cat > boot/vl.json <<'JSON'
{ "type": "nonfatal", "alg": "sha256", "entries": [
  { "num": 0, "pcr": "none", "image": "vmlinuz", "cmdline": "root=/dev/sda1 ro quiet" },
  { "num": 1, "pcr": 19, "hashes": [ { "image": "initrd.bin", "cmdline": "" }, { "image": "mod1.bin", "cmdline": "" } ] },
  { "num": "any", "pcr": 22 } ] }
JSON
expect "images are found beside the JSON that names them" sh -c \
    "'$assay' vlp create --from boot/vl.json -o boot.pol && cmp boot.pol '$theirs/sha256.pol'"
expect "show prints their digests" \
    json "d['policy']['entries'][0]['hashes'] == ['6bd35811daad1453483ac86e68fb463d30f3c9c688fe6ac246407ad6f224a583']" \
    "$assay" vlp show boot/vl.json
expect "YAML is written" has 'num: "any"' "$assay" vlp show boot/vl.json --format yaml
rm boot/mod1.bin
expect "an image that is gone" status 2 "$assay" vlp create --from boot/vl.json -o x.json
expect "is named" has "boot/mod1.bin: " "$assay" vlp create --from boot/vl.json -o x.json
printf '{"type":"halt","alg":"sha256","entries":[{"num":0,"pcr":17,"hahses":[]}]}' > typo.json
expect "an unknown key is named" has "entries[0]: the key 'hahses' is unknown here" "$assay" vlp create --from typo.json -o x.json
expect "and nothing is written" test ! -e x.json
expect "JSON is not edited" status 2 "$assay" vlp add boot/vl.json --num 5 --pcr 17 --hash any
expect "create prints the document too" json "d['policy']['type'] == 'halt' and d['inputs'] == []" \
    "$assay" vlp create --type halt -o x.pol
expect "but not into the policy" status 2 "$assay" vlp create --type halt --format json

# Wrapped.

expect "an element as lcp2_crtpolelt makes it" sh -c \
    "'$assay' vlp create --from '$theirs/sha256.pol' --wrap custom2 --element-control 1 -o w.elt && cmp w.elt '$theirs/custom-vl.elt'"
expect "is read" json "d['wrapped'] == {'in': 'element', 'element': '0x13', 'control': 1, 'offset': 28}" "$assay" vlp show w.elt
expect "and unwrapped" sh -c "'$assay' vlp create --from w.elt -o u.pol && cmp u.pol '$theirs/sha256.pol'"
vlp create --from w.elt --wrap custom -o w3.elt
expect "one of type 3, too" json "d['wrapped']['element'] == '0x3'" "$assay" vlp show w3.elt
expect "it has the same policy" status 0 "$assay" vlp diff w3.elt w.elt
expect "changed, it stays an element" sh -c \
    "'$assay' vlp del -q w.elt --num any && '$assay' vlp create --from w.elt -o u.pol && cmp u.pol '$theirs/sha256.step3.pol'"
expect "its size and control too" json "d['wrapped']['control'] == 1" "$assay" vlp show w.elt
if command -v lcp2_crtpollist > /dev/null; then
    for version in 0x200 0x201 0x300; do
        lcp2_crtpollist --create --listver $version --out l.lst "$theirs/custom-vl.elt" > /dev/null
        expect "in a list $version of lcp2_crtpollist" json "d['wrapped']['in'] == 'list'" "$assay" vlp show l.lst
        expect "it is the same" status 0 "$assay" vlp diff l.lst "$theirs/sha256.pol"
        lcp2_crtpol --create --type list --polver 3.2 --alg sha256 --sign 0x8 --pol p.pol --data p.dat l.lst > /dev/null 2>&1
        expect "in policy data" json "d['wrapped']['in'] == 'policy data'" "$assay" vlp show p.dat
        expect "which a change would break" status 2 "$assay" vlp del p.dat --num any
    done
else
    echo "skipped: lcp2_crtpollist is not installed, so no lists of it are read"
fi
if command -v tb_polgen > /dev/null; then
    expect "tb_polgen unwraps what is wrapped for it" sh -c \
        "cp w3.elt t.elt && tb_polgen --unwrap --elt t.elt t.pol && cmp t.pol '$theirs/sha256.pol'"
else
    echo "skipped: tb_polgen is not installed, so it unwraps nothing"
fi

# Malformed.

head -c 9 "$theirs/sha256.pol" > cut.pol
expect "a policy cut in its header" has "inside the policy's header: 2 bytes are left of 4, at byte 7" "$assay" vlp show cut.pol
expect "is malformed" status 2 "$assay" vlp show cut.pol
head -c 64 /dev/zero | tr '\0' '\377' > ff.bin
expect "ones" status 2 "$assay" vlp show ff.bin
expect "nothing" status 2 "$assay" vlp show in/empty.bin
expect "no file" status 2 "$assay" vlp show none.pol
expect "a folder" status 2 "$assay" vlp show in
head -c 100 "$theirs/sha256.pol" > cut.pol
expect "what was sound is shown" has "entry 0: module 0, into no PCR" "$assay" vlp show cut.pol
expect "and where it ends" json "len(d['policy']['entries']) == 1 and d['fault']['offset'] == 60 and d['fault']['field'] == 'hashes'" \
    "$assay" vlp show cut.pol
expect "it is not changed" status 2 "$assay" vlp add cut.pol --num 9 --pcr 17 --hash any
expect "not tried" status 2 "$assay" vlp allows cut.pol
expect "not compared" status 2 "$assay" vlp diff cut.pol cut.pol

# Built in.

vlp create --builtin da -o da.pol
expect "the built-in policy has the digest that logs have" \
    has "71be5852a14eabefebf0df0e1acc5da291883b6d4c5ab20914ed987c1daf3f91" "$assay" vlp show da.pol
expect "it verifies nothing" has "accepts any module" "$assay" vlp show da.pol

# Would tboot start them?

tries() {
    wanted=$1
    shift
    status "$wanted" "$assay" vlp allows "$@"
}
expect "modules that are in the policy" tries 0 sha256.pol --module in/kernel.gz --cmdline 'root=/dev/sda1 ro quiet' \
    --module in/mod1.bin --module in/empty.bin
expect "another command line" tries 1 sha256.pol --module in/kernel.gz --cmdline 'root=/dev/sda1 ro'
expect "tboot goes on when the policy says so" \
    json "(d['verified'], d['action'], d['steps'][3]['error']) == (False, 'continue', 'TB_ERR_MODULE_VERIFICATION_FAILED')" \
    "$assay" vlp allows sha256.pol --module in/kernel.gz --cmdline 'root=/dev/sda1 ro'
vlp create -q --type halt -o halt.pol
add halt.pol --num 0 --pcr none --hash image --cmdline x --image in/kernel.bin
expect "and halts when it says so" \
    json "d['action'] == 'halt' and [s['reached'] for s in d['steps']] == [True, True, True, True, False]" \
    "$assay" vlp allows halt.pol --module in/mod1.bin --module in/mod1.bin
expect "a module without an entry is named" has "no entry is for module 1 or for any" \
    "$assay" vlp allows halt.pol --module in/kernel.bin --cmdline x --module in/mod1.bin
expect "the first entry that fits counts" has "entry 0 accepts any" "$assay" vlp allows "$theirs/anyfirst.pol" --module in/mod1.bin
expect "other digests want another extpol" has "tboot measures with sha256, the policy's digests are sha384" \
    "$assay" vlp allows sha384.pol --module in/kernel.gz --cmdline 'root=/dev/sda1 ro quiet'
expect "with it they match" tries 0 sha384.pol --extpol sha384 --module in/kernel.gz --cmdline 'root=/dev/sda1 ro quiet'
expect "with embedded nothing is verified" tries 0 sha384.pol --extpol embedded --module in/mod1.bin
expect "SHA-1 is for TPM 1.2, with legacy mapping" \
    json "[s['pcr'] for s in d['steps'][:2]] == [17, 18] and d['steps'][1]['subject'] == 'first-module'" \
    "$assay" vlp allows sha1.pol --module in/kernel.gz --cmdline 'root=/dev/sda1 ro quiet'
expect "a digest stands for a module" tries 0 sha256.pol \
    --digest 6bd35811daad1453483ac86e68fb463d30f3c9c688fe6ac246407ad6f224a583
openssl sha256 -binary in/mod1.bin > in/raw.nv
vlp create -q --type continue -o nvs.pol
add nvs.pol --num nv --nv-index 0x01c10140 --pcr 22 --digest "$(sha256sum < in/initrd.bin | cut -c 1-64)"
add nvs.pol --num nv-raw --nv-index 0x01c10141 --pcr 22 --digest "$(sha256sum < in/mod1.bin | cut -c 1-64)"
head -c 4096 in/initrd.bin > in/4096.nv
expect "an index that is not given is none" tries 1 nvs.pol --nv 0x01c10141=in/raw.nv
expect "of a raw index the content counts" has "NV index 0x01c10141: it has digest 0 of entry 1" \
    "$assay" vlp allows nvs.pol --nv 0x01c10141=in/raw.nv
expect "of another the hash of 4096 bytes" has "not the digest of entry 0" \
    "$assay" vlp allows nvs.pol --nv 0x01c10140=in/initrd.bin --nv 0x01c10141=in/raw.nv
expect "a command line wants its module" tries 2 sha256.pol --cmdline x
expect "an index wants its file" tries 2 sha256.pol --nv 0x01c10141
expect "-q says nothing" sh -c "[ -z \"\$('$assay' vlp allows -q halt.pol --module in/mod1.bin)\" ]"

# Differences.

expect "the same" status 0 "$assay" vlp diff sha256.pol "$theirs/sha256.pol"
expect "not the same" status 1 "$assay" vlp diff sha256.pol sha256.del.pol
expect "by entry and field" \
    json "not d['equal'] and [(c['kind'], c['field'], c['component']) for c in d['changes']] == [('removed', 'entry', 'module 0'), ('removed', 'hashes', 'module 1')]" \
    "$assay" vlp diff sha256.pol sha256.del.pol
expect "in words" has "entry 0, module 0: removed" "$assay" vlp diff sha256.pol sha256.del.pol

# Files.

cp "$theirs/default.pol" keep.pol
expect "--output leaves the policy alone" sh -c \
    "'$assay' vlp add -q keep.pol --num 0 --pcr 17 --hash any -o new.pol && cmp keep.pol '$theirs/default.pol' && ! cmp -s new.pol keep.pol"
expect "a policy goes to a pipe" sh -c "'$assay' vlp create --type halt | cmp - '$theirs/default.pol'"
expect "and comes from one" sh -c "'$assay' vlp show - < '$theirs/default.pol'"
expect "which is no file to change" status 2 "$assay" vlp add - --num 0 --pcr 17 --hash any
expect "unless there is --output" sh -c \
    "'$assay' vlp add -q - --num 0 --pcr 18 --hash any -o out.pol < '$theirs/default.pol' && cmp out.pol '$theirs/hashany0.pol'"
cat "$theirs/default.pol" "$in/mod1.bin" > other
cp other other.was
expect "what may be no policy at all is not changed in its place" status 2 "$assay" vlp add other --num 0 --pcr 17 --hash any
expect "and stays" cmp other other.was
expect "elsewhere it may be" status 0 "$assay" vlp add other --num 0 --pcr 17 --hash any -o elsewhere.pol
head -c 64 /dev/zero | cat "$theirs/default.pol" - > fromnv
expect "and what NV has behind a policy does no harm" status 0 "$assay" vlp add fromnv --num 0 --pcr 17 --hash any
# Version 1: one entry for whatever has this UUID.
printf '\001\002\000\000\002\000\001\000\002\000\003\000\000\000\000\000\000\000\000\000\000\000\006\000\000\000\377\000\000\000' > uuid.pol
expect "a UUID without a name is text" has "entry 0: 03000200-0000-0000-0000-000000000006" "$assay" vlp show uuid.pol
expect "one source is wanted" status 2 "$assay" vlp create -o x.pol
expect "not two" status 2 "$assay" vlp create --type halt --builtin da -o x.pol
finish
