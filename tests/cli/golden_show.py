#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""assay golden show: golden_show.py ASSAY

What is told of components and of what a reference was made from is counted anew out of the
reference's own JSON (man/assay-reference.schema.json)."""
import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema

from suite import expect, finish

assay = sys.argv[1]
MACHINES = pathlib.Path("fixtures/machines")
UKI, SHIM = MACHINES / "b1-uki252", MACHINES / "d1-shim-grub206-sb"
SCHEMA = json.loads(pathlib.Path("man/assay-golden-show.schema.json").read_text())


def run(*arguments):
    return subprocess.run([assay, "golden", *map(str, arguments)], capture_output=True,
                          text=True).stdout


def documents(reference):
    """What is shown as JSON, which fits its schema."""
    shown = json.loads(run("show", reference, "--format", "json"))
    jsonschema.validate(shown, SCHEMA)
    return shown


def components(shown):
    for number, one in enumerate(shown["components"]):
        alternatives = [each for step in shown["steps"] for each in step["alternatives"]
                        if each["component"] == number]
        pcrs = sorted({each["pcr"] for each in alternatives if each["pcr"] < 24})
        expect(f"{one['role']}: the PCRs that its steps go into", pcrs and one["pcrs"] == pcrs)
        variants = {name for each in alternatives for name in each["variants"]}
        expect(f"{one['role']}: the variants that have such steps",
               set(one["variants"]) == variants)
    by_role = {one["role"]: one["variants"] for one in shown["components"]}
    expect("shim is of one variant", by_role["shim"] == ["shim"] and by_role["uki"] == ["uki"])
    expect("firmware of both", by_role["firmware"] == ["uki", "shim"])


def provenance(shown):
    made = {(one["name"], *one["variants"]) for one in shown["made_from"]}
    files = ("eventlog.bin", "ima.bin", "pcrs.json")
    expect("each file is of the variant that was learnt from it",
           made == {(f"{machine.name}/{name}", variant)
                    for machine, variant in ((UKI, "uki"), (SHIM, "shim")) for name in files})


def types(reference, shown):
    """An entry of IMA's list has no type (Canonical Event Log: pcclient_std alone has one)."""
    text = run("show", reference, "-v")
    lists = [each for step in shown["steps"] if step["stage"] == "kernel"
             for each in step["alternatives"]]
    expect("the list is there", len(lists) > 0 and "PCR 10  ima_template  userspace" in text)
    expect("no entry of it has a type", not any("type" in each for each in lists))
    expect("nor is one made up", "0xffffffff" not in text)
    expect("an event has",
           all("type" in each for step in shown["steps"] if step["stage"] == "firmware"
               for each in step["alternatives"]))


def tones(reference):
    """ECMA-48 8.3.117, SGR: 1 is bold, 0 ends it."""
    plain, colour = (run("show", reference, "--color", when).splitlines()[0]
                     for when in ("never", "always"))
    expect("the title is plain", plain == "Reference image, revision 1")
    expect("or bold", colour == f"\x1b[1m{plain}\x1b[0m")


with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / "both.json"
    run("learn", f"uki={UKI}", f"shim={SHIM}", "--set", "name=image", "-o", path)
    document = documents(path)
    components(document)
    provenance(document)
    types(path, document)
    tones(path)
finish()
