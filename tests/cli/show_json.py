#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""assay show --format json: one valid document, whatever the log: show_json ASSAY"""
import hashlib
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

from suite import expect, finish

assay = sys.argv[1]


def show(*arguments, stdin=None, cores=None):
    limit = (lambda: os.sched_setaffinity(0, cores)) if cores else None
    return subprocess.run([assay, "show", "-f", "json", *arguments], input=stdin,
                          capture_output=True,
                          preexec_fn=limit, timeout=60)


def craft(*events):
    return subprocess.run("tests/cli/craft", input=" ".join(events).encode(), capture_output=True,
                          check=True).stdout


def no_duplicates(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError(f"a key twice: {keys}")
    return dict(pairs)


def parse(run):
    return json.loads(run.stdout.decode(), object_pairs_hook=no_duplicates)


def check_values():
    path = "fixtures/machines/d1-shim-grub206-sb/eventlog.bin"
    log = pathlib.Path(path).read_bytes()
    document = parse(show(path))
    expect("the input is named", document["inputs"] == [
        {"file": path, "size": len(log), "sha256": hashlib.sha256(log).hexdigest(),
         "format": "tcg2"}])
    expect("format and banks", (document["log"]["format"], document["log"]["banks"])
           == ("tcg2", ["sha1", "sha256", "sha384", "sha512"]))
    events = document["events"]
    expect("numbers in order", [event["number"] for event in events] == list(range(51)))
    event = events[4]
    expect("an event's keys", (event["pcr"], event["type"], event["type_name"], event["data_check"])
           == (7, 0x80000001, "EV_EFI_VARIABLE_DRIVER_CONFIG", "verified"), event)
    data = bytes.fromhex(event["data_hex"])
    expect("data and digest belong together",
           hashlib.sha256(data).hexdigest() == event["digests"]["sha256"])
    expect("the offset is the record's", all(
        int.from_bytes(log[e["offset"]:][:4], "little") == e["pcr"] for e in events))
    expect("--bank", set(parse(show("-b", "sha256", path))["events"][4]["digests"]) == {"sha256"})
    expect("--pcr", {e["pcr"] for e in parse(show("-p", "7", path))["events"]} == {7})
    lines = show("--lines", path).stdout
    expect("--lines is one line", lines.count(b"\n") == 1 and lines.endswith(b"\n"))
    expect("of the same document", json.loads(lines) == document)
    expect("an event a line",
           all(line.startswith(b"{") for line in show(path).stdout.splitlines()[4:50]))


def check_hostile():
    every_byte = "".join(f"{byte:02x}" for byte in range(256))
    for kind in ("1", "5", "6", "8", "13", "0x80000001", "0x80000003", "0x80000006", "0x80000007",
                 "0x8000000a", "0x800000e0", "3", "0x402", "0x99999999"):
        run = show("-",
                   stdin=craft(f"4:{kind}:{every_byte}", f"4:{kind}:", f"23:{kind}:ed9f80eda080"))
        document = parse(run)
        expect(f"any bytes in an event of type {kind}",
               len(document["events"]) == 4 and document["events"][1]["data_hex"] == every_byte)
        expect("and no control character leaves",
               not any(byte < 0x20 and byte != 10 for byte in run.stdout))


def check_faults():
    whole = craft("4:5:6f6e65", "4:5:74776f", "4:5:7468726565")
    for size in range(65, len(whole)):
        run = show("-", stdin=whole[:size])
        cut = size not in (65, 118, 171)
        expect(f"cut at {size}: the status", run.returncode == (2 if cut else 0))
        document = parse(run)
        expect(f"cut at {size}: the document is whole, what was whole is in it, "
               "and the fault is told",
               cut == ("truncated" in [finding["code"] for finding in document["findings"]])
               and cut == (run.stderr.count(b"\n") == 2)
               and len(document["events"]) == 1 + sum(size >= end for end in (118, 171, 226)),
               run.stderr, len(document["events"]))
    noise = random.Random(1)
    for size in (0, 1, 31, 32, 33, 68, 1000):
        run = show("-", stdin=noise.randbytes(size))
        expect(f"{size} random bytes: no document, one error, one hint",
               run.returncode == 2 and not run.stdout and run.stderr.count(b"\n") == 2, run)


def check_cores():
    noise = random.Random(2)
    events = [f"{noise.randrange(24)}:{noise.choice((5, 13, 1, 4))}:"
              f"{noise.randbytes(noise.randrange(400)).hex()}"
              for _ in range(1500)]
    events[700:700] = [f"4:5:{noise.randbytes(60000).hex()}" for _ in range(4)]
    log = craft(*events[:800]) + craft(*events[800:])[65:]
    with tempfile.NamedTemporaryFile() as file:
        file.write(log)
        file.flush()
        one = show(file.name, cores={min(os.sched_getaffinity(0))})
        many = show(file.name)
    expect("one core and many write the same document",
           one.stdout == many.stdout and one.returncode == 0)
    document = parse(many)
    expect("with every event in it, in order",
           [event["number"] for event in document["events"]] == list(range(1505)))
    expect("and the data of each", all(
        event["data_hex"] == line.split(":")[2]
        for event, line in zip(document["events"][1:], events)))
    # JSON eight times as long as the data: more than a batch has room for.
    events = [f"8:13:{b'grub_cmd: '.hex()}{'01' * size}"
              for size in [990] * 62 + [69000] + [990] * 300]
    escaped = parse(show("-", stdin=craft(*events)))["events"]
    expect("what has no room in a batch is written all the same", len(escaped) == 364 and all(
        event["decoded"]["text"] == "\1" * (len(event["data_hex"]) // 2 - 10)
        for event in escaped[1:]))
    cut = show("-", stdin=log[:-10])
    expect("a large log that is cut is shown as far as it goes",
           cut.returncode == 2 and len(parse(cut)["events"]) == 1504)


check_values()
check_hostile()
check_faults()
check_cores()
finish()
