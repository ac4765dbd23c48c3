#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Several logs of one boot, together: show, replay and check.
set -u
assay=$1
. tests/checks/expect.sh

# A boot whose userspace extended PCR 11, 12, 15 and 23; systemd.log has those extends.
machine=fixtures/machines/k1-userspace-extends
userspace=fixtures/logs/systemd.log
other=fixtures/machines/d1-shim-grub206-sb

# A value of the JSON document: json EXPRESSION COMMAND..., where d is the document
json() {
    expression=$1
    shift
    "$@" --format json 2> /dev/null |
        /usr/bin/python3 -c "import json, sys; d = json.load(sys.stdin); sys.exit(not ($expression))"
}

# The value of PCR 11 that the TPM had, as the machine's pcrs.json has it.
tpm11=$(/usr/bin/python3 -c "import json
print(json.load(open('$machine/pcrs.json'))['sha256']['11'])")

expect "a machine folder brings its IMA list" json "len(d['inputs']) == 2" "$assay" replay "$machine"
expect "and with it PCR 10" json "set(d['extended']['sha256']) >= {0, 9, 10}" "$assay" replay "$machine"
expect "without userspace's log PCR 11 is not the TPM's" \
    json "d['pcrs']['sha256']['11'] != '$tpm11'" "$assay" replay "$machine"
expect "with it, it is" json "d['pcrs']['sha256']['11'] == '$tpm11'" "$assay" replay "$machine" "$userspace"
expect "in whatever order they are named" \
    json "d['pcrs']['sha256']['11'] == '$tpm11'" "$assay" replay "$userspace" "$machine/ima.bin" "$machine/eventlog.bin"
expect "and from standard input" sh -c "'$assay' replay - '$machine/eventlog.bin' < '$userspace' | grep -q '$tpm11'"

expect "check sees a mismatch without userspace's log" status 1 "$assay" check "$machine"
expect "and a match with it" status 0 "$assay" check "$machine" "$userspace"
expect "of all that was extended" \
    json "{p['pcr'] for p in d['pcrs'] if p['status'] == 'match'} >= {0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 15, 23}" \
    "$assay" check "$machine" "$userspace"
expect "files do as well as a folder" status 0 "$assay" check "$machine/eventlog.bin" "$userspace" \
    "$machine/ima.bin" "$machine/pcrs.json"
expect "the inputs are named" json "[i['file'] for i in d['inputs']] == ['$machine/eventlog.bin', '$machine/ima.bin', '$userspace', '$machine/pcrs.json']" \
    "$assay" check "$userspace" "$machine/pcrs.json" "$machine/eventlog.bin" "$machine/ima.bin"
expect "the first argument is a log" status 2 "$assay" check "$machine/pcrs.json" "$machine/eventlog.bin"

expect "the list is of this boot" has "boot_aggregate is the hash of PCR 0-9 (sha256)" "$assay" check "$machine"
expect "in JSON too" json "d['boot_aggregate'] == {'outcome': 'matches PCR 0-9', 'bank': 'sha256'}" "$assay" check "$machine"
expect "a list of another boot is told" \
    json "'boot-aggregate' in [f['code'] for f in d['findings']]" "$assay" check "$machine/eventlog.bin" "$other/ima.bin"
expect "as one of that log" \
    json "[f['log'] for f in d['findings'] if f['code'] == 'boot-aggregate'] == [1]" "$assay" check "$machine/eventlog.bin" "$other/ima.bin"
expect "which is no good" status 1 "$assay" check "$machine/eventlog.bin" "$other/ima.bin"
expect "in words" has "they don't belong together" "$assay" check "$machine/eventlog.bin" "$other/ima.bin"
expect "the right one is" status 0 "$assay" check "$machine/eventlog.bin" "$machine/ima.bin"
head -c 7811 "$machine/eventlog.bin" > "$output/early"
expect "a log that ends before ExitBootServices is no other boot" \
    json "d['boot_aggregate']['outcome'] == 'matches PCR 0-9'" "$assay" check "$output/early" "$machine/ima.bin" "$machine/pcrs.json"
expect "and nothing is found in the list" \
    json "'boot-aggregate' not in [f['code'] for f in d['findings']]" "$assay" check "$output/early" "$machine/ima.bin" "$machine/pcrs.json"
expect "without the firmware's log the given values tell" \
    has "boot_aggregate is the hash of PCR 0-9" "$assay" check "$machine/ima.bin" "$machine/pcrs.json"
expect "a list alone says nothing of PCR 0 to 7" \
    json "{p['status'] for p in d['pcrs'] if p['pcr'] < 8} == {'not in log'}" "$assay" check "$machine/ima.bin" "$machine/pcrs.json"

expect "whose PCR 10 is explained by that" \
    json "[e['name'] for e in d['explanations'] if e['pcr'] == 10] == ['other-list'] * 4" "$assay" check "$machine/eventlog.bin" "$other/ima.bin" "$machine/pcrs.json"
/usr/bin/python3 -c "import hashlib, json
v = json.load(open('$machine/pcrs.json'))
for alg in v: v[alg]['10'] = hashlib.new(alg, bytes.fromhex(v[alg]['10']) + hashlib.new(alg, b'later').digest()).hexdigest()
json.dump(v, open('$output/later.json', 'w'))"
expect "a list that was read before the PCR" \
    json "{e['name'] for e in d['explanations'] if e['pcr'] == 10} == {'older-list'}" "$assay" check "$machine/eventlog.bin" "$machine/ima.bin" "$output/later.json"

# SHA-384 and SHA-512 of this kernel are padded SHA-1: replay/runtime.h.
expect "padded SHA-1 is a match" \
    json "[p['runtime']['padded_sha1'] for p in d['pcrs'] if p['pcr'] == 10 and p['bank'] in ('sha384', 'sha512')] == [True, True]" \
    "$assay" check "$machine"
expect "and said to be no better than SHA-1" has "no better than SHA-1" "$assay" check "$machine"
expect "the fold is that of the bank's own digests" \
    json "[p['expected'] != p['replayed'] for p in d['pcrs'] if p['pcr'] == 10 and p['bank'] == 'sha384'] == [True]" \
    "$assay" check "$machine"

cp "$machine/ima.bin" "$output/grown"
cat "$other/ima.bin" >> "$output/grown"
expect "a list that has grown is told from one that was padded" has "not vouched for. It was" "$assay" check "$output/grown" "$machine/pcrs.json"
# The value before the list is met by no fold of it, in the bank of SHA-1 least of all.
printf 'sha1:10 %040d\n' 0 > "$output/start"
expect "a PCR that was never extended is not met" status 1 "$assay" check "$machine/ima.bin" "$output/start"
expect "nor beside the firmware's log" \
    json "[p['status'] for p in d['pcrs']] == ['mismatch']" "$assay" check "$machine/eventlog.bin" "$machine/ima.bin" "$output/start"
"$assay" convert -b sha256 --to cel-json "$machine/ima.bin" -o "$output/sha256.json" 2> /dev/null
printf 'sha256:10 %064d\n' 0 > "$output/start"
expect "nor where entries have no SHA-1 digest" status 1 "$assay" check "$output/sha256.json" "$output/start"

# A list that has grown since the values were read: the machine's one entry, and three of another.
cat "$machine/ima.bin" "$other/ima.bin" > "$output/grown"
expect "a list that has grown is a match" status 0 "$assay" check --pcr 10 "$machine/eventlog.bin" "$output/grown" "$machine/pcrs.json"
expect "of what it had" json "[(p['status'], p['runtime']['after'], p['runtime']['of']) for p in d['pcrs'] if p['pcr'] == 10 and p['bank'] == 'sha256'] == [('match', 1, 4)]" \
    "$assay" check "$machine/eventlog.bin" "$output/grown" "$machine/pcrs.json"
expect "and says so" has "had this value after 1 of 4 events" "$assay" check "$machine/eventlog.bin" "$output/grown" "$machine/pcrs.json"

# A log that calls itself userspace's gains nothing: an event behind the TPM's value is a mismatch.
"$assay" convert "$machine/eventlog.bin" --to text | sed '1a stage userspace' > "$output/claimed"
expect "whose log it is, is the log's word" status 0 "$assay" check --pcr 7 "$output/claimed" "$machine/pcrs.json"
echo '7 EV_EFI_ACTION "forged"' >> "$output/claimed"
expect "and makes no list that has grown" status 1 "$assay" check --pcr 7 "$output/claimed" "$machine/pcrs.json"
expect "with the verdict" has "mismatch: PCR 7" "$assay" check --pcr 7 "$output/claimed" "$machine/pcrs.json"

# What is there twice is folded once.
value=$("$assay" replay -b sha256 -p 0 "$machine/eventlog.bin")
expect "the same log twice" test "$("$assay" replay -b sha256 -p 0 "$machine/eventlog.bin" "$machine/eventlog.bin")" = "$value"
expect "is said" json "'events-repeated' in [f['code'] for f in d['findings']]" "$assay" replay "$machine/eventlog.bin" "$machine/eventlog.bin"
expect "with what is repeated" \
    json "[i.get('repeated', {}).get('first') for i in d['inputs']] == [None, 1]" \
    "$assay" replay "$machine/eventlog.bin" "$machine/eventlog.bin"
expect "show leaves it out" json "len([e for e in d['events'] if e['log'] == 1]) == 1" "$assay" show "$machine/eventlog.bin" "$machine/eventlog.bin"
expect "logs of two boots are told" json "'logs-apart' in [f['code'] for f in d['findings']]" \
    "$assay" replay "$machine/eventlog.bin" fixtures/machines/h3-sha1/eventlog.bin

expect "and that is what explains the PCRs" \
    json "{e['name'] for e in d['explanations'] if e['bank'] == 'sha1'} == {'two-boots'}" "$assay" check "$machine/eventlog.bin" fixtures/machines/h3-sha1/eventlog.bin "$machine/pcrs.json"
expect "IMA's lists of two boots too" json "'logs-apart' in [f['code'] for f in d['findings']]" \
    "$assay" replay "$machine/ima.bin" "$other/ima.bin"
expect "not the lists of one in two banks" json "'logs-apart' not in [f['code'] for f in d['findings']]" \
    "$assay" replay fixtures/logs/ima-sha256.bin fixtures/logs/ima-sha384.ascii
expect "values that contradict" status 2 "$assay" check "$machine" "$other"
expect "and what to do" grep -q "hint: give the values of one machine" "$output/err"

expect "show says which log an event is of" json "{e['log'] for e in d['events']} == {0, 1, 2}" "$assay" show "$machine" "$userspace"
expect "and lists the logs" json "[l['format'] for l in d['logs']] == ['tcg2', 'ima', 'systemd']" "$assay" show "$machine" "$userspace"
expect "a single log is as it was" json "'logs' not in d and 'log' not in d['events'][0]" "$assay" show "$machine/eventlog.bin"
expect "an IMA entry has a content and no type" \
    json "[(e['type'], e['content'], e['type_name'][:3]) for e in d['events'] if e['log'] == 1] == [(None, 'ima_template', 'ima')]" \
    "$assay" show "$machine"
expect "text has a header for each" sh -c "[ \$('$assay' show '$machine' '$userspace' | grep -c '^$machine\|^$userspace') -eq 3 ]"

# One of several that can't be read leaves the others.
printf 'junk' > "$output/junk"
expect "one that is no log is trouble" status 2 "$assay" replay "$machine/eventlog.bin" "$output/junk"
expect "with its name" grep -q "junk: not an event log" "$output/err"
expect "and the others are shown" grep -q "^sha256" "$output/out"
head -c 60 "$machine/ima.bin" > "$output/cut"
expect "a list that is cut is trouble" status 2 "$assay" check "$machine/eventlog.bin" "$output/cut" "$machine/pcrs.json"
expect "with its name and place" grep -q "cut: .*, at byte 0 (event 0" "$output/err"
expect "and what the other log says is shown" grep -q "secure boot: off" "$output/out"
: > "$output/empty"
expect "so is an empty one" status 2 "$assay" show "$machine/eventlog.bin" "$output/empty"
mkdir "$output/folder"
cp "$machine/ima.bin" "$output/folder"
expect "a folder may have an IMA list alone" json "d['log']['format'] == 'ima'" "$assay" show "$output/folder"
printf 'assay-log 1 sha384\nmeasurement-registers\n1 EV_SEPARATOR u32:0\n' > "$output/guest"
expect "a guest's registers and a machine's PCRs don't mix" status 2 "$assay" replay "$machine/eventlog.bin" "$output/guest"
expect "which is said" grep -q "guest: this is a log of measurement registers, the one before it of PCRs" "$output/err"

# A value of a wrong length costs its bank: the others are compared, and it is told.
/usr/bin/python3 -c "import json
v = json.load(open('$machine/pcrs.json'))
v['sha384']['0'] = v['sha384']['0'][:64]
json.dump(v, open('$output/faulty.json', 'w'))"
expect "a faulty value is trouble" status 2 "$assay" check "$machine/eventlog.bin" "$output/faulty.json"
expect "with its place" grep -q "faulty.json: the value of sha384 PCR 0" "$output/err"
expect "and the other banks are compared" grep -q "sha1, sha256, sha512" "$output/out"

finish
