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

ASSAY = os.path.abspath(sys.argv[1])
MACHINES = pathlib.Path("fixtures/machines")
SHIM = MACHINES / "d1-shim-grub206-sb"
UKI = MACHINES / "c5-sdboot257-type2-sb"
TPM = json.loads((SHIM / "pcrs.json").read_text())
passed = failed = 0

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


def said(good, what):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"not ok {what}")


def run(*args, status=0):
    done = subprocess.run([ASSAY, *map(str, args)], capture_output=True, check=False)
    said(done.returncode == status,
         f"{' '.join(map(str, args))}: {done.returncode} {done.stderr.decode()}")
    return done.stderr.decode()


def export(reference, form, *args, status=0):
    path = reference.parent / form
    path.unlink(missing_ok=True)
    notes = run("export", reference, "--to", form, "-o", path, *args, status=status)
    return json.loads(path.read_text()) if path.exists() else None, notes


def tpm_policy(reference):
    policy, notes = export(reference, "keylime-tpm-policy")
    said("10" not in policy and "16" not in policy, "PCR 10 and 16 are Keylime's own")
    for bank, values in TPM.items():
        quote = {pcr: values[pcr] for pcr in policy}
        said(all(quote[pcr] in policy[pcr] for pcr in policy), f"a quote of {bank} is accepted")
    said(TPM["sha256"]["5"] not in policy["4"], "another value is not")
    said("tenant stops" in notes, "what a measured boot policy has against it is said")

    body, _ = export(reference, "keylime-rest")
    stored = json.loads(body["tpm_policy"])
    mask = int(stored.pop("mask"), 16)
    said(stored == policy, "the body has the same values")
    said(mask == sum(1 << int(pcr) for pcr in policy), "the mask asks for the PCRs that have values")
    said(body["accept_tpm_hash_algs"] == list(TPM), "agents may quote the banks that have values")
    body, _ = export(reference, "keylime-rest", "--set", "ima=yes", "--set", "measured-boot=yes",
                     status=1)
    said(body is None, "without PCRs beyond measured boot there is nothing to write")
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
    said("refusal" not in notes, "a boot of shim, GRUB and Linux is not refused")
    said(state["has_secureboot"] is True and 'Enabled: \'Yes\'' in printed.replace('"', "'"),
         "Secure Boot is on")
    found = list(digests(state))
    said(len(found) == 9 and all(f'Digest: "{digest[2:]}"' in printed for digest in found),
         "all digests are those that tpm2_eventlog prints")
    keys = [key for part in ("pk", "kek", "db", "dbx") for key in state[part]]
    said(len(keys) == 6, f"{len(keys)} keys")
    for key in keys:
        said(f'SignatureOwner: {key["SignatureOwner"]}' in printed, "an owner as it is printed")
        said(key["SignatureData"][2:] in printed, "a key as it is printed")
    pattern = re.compile("kernel_cmdline: " + state["kernels"][0]["kernel_cmdline"])
    said(pattern.fullmatch("kernel_cmdline: /boot/vmlinuz console=ttyS0 ro quiet"),
         "the command line matches itself")
    said(not pattern.fullmatch("kernel_cmdline: /boot/vmlinuz console=ttyS0 ro quiet init=/x"),
         "and no other")


def what_is_refused(work):
    reference = work / "uki.json"
    run("golden", "learn", UKI, "-o", reference)
    state, notes = export(reference, "keylime-mb-refstate", status=1)
    said(state is None and "PCR 11 has an event EV_IPL, which the policy doesn't know" in notes,
         "systemd-boot is nothing to the policy")
    state, _ = export(reference, "keylime-mb-refstate", "--force")
    said("initrd_plain_sha256" not in state["kernels"][0], "with --force it is written as far as it goes")
    run("import", "--from", "keylime-mb-refstate", work / "keylime-mb-refstate", status=2)


def runtime_policy(reference, work):
    policy, notes = export(reference, "keylime-runtime-policy")
    said(jsonschema.Draft7Validator(RUNTIME).is_valid(policy), "the policy fits the schema")
    said("no digests of files" in notes, "that files are missing is said")
    for bank, count in (("sha1", 8), ("sha256", 10), ("sha384", 10), ("sha512", 10)):
        joined = b"".join(bytes.fromhex(TPM[bank][str(pcr)]) for pcr in range(count))
        said(hashlib.new(bank, joined).hexdigest() in policy["digests"]["boot_aggregate"],
             f"boot_aggregate of {bank} is the hash of PCR 0-{count - 1}")
    policy, _ = export(reference, "keylime-runtime-policy", "--set", "exclude=/tmp/.*")
    said(policy["excludes"] == ["/tmp/.*"], "an expression is excluded")

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
        said((done.returncode == 0) == good, f"openssl says of the envelope: {done.stdout}")
    said(signed["keyid"] == hashlib.sha256(public.read_bytes()).hexdigest(),
         "the key is named by its PEM")


def learn_changed(work, name, old, new):
    """The machine's boot, and one whose log has `new` where `old` stands."""
    text, log, reference = work / "log.txt", work / "log.bin", work / "two.json"
    run("convert", SHIM / "eventlog.bin", "--to", "text", "-o", text)
    lines = text.read_text()
    said(old in lines, f"{old} stands in the log")
    text.write_text(lines.replace(old, new))
    run("convert", text, "--to", "tcg2", "-o", log)
    run("golden", "learn", f"one={SHIM / 'eventlog.bin'}", f"{name}={log}", "-o", reference)
    return reference


def several_boots(work):
    firmware = "c4ff2cfc23ae366d3dc54b6b90a673e1c59be7b89b26286d6d3bee37bb1b6852"
    state, _ = export(learn_changed(work, "one", "ro quiet", "rw quiet"), "keylime-mb-refstate")
    said(state["kernels"][0]["kernel_cmdline"] == ".*", "a command line that varies is any")

    reference = learn_changed(work, "two", "ro quiet", "rw quiet")
    state, _ = export(reference, "keylime-mb-refstate")
    said([len(state[part]) for part in ("scrtm_and_bios", "kernels", "db", "mokdig")] ==
         [1, 2, 2, 1], "one firmware, two kernels, the keys once")
    policy, notes = export(reference, "keylime-tpm-policy")
    said("belong together is lost" in notes, "that tuples are lost is said")
    said(len(policy["8"]) == 2 * len(policy["0"]), "values that both have stand once")

    state, _ = export(learn_changed(work, "two", firmware, firmware[:-1] + "3"),
                      "keylime-mb-refstate")
    said([len(state[part]) for part in ("scrtm_and_bios", "kernels")] == [2, 1],
         "two firmwares, one kernel")


with tempfile.TemporaryDirectory() as folder:
    place = pathlib.Path(folder)
    golden = place / "ref.json"
    run("golden", "learn", SHIM, "-o", golden)
    tpm_policy(golden)
    reference_state(golden)
    what_is_refused(place)
    runtime_policy(golden, place)
    several_boots(place)
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
