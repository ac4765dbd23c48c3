#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The documents of assay replay and assay check say what the TPM of each recorded boot says:
check_json.py ASSAY"""
import hashlib
import json
import pathlib
import subprocess
import sys

from suite import expect, finish

assay = sys.argv[1]
FIRMWARE = [str(pcr) for pcr in range(10)]


def document(*arguments):
    run = subprocess.run([assay, *map(str, arguments)], capture_output=True, text=True)
    return json.loads(run.stdout), run.returncode


def padded(ima, bank):
    """PCR 10 as Linux extends it where it lacks the bank's hash: SHA-1 digests and zeros after
    them."""
    size = hashlib.new(bank).digest_size
    value = bytes(size)
    for event in document("show", "--format", "json", ima)[0]["events"]:
        value = hashlib.new(bank,
                            value
                            + bytes.fromhex(event["digests"]["sha1"]).ljust(size, b"\0")).digest()
    return value.hex()


for machine in (path.parent
                for path in sorted(pathlib.Path("fixtures/machines").glob("*/eventlog.bin"))):
    tpm = json.loads((machine / "pcrs.json").read_text())
    replayed, status = document("replay", "--format", "json", machine)
    expect(f"{machine}: status 0", status == 0)
    expect(f"{machine}: every bank", replayed["pcrs"].keys() == tpm.keys())
    expect(f"{machine}: all 24 PCRs", all(len(bank) == 24 for bank in replayed["pcrs"].values()))
    expect(f"{machine}: PCR 0 to 9",
           all(replayed["pcrs"][bank][pcr] == tpm[bank][pcr] for bank in tpm for pcr in FIRMWARE))
    expect(f"{machine}: PCR 17 is ones", set(replayed["pcrs"]["sha1"]["17"]) == {"f"})
    expect(f"{machine}: nothing is incomplete", not any(replayed["incomplete"].values()))
    one_line = subprocess.run([assay, "replay", "--format", "json", "--lines", machine],
                              capture_output=True).stdout
    expect(f"{machine}: --lines says the same on one line",
           one_line.count(b"\n") == 1 and json.loads(one_line) == replayed)

    checked, status = document("check", "--format", "json", machine)
    digests = {path: hashlib.sha256((machine / path).read_bytes()).hexdigest()
               for path in ("eventlog.bin", "ima.bin", "pcrs.json") if (machine / path).exists()}
    expect(f"{machine}: the logs and the values are its inputs",
           [entry["sha256"] for entry in checked["inputs"]] == list(digests.values()))
    states = {(entry["bank"], str(entry["pcr"])): entry for entry in checked["pcrs"]}
    expect(f"{machine}: a status for each value",
           len(states) == len(checked["pcrs"]) == sum(map(len, tpm.values())))
    for (bank, pcr), entry in states.items():
        right = (entry["expected"] == tpm[bank][pcr]
                 and entry["replayed"] == replayed["pcrs"][bank][pcr])
        extended = int(pcr) in replayed["extended"][bank]
        same = tpm[bank][pcr] == replayed["pcrs"][bank][pcr]
        if pcr == "10" and not same and entry.get("runtime", {}).get("padded_sha1"):
            same = tpm[bank][pcr] == padded(machine / "ima.bin", bank)
        word = {(1, 1): "match", (1, 0): "mismatch", (0, 1): "untouched",
                (0, 0): "not in log"}[extended, same]
        expect(f"{machine}: {bank}:{pcr} is {word}", right and entry["status"] == word)
    wrong = [entry for entry in checked["pcrs"] if entry["status"] == "mismatch"]
    expect(f"{machine}: the verdict",
           (checked["verdict"], status) == (("mismatch", 1) if wrong else ("match", 0)))
    told = {(entry["bank"], entry["pcr"]) for entry in checked["explanations"]}
    expect(f"{machine}: each mismatch is explained",
           {(entry["bank"], entry["pcr"]) for entry in wrong} <= told)

    alone, status = document("check", "--format", "json", machine / "eventlog.bin")
    expect(f"{machine}: without values",
           alone["verdict"] == "unknown" and alone["pcrs"] == [] and status == 0)

for log in sorted(pathlib.Path("../shared/corpus/ccel").glob("*.pcrs.json")):
    known = json.loads(log.read_text())["rtmr"]
    replayed, _ = document("replay", "--format", "json", str(log).replace(".pcrs.json", ".bin"))
    expect(f"{log}: RTMR", all(replayed["pcrs"]["rtmr"][n] == value for n, value in known.items()))
    expect(f"{log}: there are four", sorted(replayed["pcrs"]["rtmr"]) == ["0", "1", "2", "3"])

finish()
