#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""assay show --format yaml has the shape that tpm2_eventlog prints: show_yaml ASSAY

show_yaml.expected is what release 5.4 printed of the log below, byte for byte. Where it is
installed, and python3-yaml, all logs at hand are compared too: every value that it reads right."""
import glob
import pathlib
import shutil
import subprocess
import sys

from suite import expect, finish

try:
    import yaml
except ImportError:
    yaml = None

assay = sys.argv[1]

LOG = (
    "0:8:4800",
    "4:0x80000007:4578697420426f6f74",
    "8:13:677275625f636d643a206120276227205c0a630900",
    "7:0x80000001:61dfe48bca93d211aa0d00e098032b8c0200000000000000010000000000000064006200aa",
    "0:0x80000008:00008200000000000000000e00000000",
    "4:0x80000003:18b0dc1d0000000000600d000000000000000000000000000400000000000000",
    "14:4:",
)


def run(*command, **options):
    return subprocess.run(command, capture_output=True, timeout=60, **options)


def load(text):
    return yaml.load(text.decode("utf-8", "replace"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def agrees(theirs, ours):
    """Whether an event is the same, but for what release 5.4 reads wrong."""
    for key in ("EventNum", "PCRIndex", "DigestCount", "Digests", "Digest", "EventSize", "SpecID"):
        if theirs.get(key) != ours.get(key):
            return False
    kind, event = theirs["EventType"], theirs.get("Event")
    if kind != ours["EventType"] and kind != "Unknown event type":
        return False
    if event == ours.get("Event"):
        return True
    if kind == "EV_S_CRTM_CONTENTS":  # it takes any text for an address and a length
        return theirs["EventSize"] != 16
    if kind == "EV_EFI_PLATFORM_FIRMWARE_BLOB2":  # it leaves out the last character
        return ours["Event"]["BlobDescription"].startswith(event["BlobDescription"])
    if isinstance(event, str):  # it ends after 1024 bytes
        return len(event) == 2048 and ours["Event"].startswith(event)
    return "\ufffd" in str(event)  # it prints what is not UTF-8


def usable(document):
    return (isinstance(document, dict) and isinstance(document.get("events"), list)
            and all(isinstance(event, dict) for event in document["events"]))


def compare(path):
    ours = run(assay, "show", "-f", "yaml", path)
    if ours.returncode == 2 and not ours.stdout:
        return
    try:
        mine = load(ours.stdout)
    except yaml.YAMLError as problem:
        expect(f"{path} is YAML", False, problem)
        return
    expect(f"{path} is YAML of the shape",
           usable(mine) and list(mine) == ["version", "events", "pcrs"])
    peer = run("tpm2_eventlog", path) if shutil.which("tpm2_eventlog") else None
    try:
        theirs = load(peer.stdout) if peer and peer.returncode == 0 else None
    except yaml.YAMLError:
        theirs = None
    if not usable(theirs):
        return
    pairs = list(zip(theirs["events"], mine["events"]))
    expect(f"{path}: the same events", len(theirs["events"]) == len(mine["events"]))
    expect(f"{path}: the same values", all(agrees(*pair) for pair in pairs),
           next((pair for pair in pairs if not agrees(*pair)), None))
    # PCR 0 it computes wrong after StartupLocality and H-CRTM; types that it does not know, at all.
    if not any(event["EventType"] == "Unknown event type" for event in theirs["events"]):
        expect(f"{path}: the same PCRs", all(
            values.get(pcr) == (mine["pcrs"] or {})[bank].get(pcr)
            for bank, values in (theirs["pcrs"] or {}).items() for pcr in values if pcr != 0))


def check_odd_text():
    every_byte = "".join(f"{byte:02x}" for byte in range(256))
    names = "".join(f"{unit:02x}00" for unit in b"no\n: \"x\x00\x85")
    odd = (every_byte, "2061", "200a61", "0a", "0a0a61", "2d2061", "", "00", "c285", "61c2856161",
           "e280a861")
    log = run("tests/cli/craft",
              *(f"4:{kind}:{data}" for kind in (1, 5, 13, 0x80000007) for data in odd),
              f"7:0x80000001:{'00' * 16}0900000000000000{'00' * 8}{names}",
              f"7:0x80000001:{'00' * 16}0200000000000000{'00' * 8}6e006f00").stdout
    shown = run(assay, "show", "-f", "yaml", "-", input=log)
    document = load(shown.stdout)
    expect("any text is YAML", len(document["events"]) == 47 and shown.returncode == 0)
    texts = [event.get("Event") for event in document["events"]]
    expect("a blank at the start stays", texts[35] == " a", repr(texts[35]))
    expect("lines stay lines", texts[36] == " \na", repr(texts[36]))
    expect("a word of YAML stays a string", texts[46]["UnicodeName"] == "no", texts[46])
    expect("and so does an odd name", texts[45]["UnicodeName"] == 'no\n: "x\0\x85', repr(texts[45]))


def check_expected():
    log = run("tests/cli/craft", *LOG).stdout
    shown = run(assay, "show", "-f", "yaml", "-", input=log).stdout
    expect("byte for byte what release 5.4 printed",
           shown == pathlib.Path("tests/cli/show_yaml.expected").read_bytes(), shown.decode())
    cut = run(assay, "show", "-f", "yaml", "-", input=log[:-1])
    expect("a cut log has its PCRs as far as it goes", cut.returncode == 2 and
           b"\npcrs:\n  sha256:\n    0  : 0x6ee7014c" in cut.stdout
           and b"    14 :" not in cut.stdout, cut.stdout)


check_expected()
if yaml:
    check_odd_text()
    for name in sorted(glob.glob("fixtures/machines/*/eventlog.bin")
                       + glob.glob("fixtures/logs/*.bin")
                       + glob.glob("../shared/boots/*/eventlog.bin")
                       + glob.glob("../shared/corpus/*/*.bin")):
        compare(name)
else:
    print("skipped: python3-yaml is not installed, so no YAML is read back")
finish()
