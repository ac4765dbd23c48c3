#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""assay export and import of HVS flavors: export_hvs.py ASSAY

The host's side is put together here: events and values as a trust agent would tell them, of the
machine's own log and TPM, and HVS' rules over them in a few lines. Signatures are checked by openssl
over the JSON that Go's encoder writes, which is made here too."""
import base64
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from suite import expect, finish

assay = os.path.abspath(sys.argv[1])
folder = tempfile.TemporaryDirectory()
work = pathlib.Path(folder.name)
machines = pathlib.Path("fixtures/machines")
names = ["bios-name=Firm <1> & Co", "bios-version=1", "os-name=O", "os-version=2"]


def run(*arguments):
    return subprocess.run([assay, *map(str, arguments)], capture_output=True, text=True, stdin=subprocess.DEVNULL)


def export(reference, *arguments):
    settings = [word for name in names for word in ("--set", name)]
    said = run("export", reference, "--to", "hvs-flavor", *settings, *arguments)
    return said, json.loads(said.stdout) if said.returncode == 0 else None


def host(machine, bank="sha256"):
    """Events by PCR, and the values that its TPM had."""
    shown = json.loads(run("show", "--format", "json", machines / machine / "eventlog.bin").stdout)
    events = {}
    for event in shown["events"]:
        if event["number"] > 0 and bank in event["digests"]:
            events.setdefault(event["pcr"], []).append((f'{event["type"]:#x}' if isinstance(event["type"], int) else event["type"], event["digests"][bank]))
    values = json.loads((machines / machine / "pcrs.json").read_text())
    values = values.get("pcrs", values)[bank]
    return events, {int(pcr): value for pcr, value in values.items()}


def replay(events, hash_=hashlib.sha256):
    value = bytes(hash_().digest_size)
    for type_, digest in events:
        if int(type_, 16) != 3:  # EV_NO_ACTION
            value = hash_(value + bytes.fromhex(digest)).digest()
    return value.hex()


def faults(flavor, events, values):
    """What HVS' rules find: PcrMatchesConstant, PcrEventLogEquals, ...Includes and ...Integrity."""
    found = []
    for rule in flavor["pcrs"]:
        pcr = rule["pcr"]["index"]
        there = events.get(pcr, [])
        if rule.get("pcr_matches") and values[pcr] != rule["measurement"]:
            found.append((pcr, "value"))
        for name in ("eventlog_equals", "eventlog_includes"):
            if name not in rule:
                continue
            wanted = rule[name] if name == "eventlog_includes" else rule[name]["events"]
            wanted = {(event["type_id"], event["measurement"]) for event in wanted}
            if wanted - set(there) or (name == "eventlog_equals" and set(there) - wanted):
                found.append((pcr, name))
            if replay(there) != values[pcr]:
                found.append((pcr, "integrity"))
    return found


def go(value):
    """JSON as Go's encoder writes it, of members in their order."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def ordered(value, *keys):
    return {key: value[key] for key in keys if key in value}


def canonical(flavor):
    def event(e):
        return ordered(e, "type_id", "type_name", "tags", "measurement")

    def rule(r):
        r = dict(r, pcr=ordered(r["pcr"], "index", "bank"))
        if "eventlog_equals" in r:
            equals = dict(r["eventlog_equals"])
            equals["events"] = [event(e) for e in equals["events"]]
            r["eventlog_equals"] = ordered(equals, "events", "exclude_tags")
        if "eventlog_includes" in r:
            r["eventlog_includes"] = [event(e) for e in r["eventlog_includes"]]
        return ordered(r, "pcr", "measurement", "pcr_matches", "eventlog_equals", "eventlog_includes")

    meta = dict(flavor["meta"], id="00000000-0000-0000-0000-000000000000")
    meta["description"] = dict(sorted(meta["description"].items()))
    whole = dict(flavor, meta=ordered(meta, "id", "description", "vendor"), pcrs=[rule(r) for r in flavor["pcrs"]])
    if "hardware" in whole:
        feature = whole["hardware"]["feature"]
        for name in ("TPM", "UEFI"):
            if name in feature:
                feature[name] = ordered(feature[name], "enabled", "meta")
        whole["hardware"] = {"feature": ordered(feature, "TXT", "TPM", "UEFI")}
    return go(ordered(whole, "meta", "bios", "hardware", "pcrs")).encode()


def verified(signed, key):
    (work / "text").write_bytes(canonical(signed["flavor"]))
    (work / "signature").write_bytes(base64.b64decode(signed["signature"], validate=True))
    return subprocess.run(["openssl", "dgst", "-sha384", "-verify", key, "-signature", work / "signature", work / "text"],
                          capture_output=True).returncode == 0


reference = work / "reference.json"
for machine in ("c5-sdboot257-type2-sb", "d1-shim-grub206-sb", "a5-efistub-6.12-ovmf2025"):
    reference.unlink(missing_ok=True)
    expect(f"{machine} is learnt", run("golden", "learn", machines / machine, "-o", reference).returncode == 0)
    said, body = export(reference)
    flavors = [each["flavor"] for each in body["flavor_collection"]["flavors"]]
    events, values = host(machine)
    expect(f"{machine}: a platform and an image", [f["meta"]["description"]["flavor_part"] for f in flavors] == ["PLATFORM", "OS"])
    expect(f"{machine}: its own host is trusted", [faults(f, events, values) for f in flavors] == [[], []])
    other = {**values, 7: "00" * 32}
    expect(f"{machine}: another PCR 7 is not", {pcr for pcr, _ in faults(flavors[0], events, other)} == {7})
    other = {**events, 4: events[4][:-1] + [(events[4][-1][0], "00" * 32)]}
    expect(f"{machine}: another event of PCR 4 is not", {pcr for pcr, _ in faults(flavors[1], other, values)} == {4})
    expect(f"{machine}: twice the same", export(reference)[0].stdout == said.stdout)

for name in ("signer", "stranger"):
    subprocess.run(["openssl", "genrsa", "-out", work / f"{name}.pem", "2048"], capture_output=True)
    subprocess.run(["openssl", "rsa", "-in", work / f"{name}.pem", "-pubout", "-out", work / f"{name}.pub"], capture_output=True)
subprocess.run(["openssl", "ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", work / "ec.pem"], capture_output=True)
said, signed = export(reference, "--key", work / "signer.pem")
expect("openssl verifies what is signed", all(verified(each, work / "signer.pub") for each in signed["signed_flavors"]))
expect("and not by another key", not any(verified(each, work / "stranger.pub") for each in signed["signed_flavors"]))
expect("a key that is not RSA's is refused", export(reference, "--key", work / "ec.pem")[0].returncode == 2)
refused, _ = export(reference, "--key", work / "signer.pem", "--set", "form=body")
expect("HVS makes nothing of a signed body: said, and not written", refused.returncode == 1 and "refusal" in refused.stderr and not refused.stdout)


def import_(text, *arguments):
    (work / "in.json").write_text(text)
    (work / "out.json").unlink(missing_ok=True)
    return run("import", work / "in.json", "--from", "hvs-flavor", "-o", work / "out.json", *arguments)


expect("it is read back by its key", import_(said.stdout, "--trust", work / "signer.pub").returncode == 0)
back = json.loads((work / "out.json").read_text())
learnt = json.loads(reference.read_text())
expect("with the values that it had", back["variants"][0]["values"]["sha256"] == {
    pcr: value for pcr, value in learnt["variants"][0]["values"]["sha256"].items()})
stranger = import_(said.stdout, "--trust", work / "stranger.pub")
expect("and refused by another", stranger.returncode != 0 and "signature" in stranger.stderr)
tampered = import_(said.stdout.replace('"pcr_matches":true', '"pcr_matches":false', 1), "--trust", work / "signer.pub")
expect("a rule that was taken out is seen", tampered.returncode != 0 and "signature" in tampered.stderr)
expect("what is not signed is refused where a key is trusted", import_(export(reference)[0].stdout, "--trust", work / "signer.pub").returncode != 0)
again = import_(export(reference)[0].stdout)
expect("and read without", again.returncode == 0)
checked = run("golden", "check", work / "out.json", machines / machine)
expect("the machine's boot is that of the events read back", checked.returncode == 0 and "MATCH" in checked.stdout)
expect("and a boot of another machine is not", run("golden", "check", work / "out.json", machines / "c5-sdboot257-type2-sb").returncode == 1)
steps = json.loads((work / "out.json").read_text())["steps"]
learnt_steps = [step for step in learnt["steps"] if step["stage"] == "firmware" and "sha256" in step.get("digests", {})]
expect("each event is there again", len(steps) == len(learnt_steps))
once = export(work / "out.json")[0].stdout
import_(once)
expect("what is read back is written the same", export(work / "out.json")[0].stdout == once)

template = json.loads(run("export", reference, "--to", "hvs-template").stdout)["flavor_template"]
expect("a template has a condition", template["condition"])
for part in template["flavor_parts"].values():
    indices = [rule["pcr"]["index"] for rule in part["pcr_rules"]]
    expect("a PCR has one rule in a part", len(indices) == len(set(indices)))
    expect("and its banks are a list, the best first", all(rule["pcr"]["bank"] == ["SHA384", "SHA256", "SHA1"] for rule in part["pcr_rules"]))

finish()
