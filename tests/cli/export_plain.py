#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Plain formats of references, read by other readers: Python's csv and json, and a fold of the
canonical event logs with hashlib. What is expected is what the machine's TPM held.
usage: export_plain.py ASSAY"""
import csv
import hashlib
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from suite import expect, finish

ASSAY = os.path.abspath(sys.argv[1])
MACHINE = pathlib.Path("fixtures/machines/d1-shim-grub206-sb")
OTHER = pathlib.Path("fixtures/machines/c5-sdboot257-type2-sb")
LOG = MACHINE / "eventlog.bin"
TPM = json.loads((MACHINE / "pcrs.json").read_text())
BANKS = {0x04: "sha1", 0x0B: "sha256", 0x0C: "sha384", 0x0D: "sha512"}


def run(*args, status=0):
    done = subprocess.run([ASSAY, *map(str, args)], capture_output=True, check=False)
    expect(f"{' '.join(map(str, args))}: {done.returncode} {done.stderr.decode()}",
           done.returncode == status)
    return done


def export(work, form, *args):
    path = work / form
    run("export", work / "ref.json", "--to", form, "-o", path, *args)
    return path


def held(values, name):
    """What is written is what the TPM held, of all banks and of PCR 0 to 9 and 14."""
    wrong = [(bank, pcr) for bank in values for pcr in values[bank]
             if values[bank][pcr] != TPM[bank][pcr]]
    expect(f"{name}: {wrong} are not the TPM's", not wrong)
    expect(f"{name}: the banks are {set(values)}", set(values) == set(TPM))
    expect(f"{name}: all PCRs", {str(pcr) for pcr in (*range(10), 14)} <= set(values["sha256"]))


def folded(records):
    """PCRs extended from zeros; those with a record that names an unknown digest are left out."""
    pcrs, unknown = {}, set()
    for pcr, event_type, data, digests in records:
        if event_type == 3:
            if data.startswith(b"assay unknown"):
                unknown.add(str(pcr))
            continue
        for bank, digest in digests.items():
            before = pcrs.setdefault(bank, {}).get(str(pcr), bytes(len(digest)))
            pcrs[bank][str(pcr)] = hashlib.new(bank, before + digest).digest()
    return {bank: {pcr: value.hex() for pcr, value in values.items() if pcr not in unknown}
            for bank, values in pcrs.items()}


def cel_json(path):
    records = json.loads(path.read_text())
    expect("cel-json: records are numbered through",
           [record["recnum"] for record in records] ==
           list(range(records[0]["recnum"], records[0]["recnum"] + len(records))))
    for record in records:
        content = record["content"]
        no_action = content.get("event_type") in (3, "EV_NO_ACTION")
        yield (record["pcr"], 3 if no_action else 0,
               bytes.fromhex(content.get("event_data", "")),
               {entry["hashAlg"]: bytes.fromhex(entry["digest"]) for entry in record["digests"]})


def elements(data):
    while data:
        size = int.from_bytes(data[1:5], "big")
        yield data[0], data[5:5 + size]
        data = data[5 + size:]


def cel_tlv(path):
    """TCG CEL 1.0 section 5.1: type, length and value; Google's widths."""
    record = {}
    for kind, value in elements(path.read_bytes()):
        if kind == 0:
            record = {}
        record[kind] = value
        if kind not in (5, 7):
            continue
        content = dict(elements(value)) if kind == 5 else {}
        yield (int.from_bytes(record[1], "big"), int.from_bytes(content.get(0, b""), "big"),
               content.get(1, b""),
               {BANKS[alg]: digest for alg, digest in elements(record[3])})


def read_by_others(work):
    table = list(csv.DictReader(io.StringIO(export(work, "csv").read_text())))
    values = {}
    for row in table:
        values.setdefault(row["bank"], {})[row["pcr"]] = row["value"]
    held(values, "csv")
    expect("csv: the name comes through its quotes",
           {row["variant"] for row in table} == {'a, "b"'})
    expect("csv: a TPM had the values", {row["confidence"] for row in table} == {"observed"})
    held(json.loads(export(work, "json").read_text()), "json")
    held(folded(cel_json(export(work, "cel-json"))), "cel-json")
    held(folded(cel_tlv(export(work, "cel-tlv"))), "cel-tlv")


def read_by_assay(work):
    for form in ("text", "json"):
        path = export(work, form)
        run("check", LOG, path)
        text = path.read_text()
        path.write_text(text.replace(TPM["sha256"]["4"], TPM["sha256"]["4"][:-1] + "x"))
        run("check", LOG, path, status=2)
        path.write_text(text.replace(TPM["sha256"]["4"], TPM["sha256"]["5"]))
        run("check", LOG, path, status=1)
    for form in ("cel-json", "cel-tlv"):
        run("check", export(work, form), MACHINE / "pcrs.json", "-p", "0-9")


def reads_back(work):
    for form in ("text", "csv", "json", "cel-json", "cel-tlv"):
        path, back = export(work, form), work / "back.json"
        run("import", "--from", form, path, "-o", back)
        run("golden", "check", back, MACHINE / "pcrs.json" if form in ("text", "csv", "json")
            else MACHINE)
        run("golden", "check", back, OTHER, status=1)
        again = work / "again"
        run("export", back, "--to", form, "-o", again)
        expect(f"{form}: what is read is written as it was",
               again.read_bytes() == path.read_bytes())


def several(work):
    reference = work / "two.json"
    run("golden", "learn", f"one={MACHINE}", f"two={OTHER}", "-o", reference)
    for form in ("text", "csv", "json"):
        run("export", reference, "--to", form, "-o", work / form)
        run("import", "--from", form, work / form, "-o", work / "back.json")
        for machine in (MACHINE, OTHER):
            run("golden", "check", work / "back.json", machine / "pcrs.json")
    run("export", reference, "--to", "cel-json", "-o", work / "c", status=2)
    run("export", reference, "--to", "cel-json", "--variant", "two", "-o", work / "c")
    run("check", work / "c", OTHER / "pcrs.json", "-p", "0-9")
    run("golden", "learn", MACHINE, "-p", "0-7", "-o", work / "some.json")
    for form in ("cel-json", "cel-tlv"):
        done = run("export", work / "some.json", "--to", form, "-o", work / "c")
        expect(f"{form} can't say of which PCRs it is",
               "was learnt of PCR 0-7 alone, which a log can't say"
           in " ".join(done.stderr.decode().split()))
    strict = run("export", reference, "--to", "text", "--strict", "-o", work / "none", status=1)
    expect("--strict writes nothing that loses steps",
           b"steps that the values come from" in strict.stderr and not (work / "none").exists())


with tempfile.TemporaryDirectory() as folder:
    place = pathlib.Path(folder)
    run("golden", "learn", f'a, "b"={MACHINE}', "-o", place / "ref.json")
    read_by_others(place)
    read_by_assay(place)
    reads_back(place)
    several(place)
finish()
