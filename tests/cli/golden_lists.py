#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""assay golden, of kernel's lists (IMA) that go into other PCRs than 10: golden_lists.py ASSAY

The lists are made here, of template ima-ng, and values are folded here: PCR = H(PCR || digest)."""
import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

from suite import expect, finish

assay = sys.argv[1]
UKI = pathlib.Path("fixtures/machines/b1-uki252")


def golden(*arguments):
    return subprocess.run([assay, "golden", *map(str, arguments)], capture_output=True, text=True)


def counted(field):
    return struct.pack("<I", len(field)) + field


def entry(pcr, path):
    """A record of binary_runtime_measurements, and the data that its digests are of."""
    data = counted(b"sha256:\0" + hashlib.sha256(path).digest()) + counted(path + b"\0")
    sha1 = hashlib.sha1(data).digest()
    return struct.pack("<I", pcr) + sha1 + counted(b"ima-ng") + counted(data), data


def boot(work, name, pcrs):
    """The machine's logs with an entry into each of `pcrs` behind its list, and the values then."""
    listed = (UKI / "ima.bin").read_bytes()
    values = json.loads((UKI / "pcrs.json").read_text())
    # This kernel had no other hash when its list began.
    values = {bank: values[bank] for bank in ("sha1", "sha256")}
    for number, pcr in enumerate(pcrs):
        record, data = entry(pcr, b"/usr/bin/%d" % number)
        listed += record
        for bank, of in values.items():
            digest = hashlib.new(bank, data).digest()
            of[str(pcr)] = hashlib.new(bank, bytes.fromhex(of[str(pcr)]) + digest).hexdigest()
    (work / f"{name}.ima").write_bytes(listed)
    (work / f"{name}.json").write_text(json.dumps(values))
    return [UKI / "eventlog.bin", work / f"{name}.ima", work / f"{name}.json"]


def another_cmdline(work):
    """The log with another digest of .cmdline, so that PCR 11 varies between the two."""
    events = json.loads(subprocess.run([assay, "convert", UKI / "eventlog.bin", "--to", "cel-json"],
                                       capture_output=True, check=True).stdout)
    of_11 = [event for event in events if event["pcr"] == 11]
    for digest in of_11[-1]["digests"]:
        digest["digest"] = digest["digest"][::-1]
    path = work / "other.json"
    path.write_text(json.dumps(events))
    return path


def held_by(reference):
    return json.loads(reference.read_text())["variants"][0]["values"]["sha256"]


def outcome(reference, parts):
    made = golden("check", "-f", "json", reference, *parts)
    document = json.loads(made.stdout) if made.returncode < 2 else {}
    differing = [one["role"] for one in document.get("components", [])
                 if one["outcome"] in ("changed", "added")]
    return made.returncode, differing


def main(work):
    varying, valued, logged = work / "varying.ref", work / "valued.ref", work / "logged.ref"
    logs = f"one={UKI / 'eventlog.bin'},{UKI / 'ima.bin'}"
    expect("learns boots whose PCR 11 varies",
           golden("learn", logs, f"one={another_cmdline(work)}", "-o", varying).returncode == 0)
    expect("which is so", "11" not in held_by(varying))
    expect("a list that went on in PCR 10 is the boot's",
           outcome(varying, boot(work, "ten", [10, 10])) == (0, []))
    for name, pcrs in (("eleven", [11]), ("both", [10, 11])):
        expect(f"what comes into PCR 11 by way of the list is added ({name})",
               outcome(varying, boot(work, name, pcrs)) == (1, ["userspace"]))
    expect("a list that goes into PCR 15 is nobody's concern",
           outcome(varying, boot(work, "fifteen", [15])) == (0, []))

    # A kernel whose list goes into two PCRs, as a policy with pcr= makes it.
    parts = boot(work, "split", [10, 11])
    for reference, given in ((valued, parts), (logged, parts[:2])):
        name = reference.name
        made = golden("learn", "one=" + ",".join(map(str, given)), "-o", reference)
        expect(f"learns a list of two PCRs ({name})", made.returncode == 0)
        expect(f"PCR 11 is not held ({name})",
               "11" not in held_by(reference) and "4" in held_by(reference))
        expect(f"the boot is that boot ({name})", outcome(reference, parts) == (0, []))
        expect(f"also when it has gone on ({name})",
               outcome(reference, boot(work, "on", [10, 11, 11, 10])) == (0, []))
        expect(f"but not with an entry in PCR 4 ({name})",
               outcome(reference, boot(work, "four", [10, 11, 4]))[0] == 1)


with tempfile.TemporaryDirectory() as folder:
    main(pathlib.Path(folder))
finish()
