#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every fixture in every format that is written: convert_matrix.py ASSAY

What assay convert says of a conversion is held against what assay show and assay replay say of the
two logs: a lossless one has the same events and PCR values, and of a lossy one the statement names
each kind of difference that there is, and no other."""
import json
import pathlib
import subprocess
import sys
import tempfile

from suite import expect, finish

assay = sys.argv[1]
TEXTS = (".ascii", ".cbmem", ".log", ".txt")
HEADERS = ("Spec ID Event03", "FRMT ID EVENT00")


def document(*arguments):
    run = subprocess.run([assay, *map(str, arguments), "--format", "json"], capture_output=True,
                         text=True)
    return json.loads(run.stdout) if run.stdout else None, run.returncode


def events(log, name):
    """The events of a log but for the headers of the formats, which the target writes for
    itself."""
    shown, status = document("show", "--log-format", name, log)
    assert status == 0, log
    plain = [event for event in shown["events"] if not any(
        event["data_hex"].startswith(text.encode().hex()) for text in HEADERS)]
    return shown, plain


def values(log, name):
    replayed, _ = document("replay", "--log-format", name, log)
    return {bank: {pcr: values[pcr] for pcr in map(str, replayed["extended"][bank])
                   if pcr in values}
            for bank, values in replayed["pcrs"].items() if bank in replayed["extended"]}


def differences(before, after, banks):
    """By the names of losses: what the events of a log lack, in the order they stand in."""
    found = set()
    for old, new in zip(before, after):
        assert old["pcr"] == new["pcr"]
        if any(bank not in new["digests"] for bank in old["digests"]):
            found.add("bank")
        if any(new["digests"].get(bank, value) != value for bank, value in old["digests"].items()):
            found.add("changed")
        if old["data_hex"] != new["data_hex"] or ("label" in old) != ("label" in new):
            found.add("data")
        if old["type"] != new["type"]:
            found.add("type")
    return found


def run_side_by_side(shown):
    """Whether the records speak for one bank each: then events are not records of another
    format."""
    return shown["log"]["format"] in ("heap", "inteljson") and len(shown["log"]["banks"]) > 1


def convert(log, target, folder):
    out = folder / "out"
    out.unlink(missing_ok=True)
    refused, status = document("convert", log, "--to", target, "--output", out)
    if status == 2:
        return
    where = f"{log} as {target}"
    lossless = refused["lossless"]
    expect(f"{where}: the status says it", status == (0 if lossless else 1))
    expect(f"{where}: nothing is written where something is lost",
           out.exists() == lossless == refused["written"])
    said, status = document("convert", log, "--to", target, "--lossy", "--output", out)
    expect(f"{where}: --lossy writes it",
           status == 0 and out.exists() and said["size"] == out.stat().st_size)
    expect(f"{where}: and says the same",
           said["losses"] == refused["losses"] and said["banks"] == refused["banks"])

    old, new = values(log, said["from"][0]), values(out, target)
    for bank in said["banks"]:
        name = "rtmr" if "rtmr" in old else bank["bank"]
        if not bank["kept"]:
            expect(f"{where}: {name} is not kept", name not in new)
            continue
        same = sorted(int(pcr) for pcr in old.get(name, {})
                      if new.get(name, {}).get(pcr) == old[name][pcr])
        expect(f"{where}: {name} folds where it says so",
               [pcr for pcr in bank["same"] if pcr not in same] == [])
        changed = [int(pcr) for pcr in old.get(name, {}) if int(pcr) not in same]
        expect(f"{where}: {name} differs where it says so", set(changed) <= set(bank["changed"]))
    names = {loss["loss"] for loss in said["losses"] if loss["matters"]}
    expect(f"{where}: lossless is without a loss", lossless == (not names))
    if lossless:
        expect(f"{where}: every bank folds",
               all(bank["kept"] and not bank["changed"] for bank in said["banks"]))

    (shown, before), (written, after) = events(log, said["from"][0]), events(out, target)
    expect(f"{where}: as many events as it says", said["events"]["read"] == len(before))
    expect(f"{where}: as many records as it says", said["events"]["written"] == len(after))
    if len(before) == len(after) and not run_side_by_side(shown) and not run_side_by_side(written):
        found = differences(before, after, shown["log"]["banks"])
        expect(f"{where}: what differs is what is said: {found} {names}",
               found == names & {"bank", "data", "type"})
    if lossless and target == "text":
        back = folder / "back"
        done, status = document("convert", out, "--to", said["from"][0], "--output", back)
        # The container of TrenchBoot's loader counts its own size inside its first event.
        expect(f"{where}: and back", status == (1 if "container-skl" in log.name else 0))
        if status == 0:
            again = events(back, said["from"][0])[1]
            expect(f"{where}: is the same log", [without_place(event) for event in again] ==
                   [without_place(event) for event in before])


def into_its_own_format(log, formats, folder):
    """A format has room for its own logs, whatever it says of itself in its row."""
    name = document("show", log)[0]["log"]["format"]
    if name in formats and "container-skl" not in log.name:
        said, status = document("convert", log, "--to", name, "--output", folder / "own")
        losses = said and [loss["loss"] for loss in said["losses"]]
        expect(f"{log} as {name}, which it is: {losses}", status == 0)


def without_place(event):
    return {key: value for key, value in event.items()
            if key not in ("number", "offset", "data_offset")}


def main():
    formats = [entry["name"] for entry in document("convert", "--to", "list")[0]["formats"]
               if entry["writable"]]
    logs = sorted(pathlib.Path("fixtures/machines").glob("*/eventlog.bin"))
    logs += sorted(pathlib.Path("fixtures/logs").glob("*.bin"))
    expect("there are logs and formats", logs and "tcg2" in formats)
    with tempfile.TemporaryDirectory() as folder:
        for log in logs:
            for target in formats:
                convert(log, target, pathlib.Path(folder))
        for log in logs + [log for log in pathlib.Path("fixtures/logs").iterdir()
                           if log.suffix in TEXTS]:
            into_its_own_format(log, formats, pathlib.Path(folder))
    finish()


main()
