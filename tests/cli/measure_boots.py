#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""assay measure against recorded boots: measure_boots.py ASSAY [BOOTS].

BOOTS (../shared/boots, see its README.md) has folders of real boots: the files that were booted,
variables, firmware, and the log that the firmware wrote, which folds to what the TPM held. Every
event of the log that is of one of these files has to be among what assay measure says of it: same
PCR, type, digests in all banks, and same data, where it says what those are. Skipped where there is
no such folder."""

import json
import pathlib
import subprocess
import sys
import tempfile

from suite import expect, finish

ASSAY = sys.argv[1]
BOOTS = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "../shared/boots")


def run(*arguments):
    done = subprocess.run([ASSAY, *arguments], capture_output=True, check=False)
    return json.loads(done.stdout)


def leaves(value):
    """All {"path", "sha256"} of a manifest, whatever they are called in it."""
    for key, inner in value.items() if isinstance(value, dict) else ():
        if isinstance(inner, dict) and "sha256" in inner:
            yield key if "file" not in inner else inner["file"], inner["sha256"]
        elif isinstance(inner, dict):
            yield from leaves(inner)


def gather(boot, folder):
    """The files of a boot, under their own names: paths, and paths of those beside a UKI."""
    manifest = json.loads((boot / "inputs/manifest.json").read_text())
    extras = [name for name in manifest["esp"]
              if ".extra.d/" in name or name.startswith(("loader/addons", "loader/credentials"))]
    beside = []
    files = [boot / "inputs" / name for name in ("gpt-first-34-sectors.bin",)
             if (boot / "inputs" / name).exists()]
    for name, digest in leaves(manifest):
        path = folder / digest / name if name in extras else \
            folder / digest / pathlib.PurePath(name).name
        if not path.exists():
            path.parent.mkdir(exist_ok=True, parents=True)
            with open(path, "wb") as out:
                subprocess.run([BOOTS / "store.py", "get", digest], stdout=out, check=False)
        (beside if name in extras else files).append(path)
    return files + sorted((boot / "efivars").iterdir()), beside


measured = {}


def measure(path, beside):
    extra = [word for file in beside for word in ("--extra", str(file))]
    at = (path, *extra)
    if at not in measured:
        found = run("measure", "--format", "json", "--", str(path))["measurements"]
        if found and found[0]["kind"] == "uki":
            for profile in range(max(found[0]["uki"]["profiles"], 1)):
                found += run("measure", "--format", "json", "--profile", str(profile), *extra,
                             str(path))["measurements"]
        measured[at] = found
    return measured[at]


def is_unset(event):
    """UEFI_VARIABLE_DATA whose VariableDataLength is 0."""
    return event["type_name"] == "EV_EFI_VARIABLE_DRIVER_CONFIG" and \
        bytes.fromhex(event["data_hex"])[24:32] == bytes(8)


def is_of_files(event, beside):
    """Whether the event is of something that is a file of the boot, and wholly so."""
    pcr, kind = event["pcr"], event["type_name"]
    if kind in ("EV_NO_ACTION", "EV_SEPARATOR", "EV_EFI_ACTION") or is_unset(event):
        return False
    if kind == "EV_EFI_PLATFORM_FIRMWARE_BLOB":
        return event["data_hex"].startswith("0000900000000000")  # DXEFV; PEIFV changes as it runs
    if beside and pcr in (9, 12, 13):
        return True
    return pcr in (0, 4, 5, 7, 11, 14) or kind == "EV_EFI_VARIABLE_BOOT" or (
        pcr == 9 and kind == "EV_IPL")


def key(event, banks):
    return (event["pcr"], event["type_name"],
            tuple(event["digests"].get(bank, "") for bank in banks))


def check(boot, folder):
    log = run("show", "--format", "json", str(boot / "eventlog.bin"))
    banks = [bank if isinstance(bank, str) else bank["alg"] for bank in log["log"]["banks"]]
    known = {}
    files, beside = gather(boot, folder)
    for path in files:
        for artefact in measure(path, beside):
            for event in artefact["events"]:
                known.setdefault(key(event, banks), []).append(event.get("data_hex"))
    wanted = [event for event in log["events"] if is_of_files(event, beside)]
    missing = [event for event in wanted if key(event, banks) not in known]
    wrong = [event for event in wanted
             if (datas := known.get(key(event, banks))) and None not in datas
             and event["type_name"] != "EV_EFI_BOOT_SERVICES_APPLICATION"
             and event["data_hex"] not in datas]
    return wanted, missing, wrong


# What no file of the boot holds: the shell, which is inside the firmware; a kernel in whose header
# QEMU writes before it is loaded.
EXCUSED = {"a1-efistub-startup-nsh": 1, "f1-qemu-kernel": 1}

if not (BOOTS / "README.md").exists():
    print(f"skipped: there are no boots at {BOOTS}")
else:
    with tempfile.TemporaryDirectory() as name:
        for boot in sorted(BOOTS.iterdir()):
            log = boot / "eventlog.bin"
            if not log.exists() or log.stat().st_size == 0:
                continue
            wanted, missing, wrong = check(boot, pathlib.Path(name))
            excused = EXCUSED.get(boot.name, 0)
            for event in missing + wrong:
                if len(missing) != excused or wrong:
                    print(boot.name, event["number"], event["pcr"], event["type_name"],
                          "data differ" if event in wrong else "", event["data_hex"][:80])
            expect(f"{boot.name}: {len(wanted)} events, {len(missing)} in no file, "
                   f"{len(wrong)} with other data", len(missing) == excused and not wrong)
finish()
