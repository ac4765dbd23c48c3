#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# assay export and import for systemd: components of systemd-pcrlock against a model of it, signed
# policies against systemd-measure, enrolments.
set -u
assay=$1
. tests/checks/expect.sh
. tests/swtpm/tpm.sh
machines=fixtures/machines
quiet="$assay export -q"

says() { # says TEXT COMMAND...
    text=$1
    shift
    "$@" 2>&1 | grep -qF -- "$text"
}

leaves_unsaid() { # as says, of what succeeds and doesn't say it
    text=$1
    shift
    "$@" > "$output/unsaid" 2>&1 && ! grep -qF -- "$text" "$output/unsaid"
}

# pcrlock: every boot comes out protected in all its PCRs, with the values that its TPM had.

model() { # model COMPONENTS MACHINE BANK
    "$assay" show --format json "$2/eventlog.bin" > "$output/log.json"
    tests/systemd/pcrlock.py "$1" "$output/log.json" "$3" "$output/pcrs.json"
}

# The log's own values, from what the TPM had where it has them: PCR 10 and 11 go on after it.
log_values() {
    "$assay" replay --format json "$1/eventlog.bin" | /usr/bin/python3 -c 'import json, sys
print(json.dumps(json.load(sys.stdin)["pcrs"]))' > "$output/pcrs.json"
}

protects() { # protects COMPONENTS MACHINE BANK
    log_values "$2" && model "$1" "$2" "$3"
}

refuses() {
    log_values "$2"
    model "$1" "$2" "$3" > "$output/refused"
    [ $? -eq 1 ]
}

round_trip() { # round_trip COMPONENTS NAME
    "$assay" import "$1" --from pcrlock -o "$output/$2.again" -q &&
        $quiet "$output/$2.again" --to pcrlock -o "$output/$2.twice" &&
        diff -r "$1" "$output/$2.twice"
}

for machine in "$machines"/*/eventlog.bin; do
    machine=${machine%/eventlog.bin}
    name=$(basename "$machine")
    bank=sha256
    case $name in *sha1) bank=sha1 ;; esac
    expect "components of $name are written" $quiet "$machine/eventlog.bin" --to pcrlock -o "$output/$name"
    expect "and systemd-pcrlock protects all its PCRs with their values" protects "$output/$name" "$machine" $bank
    expect "and they come back as they were" round_trip "$output/$name" "$name"
    expect "as a reference that the boot itself meets" status 0 \
        "$assay" golden check "$output/$name.again" "$machine/eventlog.bin"
done

b1=$machines/b1-uki252
d1=$machines/d1-shim-grub206-sb
expect "a boot isn't protected by another's components" refuses "$output/b1-uki252" "$d1" sha256
expect "components of two boots at once" $quiet "old=$b1/eventlog.bin" "new=$d1/eventlog.bin" --to pcrlock -o "$output/two"
expect "protect the one" protects "$output/two" "$b1" sha256
expect "and the other" protects "$output/two" "$d1" sha256
expect "and come back as two boots" round_trip "$output/two" two
expect "that variants mix is said" says "combinations pass where the reference has 2 boots" \
    "$assay" export "old=$b1/eventlog.bin" "new=$d1/eventlog.bin" --to pcrlock -o "$output/said"
mkdir "$output/foreign"
cp -r "$output/two/"* "$output/foreign"
find "$output/foreign" -type f -exec sed -i 's/,"variants":\[[^]]*\]//' {} +
expect "of a folder that doesn't say which go together all combinations are read" \
    says "combinations were taken" "$assay" import "$output/foreign" --from pcrlock -o "$output/foreign.ref"
expect "two runs write the same" sh -c "$quiet $d1/eventlog.bin --to pcrlock -o '$output/again' && diff -r '$output/again' '$output/d1-shim-grub206-sb'"

# What systemd 262 measures in its initrd, by its units: a separator into the PCRs of whoever came
# before, another into PCR 9, and the first phase.
mkdir "$output/late"
cp "$b1/eventlog.bin" "$output/late"
/usr/bin/python3 - > "$output/late/tpm2-measure.log" << 'PYTHON'
import hashlib, json
words = [(pcr, "os-separator") for pcr in [*range(8), 9, 12, 13, 14]]
for pcr, word in words + [(9, "nvpcr-separator"), (11, "enter-initrd")]:
    kind = "phase" if pcr == 11 else word
    digests = [{"hashAlg": alg, "digest": hashlib.new(alg, word.encode()).hexdigest()}
               for alg in ("sha1", "sha256", "sha384", "sha512")]
    print("\x1e" + json.dumps({"pcr": pcr, "digests": digests, "content_type": "systemd",
                               "content": {"string": word, "eventType": kind}}))
PYTHON
# The records of systemd 262's own pcrlock.d/750-os-separator.pcrlock and 770-nvpcr-separator.pcrlock.
separators() { # separators COMPONENTS
    /usr/bin/python3 - "$1" << 'PYTHON'
import json, sys
def records(name):
    return [(record["pcr"], {each["hashAlg"]: each["digest"] for each in record["digests"]}["sha256"])
            for record in json.load(open(sys.argv[1] + "/" + name))["records"]]
os = "ff5b9d73dad709633ae76adf444012b57e913a12ed7403c3931145862f35f841"
nvpcr = "97c5f96d4cd3fb14c7e272c47762af208f712c1a47733567e5c233e2b6f6c5cb"
assert records("750-os-separator.pcrlock") == [(p, os) for p in [*range(8), 9, 12, 13, 14]]
assert records("770-nvpcr-separator.pcrlock") == [(9, nvpcr)]
PYTHON
}
expect "components of a boot with systemd's separators" $quiet "$output/late" --to pcrlock -o "$output/late.d"
expect "have them in systemd's files" separators "$output/late.d"
expect "and nowhere else" sh -c "! ls '$output/late.d' | grep -q userspace"
expect "a predicted boot without them says who measures them" \
    says "installs 750-os-separator.pcrlock, of PCR 0-7,9," "$assay" export "$b1/eventlog.bin" --to pcrlock -o "$output/early.d"

# These are systemd's own files, whose names and bytes ours are to take the place of.
sum() {
    sha256sum < "$output/b1-uki252/$1" | grep -q "^$2"
}
# sha256sum of src/pcrlock/pcrlock.d/... of systemd 256
expect "the application's action is systemd's file" sum 350-action-efi-application.pcrlock 55004b7ef5f4fe64f43cc13a711636501f8ea84c86c446bbea7b042e2e9b0522
expect "so is Secure Boot's separator" sum 400-secureboot-separator.pcrlock.d/300-0x00000000.pcrlock 007b066ad19fa0ee1234f5c6cd61d946b7e6a64c019b6587ade089ae5c7cfae8
expect "so are the other separators" sum 500-separator.pcrlock.d/300-0x00000000.pcrlock 13fd269f11aeb2e4bef9fe716ee99d5a977f0acfc034de812da7c2ec9716fd0c
expect "and ExitBootServices" sum 700-action-efi-exit-boot-services.pcrlock.d/300-present.pcrlock e274bf1965de3d78c19b163adcb5d2cb1298a9a0ba2cb15d9b537d938ac30b2c

# An initrd that GRUB and the kernel both measure: the later one would be taken for the earlier.
expect "values without steps make no components" sh -c "
    '$assay' export -q '$b1/eventlog.bin' --to json -o '$output/values.json' &&
    '$assay' import -q '$output/values.json' --from json -o '$output/values.ref' &&
    ! $quiet '$output/values.ref' --to pcrlock -o '$output/none'"
expect "TXT's PCRs are said to be left out" says "PCR 17 is left out" \
    "$assay" export "$b1/eventlog.bin" fixtures/logs/txt-heap-agile.bin --to pcrlock -o "$output/txt"

# cryptenroll

expect "an enrolment is written" $quiet "$b1/eventlog.bin" --to cryptenroll -b sha256 -p 4,7 -o "$output/enrol.sh"
expect "it is a script" sh -n "$output/enrol.sh"
value() { # value MACHINE PCR: as the TPM had it
    /usr/bin/python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["sha256"][sys.argv[2]])' "$1/pcrs.json" "$2"
}
option() {
    grep -qF -- " --tpm2-pcrs=4:sha256=$(value "$b1" 4)+7:sha256=$(value "$b1" 7) " "$output/enrol.sh"
}
expect "with the TPM's values" option
expect "and reads back the same" sh -c "'$assay' import -q '$output/enrol.sh' --from cryptenroll -o '$output/enrol.ref' &&
    $quiet '$output/enrol.ref' --to cryptenroll -o '$output/enrol2.sh' && cmp '$output/enrol.sh' '$output/enrol2.sh'"
separator_note="extends PCR 0-7, 9 and 12-14 by os-separator"
expect "that later systemds measure a separator is said" says "$separator_note" \
    "$assay" export "$b1/eventlog.bin" --to cryptenroll -b sha256 -p 4,7 -o "$output/noted.sh"
expect "not of a PCR that it leaves alone" leaves_unsaid "$separator_note" \
    "$assay" export "$b1/eventlog.bin" --to cryptenroll -b sha256 -p 11 -o "$output/noted.sh"
expect "nor of a boot that has it" leaves_unsaid "$separator_note" \
    "$assay" export "$output/late" --to cryptenroll -b sha256 -p 4,7 -o "$output/noted.sh"
# A stand-in for systemd-cryptenroll that says what it is called with.
mkdir "$output/bin"
printf '#!/bin/sh\nprintf "%%s\\n" "$@"\n' > "$output/bin/systemd-cryptenroll"
chmod +x "$output/bin/systemd-cryptenroll"
called() {
    PATH="$output/bin:$PATH" sh "$output/enrol.sh" "/dev/a disk" > "$output/called" &&
        [ "$(wc -l < "$output/called")" -eq 3 ] && grep -qx "/dev/a disk" "$output/called"
}
expect "it calls systemd-cryptenroll with a device and two options" called
echo "4:sha256=$(value "$b1" 4)+secure-boot-policy:sha256=0x$(value "$b1" 7)" > "$output/list"
expect "the option's argument alone is read too, with names of PCRs" sh -c "
    '$assay' import -q '$output/list' --from cryptenroll --set variant=eventlog -o '$output/list.ref' &&
    $quiet '$output/list.ref' --to cryptenroll -o '$output/list.sh' && cmp '$output/enrol.sh' '$output/list.sh'"

# pcrsig

key=$output/key.pem
openssl genrsa -out "$key" 2048 2> "$output/openssl"
openssl rsa -in "$key" -pubout -out "$output/public.pem" 2> "$output/openssl"
openssl ecparam -genkey -name prime256v1 -noout -out "$output/ec.pem"
sections=
options=
for section in linux osrel cmdline initrd; do
    objcopy -O binary --only-section=.$section fixtures/artefacts/pe/uki252.efi "$output/$section" 2> "$output/objcopy" &&
        [ -s "$output/$section" ] || continue
    sections="$sections .$section=$output/$section"
    options="$options --$section=$output/$section"
done
expect "the image has sections" test -n "$sections"
tests/systemd/uki_log.py $sections > "$output/uki.json"
"$assay" import -q "$output/uki.json" --from cel-json --set variant=eventlog -o "$output/uki.ref"
expect "policies of its PCR 11 are signed" $quiet "$output/uki.ref" --to pcrsig --key "$key" -o "$output/sig"
expect "the public key is beside them" cmp "$output/public.pem" "$output/sig/tpm2-pcr-public-key.pem"
measure=/usr/lib/systemd/systemd-measure
as_measured() { # as_measured FOLDER OPTION...: as systemd-measure signs the sections
    folder=$1
    shift
    "$measure" sign --tpm2-device="$tcti" $options --private-key="$key" --public-key="$output/public.pem" \
        --json=short "$@" > "$output/measured.json" &&
        tests/systemd/same_signatures.py "$folder/tpm2-pcr-signature.json" "$output/measured.json" "$output/public.pem"
}
if [ -x "$measure" ] && tpm_is_there; then
    tpm_begin measure
    expect "as systemd-measure signs them" as_measured "$output/sig"
    $quiet "$output/uki.ref" --to pcrsig --key "$key" --set phases=enter-initrd,enter-initrd:other -b sha256,sha1 -o "$output/sig2"
    expect "for other phases and banks too" as_measured "$output/sig2" --phase=enter-initrd --phase=enter-initrd:other \
        --bank=sha1 --bank=sha256
else
    echo "skipped: systemd-measure or swtpm is not installed"
fi
expect "two runs sign the same" sh -c "$quiet '$output/uki.ref' --to pcrsig --key '$key' -o '$output/sig3' && diff -r '$output/sig' '$output/sig3'"
expect "a real boot of such an image too" $quiet "$b1/eventlog.bin" --to pcrsig --key "$key" -o "$output/sig4"
count_policies() { # count_policies WANTED FOLDER
    [ "$(grep -o '"pol"' "$2/tpm2-pcr-signature.json" | wc -l)" -eq "$1" ]
}
$quiet "a=$b1/eventlog.bin" "b=$machines/k1-userspace-extends/eventlog.bin" --to pcrsig --key "$key" -b sha256 -o "$output/sig5"
expect "the policies of two variants are all signed" count_policies 8 "$output/sig5"
values() { # values PCR4 PCR11: of two bytes, repeated
    /usr/bin/python3 -c 'import json, sys
print(json.dumps({"sha256": {"4": sys.argv[1] * 32, "11": sys.argv[2] * 32}}))' "$1" "$2"
}
values 11 33 > "$output/a.json"
values 22 33 > "$output/b.json"
$quiet "a=$output/a.json" "b=$output/b.json" --to pcrsig --key "$key" -o "$output/common"
expect "and what they have in common once" count_policies 4 "$output/common"
expect "policies of other PCRs are signed" sh -c "$quiet '$d1/eventlog.bin' -p 4,7 -b sha256 --to pcrsig --key '$key' -o '$output/sig6' &&
    grep -q '^{\"sha256\":\[{\"pcrs\":\[4,7\],\"pkfp\"' '$output/sig6/tpm2-pcr-signature.json'"
expect "without a value of PCR 11 nothing is signed" status 2 "$assay" export "$d1/eventlog.bin" --to pcrsig --key "$key" -o "$output/sig7"
expect "nor with another key than RSA's" status 2 "$assay" export "$output/uki.ref" --to pcrsig --key "$output/ec.pem" -o "$output/sig8"
expect "nor without one" status 2 "$assay" export "$output/uki.ref" --to pcrsig -o "$output/sig9"
expect "paths of phases have words" status 2 "$assay" export "$output/uki.ref" --to pcrsig --key "$key" --set phases=a::b -o "$output/sig10"
expect "policies can't be read back" status 2 "$assay" import "$output/sig" --from pcrsig -o "$output/sig.ref"
finish
