#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What systemd-pcrlock makes of a folder of components, by its manual and the ways of version 256.

    pcrlock.py COMPONENTS LOG BANK [PCRS.json]

LOG is what `assay show --format json` says of a firmware's log, on standard input for "-". For each
PCR that the log extends: whether it would be protected, and how many values it may have; and with
the values that the TPM of the machine had, whether its own is among them.
"""
import hashlib
import itertools
import json
import os
import sys


def load(folder):
    """Components in the order of their files' names; each a list of lists of records."""
    components = []
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        files = [path]
        if name.endswith(".pcrlock.d"):
            files = [os.path.join(path, file) for file in sorted(os.listdir(path))]
        components.append((name.split(".pcrlock")[0], [read(file) for file in files]))
    return components


def read(path):
    with open(path) as file:
        document = json.load(file)
    return [(record["pcr"], {each["hashAlg"]: each["digest"] for each in record["digests"]})
            for record in document["records"]]


def positions(log, variant, bank):
    """Where each record of a variant is first met after the one before; None: not in the log."""
    found = []
    for at, (pcr, digests) in enumerate(log):
        if len(found) == len(variant):
            break
        wanted_pcr, wanted = variant[len(found)]
        if pcr == wanted_pcr and bank in wanted and wanted[bank] == digests.get(bank):
            found.append(at)
    return found if len(found) == len(variant) else None


def protected(components, log, bank):
    """PCRs without a measurement that nothing claims, nor a component that isn't there."""
    claimed, missing = set(), set()
    for _, variants in components:
        matches = [match for match in (positions(log, variant, bank) for variant in variants)
                   if match is not None]
        if matches:
            claimed.update(matches[0])
        else:
            missing.update(pcr for variant in variants for pcr, _ in variant)
    unclaimed = {pcr for at, (pcr, _) in enumerate(log) if at not in claimed}
    return {pcr for pcr, _ in log} - unclaimed - missing


def predict(components, pcr, bank):
    size = hashlib.new(bank).digest_size
    ways = [{tuple(digests[bank] for of, digests in variant if of == pcr) for variant in variants}
            for _, variants in components]
    values = set()
    for way in itertools.product(*ways):
        value = bytes(size)
        for digest in itertools.chain(*way):
            value = hashlib.new(bank, value + bytes.fromhex(digest)).digest()
        values.add(value.hex())
    return values


def main(folder, log, bank, pcrs=None):
    components = load(folder)
    with sys.stdin if log == "-" else open(log) as file:
        events = [(event["pcr"], event["digests"]) for event in json.load(file)["events"]
                  if event["type_name"] != "EV_NO_ACTION"]
    safe = protected(components, events, bank)
    actual = json.load(open(pcrs))[bank] if pcrs else {}
    failed = False
    for pcr in sorted({pcr for pcr, _ in events}):
        values = predict(components, pcr, bank)
        # A TPM goes on after the log: values of other PCRs than the log's last are no matter here.
        right = not actual or actual[str(pcr)] in values
        failed = failed or pcr not in safe or not right
        print(pcr, "protected" if pcr in safe else "unprotected", len(values),
              "right" if right else "wrong")
    return 1 if failed else 0


sys.exit(main(*sys.argv[1:]))
