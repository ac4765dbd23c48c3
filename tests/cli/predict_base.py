#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""assay predict --base: that a replacement which changes nothing says so, and one that can't be
read is named: predict_base.py ASSAY"""
import pathlib
import subprocess
import sys
import tempfile

from suite import expect, finish

assay = sys.argv[1]
BASE, PE = "fixtures/machines/b1-uki252", "fixtures/artefacts/pe"
folder = tempfile.TemporaryDirectory()
empty = pathlib.Path(folder.name) / "empty"
empty.write_bytes(b"")


def says(arguments, status, text):
    done = subprocess.run([assay, "predict", "--base", BASE, *map(str, arguments)],
                          capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=60)
    said = " ".join((done.stdout + done.stderr).split())
    holds = done.returncode == status and text in said and (
        status != 2
        or [line.split(":")[0] for line in done.stderr.splitlines()] == ["assay predict", "hint"])
    expect(f"{arguments}: {status}, {text}: {done.returncode} {said[-300:]}", holds)


# The base boots a unified kernel image by firmware: there is no shim, no GRUB, no systemd-boot.
for arguments, text in (
    (["--grub-cfg", "LICENSE"], "no event of GRUB"),
    (["--grub-cfg", empty], "no event of GRUB"),
    (["--loader-conf", "LICENSE"], "no event of loader.conf"),
    (["--shim", f"{PE}/plus.efi"], "no event of an image of that name or kind"),
    (["--loader", f"nosuch={PE}/plus.efi"], "no event of an image of that name or kind"),
    (["--dbt", "none"], "no event of the variable dbt"),
    (["--mok", "none"], "no event of MokList"),
    (["--sbat-level", "LICENSE"], "no event of SbatLevel"),
    (["--esp", "fixtures/artefacts"], "not among the files of the ESP"),
):
    says(arguments, 0, text)

for arguments, text in (
    (["--kernel", "LICENSE"], "LICENSE: this is no PE image"),
    (["--kernel", empty], f"{empty}: the file is too short"),
    (["--uki", "LICENSE"], "LICENSE: this is no PE image"),
    (["--gpt", "LICENSE"], "LICENSE: no GUID partition table"),
    (["--disk", "LICENSE", "--gpt", "LICENSE"], "one of both"),
    (["--db", "LICENSE"], "LICENSE: these are no signature lists"),
    (["--boot-option", "0001=LICENSE"], "no boot option"),
    (["--base-kernel", "LICENSE"], "only beside --kernel"),
    (["--base-cmdline", "x"], "only beside --cmdline"),
    (["--base-uki", "LICENSE"], "only beside --uki"),
    (["--memory", "512"], "only beside --firmware"),
    (["--kernel", "/dev/zero"], "more than 16777216 bytes"),
    (["--kernel", "-", "--uki", "-"], "standard input can be read once"),
):
    says(arguments, 2, text)

finish()
