#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""assay txt: verdicts, exit statuses, documents that fit the schema, text of 80 columns: txt.py
ASSAY"""
import hashlib
import json
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

import jsonschema

from suite import expect, finish

assay = sys.argv[1]
TXT = "fixtures/txt"
HEAP = "fixtures/logs/txt-heap-agile.bin"
VALIDATOR = jsonschema.Draft202012Validator(
    json.loads(pathlib.Path("man/assay-txt.schema.json").read_text()))


def run(*arguments, stdin=b""):
    done = subprocess.run([assay, "txt", *map(str, arguments)], input=stdin, capture_output=True)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def document(*arguments, stdin=b""):
    status, out, _ = run("--format", "json", *arguments, stdin=stdin)
    said = json.loads(out)
    wrong = jsonschema.exceptions.best_match(VALIDATOR.iter_errors(said))
    expect(f"{arguments}: {wrong}", wrong is None)
    return status, said


expect("the schema is one, and refuses an empty document",
       jsonschema.Draft202012Validator.check_schema(VALIDATOR.schema) is None
       and not VALIDATOR.is_valid({}))

# Launches.
VERDICTS = {"launched": ("launched", 0), "failed": ("failed", 1), "reset": ("reset-pending", 1),
            "no-heap": ("never", 1), "private-no-heap": ("never", 1)}
for name, (verdict, wanted) in VERDICTS.items():
    image = f"{TXT}/registers-{name}.bin"
    status, said = document("--registers", image)
    expect(f"{name} is {verdict}", said["launch"]["verdict"] == verdict and status == wanted)
    expect("the input's hash is there",
           said["inputs"][0]["sha256"]
           == hashlib.sha256(pathlib.Path(image).read_bytes()).hexdigest())
    status, out, _ = run("--registers", image)
    expect(f"the text begins with the verdict {verdict}",
           out.startswith(f"{verdict}: ") and status == wanted)
    expect("then says what to do", out.splitlines()[1].startswith("  ") and "do: " in out[:300])
    expect("in 80 columns", all(len(line) < 80 for line in out.splitlines()))
expect("the error code is explained before the registers",
       re.search(r"(?s)0xc00014f1: SINIT.*size of the MLE.*do: .*Registers",
                 run("--registers", f"{TXT}/registers-failed.bin")[1]))
expect("a wide terminal is not needed for the reasons",
       "against  TXT.ERRORCODE" in run("--registers", f"{TXT}/registers-failed.bin")[1])

status, said = document("--registers", f"{TXT}/registers-launched.bin", "--heap", HEAP)
expect("with the heap it is launched too",
       status == 0 and said["heap"]["sinit_mle_data"]["version"] == 9)
expect("the log in the heap is counted",
       said["log"]["events"] > 0 and said["log"]["whole"] and "file" not in said["log"])
expect("--quiet leaves the status alone", run("--quiet", "--heap", HEAP)[:2] == (1, ""))
expect("of a code, too", run("--quiet", "--error", "0xc0000001")[1] == "")
status, said = document("--heap", HEAP)
expect("the heap alone can't tell", said["launch"]["verdict"] == "unknown" and status == 1)
status, said = document("--registers", f"{TXT}/registers-no-heap.bin", "--heap", HEAP)
expect("what SINIT left shows a launch that ended",
       said["launch"]["verdict"] == "torn-down" and status == 1)

TEXT = (b"Intel(r) TXT Configuration Registers:\n\tSTS: 0x00000003\n\tHEAP.BASE: 0x00000000\n"
        b"\t TXT measured launch: TRUE\n")
status, said = document("--registers", "-", stdin=TEXT)
expect("txt-stat's TRUE is not believed",
       said["launch"]["verdict"] == "never" and said["registers_from"] == "text")
expect("what a text doesn't name is not captured",
       "TXT.DPR" in said["not_captured"] and len(said["registers"]) == 2)

LOG = pathlib.Path("fixtures/logs/txtstat-agile.txt").read_bytes()
status, said = document("--registers", "-", stdin=TEXT + LOG)
expect("the log that txt-stat prints is read with the registers",
       said["log"] == {"file": "-", "format": "txtstat", "events": 19, "whole": True})
status, said = document("--nv", "-", stdin=b"0d00000000000000\n")
expect("tboot's error index is read",
       said["tboot_error"]["name"] == "TB_ERR_SINIT_NOT_PRESENT" and status == 0)
expect("and said",
       "there was no SINIT that fits" in run("--nv", "-", stdin=b"0d00000000000000\n")[1])

# A machine folder.
with tempfile.TemporaryDirectory() as folder:
    part = pathlib.Path(folder, "txt")
    part.mkdir()
    status, out, err = run(folder)
    expect("a folder without any part is trouble",
           status == 2 and "txt/registers" in err and err.count("\n") == 2)
    shutil.copy(f"{TXT}/registers-launched.bin", part / "registers")
    expect("registers alone do", document(folder)[0] == 0)
    shutil.copy(HEAP, part / "heap")
    shutil.copy("fixtures/logs/txt-container.bin", part / "log")
    status, said = document(folder)
    expect("all three are read",
           status == 0 and len(said["inputs"]) == 3 and said["log"]["file"].endswith("txt/log"))
    expect("the part itself can be named", document(part)[0] == 0)
    expect("a folder and files don't go together", run(folder, "--heap", HEAP)[0] == 2)
    (part / "registers").write_bytes(b"\0" * 4)
    status, said = document(folder)
    expect("what is broken is trouble, and the rest is shown", status == 2 and "heap" in said)

# Codes.
for code, wanted, words in (("0xc00014f1", 1, "size of the MLE"), ("0xc0000001", 0, "ended well"),
                            ("0x0", 0, "no error"),
                            ("0xc0033451", 1, "Broadwell"), ("0x8000000a", 1, "#InvalidEvent"),
                            ("80000005", 1, "write-back"),
                            ("0xc0008001", 1, "or: an error without"),
                            ("0xc0060000", 0, "step 0x6"),
                            ("0xc0007051", 1, "no public table"),
                            ("0x40000001", 0, "not marked as valid"),
                            ("0xc00b1c61", 1, "list 0, detail 0xb")):
    status, out, err = run("--error", code)
    expect(f"{code} is explained: {words}",
           status == wanted and words in re.sub(r"\s+", " ", out) and err == "")
    expect(f"{code} fits 80 columns", all(len(line) < 80 for line in out.splitlines()))
    status, said = document("--error", code)
    expect(f"{code} as JSON", status == wanted and said["error_code"]["failure"] == (wanted == 1))
for code in ("garbage", "0xfffffffffffffffff", "", "0x", "c00014f"):
    status, out, err = run("--error", code)
    expect(f"'{code}' is refused", status == 2 and out == "" and err.count("\n") == 2)
expect("--error goes with nothing else", run("--error", "0x0", "--heap", HEAP)[0] == 2)

# NV indices.
status, said = document("--nv", f"{TXT}/nvpublic.txt")
roles = {index.get("role"): index for index in said["nv"]}
expect("indices are judged", roles["PO"]["right"] and not roles["PS"]["right"] and status == 1)
expect("and what is wrong is said",
       any("locked" in fault["what"] for fault in roles["PS"]["faults"]))
status, out, _ = run("--nv", f"{TXT}/nvpublic.txt")
expect("in text too",
       "0x01c10106 PO: right" in out and "wrong: it is not locked" in out
       and "1 of somebody else" in out)
expect("in 80 columns", all(len(line) < 80 for line in out.splitlines()))

# The policy in NV and a file.
policy = pathlib.Path(f"{TXT}/nv-po.bin").read_bytes()
with tempfile.TemporaryDirectory() as folder:
    other = pathlib.Path(folder, "other.pol")
    other.write_bytes(policy)
    for form in (f"{TXT}/nv-po.bin", f"{TXT}/nv-po.yaml"):
        status, said = document("--nv", form, "--policy", other)
        expect(f"{form}: the same", status == 0 and said["policy"]["equal"])
    for offset, field, index in ((4, "PolicyType", 0), (5, "SINITMinVersion", 0),
                                 (8, "DataRevocationCounters", 1),
                                 (22, "PolicyControl", 0), (28, "LcpHashAlgMask", 0),
                                 (69, "PolicyHash", 0)):
        changed = bytearray(policy)
        changed[offset] ^= 1
        other.write_bytes(changed)
        status, said = document("--nv", f"{TXT}/nv-po.bin", "--policy", other)
        expect(f"a changed {field} is named: {said['policy']}",
               status == 1 and said["policy"] == {"equal": False, "field": field, "index": index})
        expect(f"and in text", field in run("--nv", f"{TXT}/nv-po.bin", "--policy", other)[1])
    other.write_bytes(policy[:60])
    expect("a file that is no policy is trouble",
           run("--nv", f"{TXT}/nv-po.bin", "--policy", other)[0] == 2)
    expect("--policy wants --nv", run("--policy", other)[0] == 2)
    expect("and something to compare with",
           run("--nv", f"{TXT}/nvpublic.txt", "--policy", f"{TXT}/nv-po.bin")[0] == 2)

# SINITs: the registers name the chipset and the key of one.
SINIT = pathlib.Path("fixtures/artefacts/sinit.acm")
with tempfile.TemporaryDirectory() as folder:
    image = bytearray(pathlib.Path(f"{TXT}/registers-no-heap.bin").read_bytes())
    image[0x110:0x118] = struct.pack("<Q", 0x0001B0028086)
    image[0x400:0x420] = hashlib.sha256(SINIT.read_bytes()[128:384]).digest()
    registers = pathlib.Path(folder, "registers")
    registers.write_bytes(image)
    status, said = document("--registers", registers, "--acm", "fixtures/artefacts/bios.acm",
                            "--acm", SINIT)
    expect("one of two fits, and that is enough",
           status == 0 and [a["fits"] for a in said["acms"]] == [False, True])
    status, said = document("--registers", registers, "--acm", "fixtures/artefacts/sinit-debug.acm")
    unfit = {c["check"] for c in said["acms"][0]["checks"] if c["answer"] == "unfit"}
    expect(f"a debug one is named: {unfit}", status == 1 and "production" in unfit)
    status, out, _ = run("--registers", registers, "--acm", SINIT)
    expect("which fits stands first", out.startswith("SINIT modules\n") and ": fits (SINIT" in out)
    expect("a file that is no module is trouble",
           run("--registers", registers, "--acm", HEAP)[0] == 2)

# Trouble.
for arguments in (("--registers", "/nowhere"), ("--heap", "/nowhere"), ("--registers", HEAP),
                  ("a", "b"), ("--log", f"{TXT}/nv-po.yaml")):
    status, out, err = run(*arguments)
    expect(f"{arguments} is trouble with a hint", status == 2 and "\nhint: " in err)

REAL = pathlib.Path("../shared/corpus/txt-real")
if REAL.exists():
    status, said = document("--heap", REAL / "txt_heap_info.bin")
    expect("a real heap: its log and its indices are right",
           said["log"]["events"] == 19 and [i["role"] for i in said["nv"]] == ["AUX", "PS"]
           and all(i["right"] for i in said["nv"]))
    status, said = document("--log", REAL / "txt-logs.bin")
    expect("a real log: 19 events", said["log"]["events"] == 19 and status == 0)

finish()
