#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What tpm2_eventlog prints of a log says the same as the log: tpm2_eventlog ASSAY

Asks the program itself, where it is installed, about all logs at hand: both of its versions of
the text must have the events of the log, with the same digests and either the same data or a
label, and fold to the same PCRs. Without it, what release 5.4 printed of one log is read."""
import glob
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from suite import expect, finish

assay = sys.argv[1]
folder = tempfile.TemporaryDirectory()


def run(*command, **options):
    return subprocess.run(command, capture_output=True, timeout=60, **options)


def document(verb, path, **options):
    said = run(assay, verb, "-f", "json", path, **options)
    return json.loads(said.stdout) if said.stdout else None


def same(event, other, kept):
    """Whether an event is the same in the text, which may have lost its data and its type."""
    if event["pcr"] != other["pcr"] or event["digests"] != other["digests"]:
        return False
    if event["type"] != other["type"] and other["type"] is not None:
        return False
    if other["data_hex"] == "" and event["data_hex"] != "":
        return not kept and other["decoded"]["payload"] == "label"
    return event["data_hex"] == other["data_hex"]


# Types of which release 5.4 prints every byte, up to the 1024 that it has room for.
KEPT = {"EV_SEPARATOR", "EV_EFI_ACTION", "EV_IPL", "EV_S_CRTM_VERSION", "EV_EFI_HANDOFF_TABLES",
        "EV_EFI_BOOT_SERVICES_APPLICATION", "EV_EFI_BOOT_SERVICES_DRIVER", "EV_NO_ACTION",
        "EV_EFI_PLATFORM_FIRMWARE_BLOB", "EV_EFI_VARIABLE_DRIVER_CONFIG"}


def compare(path, version):
    text = run("tpm2_eventlog", f"--eventlog-version={version}", path)
    if text.returncode != 0 or not text.stdout:
        return
    yaml = pathlib.Path(folder.name, "log.yaml")
    yaml.write_bytes(text.stdout)
    theirs, ours = document("show", str(yaml)), document("show", path)
    name = f"{path}, version {version}"
    if ours is None or theirs is None:
        expect(f"{name} is read", ours is None, run(assay, "show", str(yaml)).stderr)
        return
    if any(event["pcr"] == 0xFFFFFFFF for event in ours["events"]):
        return  # it stops there
    expect(f"{name}: as many events", len(ours["events"]) == len(theirs["events"]))
    for event, other in zip(ours["events"], theirs["events"]):
        kept = event["type_name"] in KEPT and len(event["data_hex"]) <= 2048 and version == 1
        if not same(event, other, kept):
            expect(f"{name}: event {event['number']}", False, event, other)
            return
    expect(f"{name}: the same PCRs",
           document("replay", path)["pcrs"] == document("replay", str(yaml))["pcrs"])
    findings = [finding["code"] for finding in document("check", str(yaml))["findings"]]
    expect(f"{name}: nothing is missing", not {"text-gap", "text-end", "text-line",
                                              "claimed-differs"} & set(findings), findings)


def check_machines():
    """The fold of the text meets the TPM of the machine."""
    for path in sorted(glob.glob("fixtures/machines/*/eventlog.bin")):
        text = run(assay, "show", "-f", "yaml", path).stdout
        machine = pathlib.Path(path).parent
        yaml = pathlib.Path(folder.name, "log.yaml")
        yaml.write_bytes(text)
        values = str(machine / "pcrs.json")
        expect(f"{machine.name}: what show prints is checked alike",
               document("check", str(yaml))["verdict"] in ("unknown", "unsound") and
               run(assay, "check", str(yaml), values).returncode ==
               run(assay, "check", path, values).returncode)


def check_expected():
    said = document("show", "tests/cli/show_yaml.expected")
    expect("what 5.4 printed is read", said["log"]["format"] == "tpm2-eventlog", said["log"])
    expect("to the byte", [event["data_hex"] for event in said["events"]][1:] == [
        "4800", "4578697420426f6f74", "677275625f636d643a206120276227205c0a630900",
        "61dfe48bca93d211aa0d00e098032b8c0200000000000000010000000000000064006200aa",
        "00008200000000000000000e00000000",
        "18b0dc1d0000000000600d000000000000000000000000000400000000000000", ""])
    expect("and folds to what it says",
           document("replay", "tests/cli/show_yaml.expected")["pcrs"]["sha256"]["14"] ==
           "1c9ecec90e28d2461650418635878a5c91e49f47586ecf75f2b0cbb94e897112")


check_expected()
check_machines()
if shutil.which("tpm2_eventlog"):
    for log in sorted(glob.glob("fixtures/machines/*/eventlog.bin")
                      + glob.glob("../shared/boots/*/eventlog.bin")
                      + glob.glob("../shared/corpus/*/*.bin")):
        compare(log, 1)
        if "/windows/" not in log and "/boots/" not in log:
            compare(log, 2)
else:
    print("skipped: tpm2_eventlog is not installed, so what it prints is not read")
finish()
