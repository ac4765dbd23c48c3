#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Keylime's formats, held to what its readers do: the mask, the digests that tpm2_eventlog prints,
Python's re, the runtime policy's schema, and openssl for the envelope.
usage: export_keylime.py ASSAY"""
import base64
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema

from suite import expect, finish

ASSAY = os.path.abspath(sys.argv[1])
MACHINES = pathlib.Path("fixtures/machines")
SHIM = MACHINES / "d1-shim-grub206-sb"
UKI = MACHINES / "c5-sdboot257-type2-sb"
TPM = json.loads((SHIM / "pcrs.json").read_text())

# What Keylime 7.14 demands of a runtime policy (keylime/ima/ima.py), in our words.
LISTS = {"type": "object", "additionalProperties": {
    "type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^[0-9a-f]{40,128}$"}}}
TEXTS = {"type": "array", "items": {"type": "string"}}
RUNTIME = {
    "type": "object",
    "required": ["meta", "release", "digests", "excludes", "keyrings", "ima", "ima-buf",
                 "verification-keys"],
    "properties": {
        "meta": {"type": "object", "required": ["version", "generator"], "properties": {
            "version": {"type": "integer", "minimum": 0},
            "generator": {"type": "integer", "minimum": 0, "maximum": 3}}},
        "release": {"type": "integer", "minimum": 0},
        "digests": LISTS, "keyrings": LISTS, "ima-buf": LISTS, "excludes": TEXTS,
        "ima": {"type": "object", "required": ["ignored_keyrings", "log_hash_alg", "dm_policy"],
                "properties": {"ignored_keyrings": TEXTS, "dm_policy": {"type": "null"},
                               "log_hash_alg": {"enum": ["sha1", "sha256", "sha384", "sha512"]}}},
        "verification-keys": {"type": "string"}}}


def run(*args, status=0):
    done = subprocess.run([ASSAY, *map(str, args)], capture_output=True, check=False)
    expect(f"{' '.join(map(str, args))}: {done.returncode} {done.stderr.decode()}",
           done.returncode == status)
    return done.stderr.decode()


def export(reference, form, *args, status=0):
    path = reference.parent / form
    path.unlink(missing_ok=True)
    notes = run("export", reference, "--to", form, "-o", path, *args, status=status)
    return json.loads(path.read_text()) if path.exists() else None, notes


def tpm_policy(reference):
    policy, notes = export(reference, "keylime-tpm-policy")
    expect("PCR 10 and 16 are Keylime's own", "10" not in policy and "16" not in policy)
    for bank, values in TPM.items():
        quote = {pcr: values[pcr] for pcr in policy}
        expect(f"a quote of {bank} is accepted", all(quote[pcr] in policy[pcr] for pcr in policy))
    expect("another value is not", TPM["sha256"]["5"] not in policy["4"])
    expect("what a measured boot policy has against it is said", "tenant stops" in notes)

    body, _ = export(reference, "keylime-rest")
    stored = json.loads(body["tpm_policy"])
    mask = int(stored.pop("mask"), 16)
    expect("the body has the same values", stored == policy)
    expect("the mask asks for the PCRs that have values",
           mask == sum(1 << int(pcr) for pcr in policy))
    expect("agents may quote the banks that have values", body["accept_tpm_hash_algs"] == list(TPM))
    body, _ = export(reference, "keylime-rest", "--set", "ima=yes", "--set", "measured-boot=yes",
                     status=1)
    expect("without PCRs beyond measured boot there is nothing to write", body is None)
    for form in ("keylime-tpm-policy", "keylime-rest"):
        export(reference, form)
        back = reference.parent / "back.json"
        run("import", "--from", form, reference.parent / form, "-o", back)
        run("golden", "check", back, SHIM / "pcrs.json")
        run("golden", "check", back, UKI / "pcrs.json", status=1)


def digests(state, variant="sha256"):
    for firmware in state["scrtm_and_bios"]:
        yield firmware["scrtm"][variant]
        yield from (blob[variant] for blob in firmware["platform_firmware"])
    yield from (mok[variant] for mok in state["mokdig"] + state["mokxdig"])
    for kernel in state["kernels"]:
        yield from (value for key, value in kernel.items() if key.endswith("_sha256"))


def reference_state(reference):
    """Keylime compares with what tpm2_eventlog prints of the log."""
    printed = subprocess.run(["tpm2_eventlog", "--eventlog-version=2", SHIM / "eventlog.bin"], capture_output=True,
                             check=True).stdout.decode()
    state, notes = export(reference, "keylime-mb-refstate")
    expect("a boot of shim, GRUB and Linux is not refused", "refusal" not in notes)
    expect("Secure Boot is on",
           state["has_secureboot"] is True and 'Enabled: \'Yes\'' in printed.replace('"', "'"))
    found = list(digests(state))
    expect("all digests are those that tpm2_eventlog prints",
           len(found) == 9 and all(f'Digest: "{digest[2:]}"' in printed for digest in found))
    keys = [key for part in ("pk", "kek", "db", "dbx") for key in state[part]]
    expect(f"{len(keys)} keys", len(keys) == 6)
    for key in keys:
        expect("an owner as it is printed", f'SignatureOwner: {key["SignatureOwner"]}' in printed)
        expect("a key as it is printed", key["SignatureData"][2:] in printed)
    pattern = re.compile("kernel_cmdline: " + state["kernels"][0]["kernel_cmdline"])
    expect("the command line matches itself",
           pattern.fullmatch("kernel_cmdline: /boot/vmlinuz console=ttyS0 ro quiet"))
    expect("and no other",
           not pattern.fullmatch("kernel_cmdline: /boot/vmlinuz console=ttyS0 ro quiet init=/x"))


def what_is_refused(work):
    reference = work / "uki.json"
    run("golden", "learn", UKI, "-o", reference)
    state, notes = export(reference, "keylime-mb-refstate", status=1)
    expect("systemd-boot is nothing to the policy",
           state is None and "PCR 11 has an event EV_IPL, which the policy doesn't know" in notes)
    state, _ = export(reference, "keylime-mb-refstate", "--force")
    expect("with --force it is written as far as it goes",
           "initrd_plain_sha256" not in state["kernels"][0])
    run("import", "--from", "keylime-mb-refstate", work / "keylime-mb-refstate", status=2)


def runtime_policy(reference, work):
    policy, notes = export(reference, "keylime-runtime-policy")
    expect("the policy fits the schema", jsonschema.Draft7Validator(RUNTIME).is_valid(policy))
    expect("that files are missing is said", "no digests of files" in notes)
    for bank, count in (("sha1", 8), ("sha256", 10), ("sha384", 10), ("sha512", 10)):
        joined = b"".join(bytes.fromhex(TPM[bank][str(pcr)]) for pcr in range(count))
        expect(f"boot_aggregate of {bank} is the hash of PCR 0-{count - 1}",
               hashlib.new(bank, joined).hexdigest() in policy["digests"]["boot_aggregate"])
    policy, _ = export(reference, "keylime-runtime-policy", "--set", "exclude=/tmp/.*")
    expect("an expression is excluded", policy["excludes"] == ["/tmp/.*"])

    key, public, signature, pae = (work / name for name in ("key", "public", "signature", "pae"))
    subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key],
                   check=True, capture_output=True)
    subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-out", public], check=True)
    envelope, _ = export(reference, "keylime-runtime-policy", "--key", key)
    payload = base64.b64decode(envelope["payload"], validate=True)
    signed = envelope["signatures"][0]
    signature.write_bytes(base64.b64decode(signed["sig"], validate=True))
    kind = envelope["payloadType"].encode()
    verify = ["openssl", "dgst", "-sha256", "-verify", public, "-signature", signature, pae]
    for text, good in ((payload, True), (payload.replace(b"sha1", b"sha2"), False)):
        pae.write_bytes(b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(text), text))
        done = subprocess.run(verify, capture_output=True, check=False)
        expect(f"openssl says of the envelope: {done.stdout}", (done.returncode == 0) == good)
    expect("the key is named by its PEM",
           signed["keyid"] == hashlib.sha256(public.read_bytes()).hexdigest())


def learn_changed(work, name, old, new):
    """The machine's boot, and one whose log has `new` where `old` stands."""
    text, log, reference = work / "log.txt", work / "log.bin", work / "two.json"
    run("convert", SHIM / "eventlog.bin", "--to", "text", "-o", text)
    lines = text.read_text()
    expect(f"{old} stands in the log", old in lines)
    text.write_text(lines.replace(old, new))
    run("convert", text, "--to", "tcg2", "-o", log)
    run("golden", "learn", f"one={SHIM / 'eventlog.bin'}", f"{name}={log}", "-o", reference)
    return reference


def several_boots(work):
    firmware = "c4ff2cfc23ae366d3dc54b6b90a673e1c59be7b89b26286d6d3bee37bb1b6852"
    state, _ = export(learn_changed(work, "one", "ro quiet", "rw quiet"), "keylime-mb-refstate")
    expect("a command line that varies is any", state["kernels"][0]["kernel_cmdline"] == ".*")

    reference = learn_changed(work, "two", "ro quiet", "rw quiet")
    state, _ = export(reference, "keylime-mb-refstate")
    expect("one firmware, two kernels, the keys once",
           [len(state[part]) for part in ("scrtm_and_bios", "kernels", "db", "mokdig")] ==
           [1, 2, 2, 1])
    policy, notes = export(reference, "keylime-tpm-policy")
    expect("that tuples are lost is said", "belong together is lost" in notes)
    expect("values that both have stand once", len(policy["8"]) == 2 * len(policy["0"]))

    state, _ = export(learn_changed(work, "two", firmware, firmware[:-1] + "3"),
                      "keylime-mb-refstate")
    expect("two firmwares, one kernel",
           [len(state[part]) for part in ("scrtm_and_bios", "kernels")] == [2, 1])


with tempfile.TemporaryDirectory() as folder:
    place = pathlib.Path(folder)
    golden = place / "ref.json"
    run("golden", "learn", SHIM, "-o", golden)
    tpm_policy(golden)
    reference_state(golden)
    what_is_refused(place)
    runtime_policy(golden, place)
    several_boots(place)
finish()
