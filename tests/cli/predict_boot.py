#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""assay predict of a whole boot, from small scenarios made here: what it refuses, remarks on and
survives, and what its exit status says: predict_boot.py ASSAY"""
import hashlib
import json
import os
import pathlib
import re
import resource
import struct
import subprocess
import sys
import tempfile

from suite import expect, finish

assay = str(pathlib.Path(sys.argv[1]).resolve())
here = pathlib.Path.cwd()
PE = here / "fixtures/artefacts/pe"
room = tempfile.TemporaryDirectory()
folder = pathlib.Path(room.name)
MEGABYTE = 1 << 20


def run(*arguments, stdin=b"", seconds=20):
    """What it says, on a machine with little memory and time; where the files are."""
    def little():
        if not os.environ.get("ASAN_OPTIONS"):
            resource.setrlimit(resource.RLIMIT_AS, (1500 * MEGABYTE,) * 2)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    done = subprocess.run([assay, "predict", *map(str, arguments)], capture_output=True,
                          input=stdin, cwd=folder,
                          preexec_fn=little)
    expect(f"{arguments}: ends by itself", done.returncode in (0, 1, 2),
           (done.returncode, done.stderr[-300:]))
    shown = done.stdout + done.stderr
    expect(f"{arguments}: nothing for the terminal",
           not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", shown))
    if done.returncode == 2:
        said = done.stderr.decode().splitlines()
        expect(f"{arguments}: one error and one hint",
               len(said) == 2 and said[0].startswith("assay predict: ")
               and said[1].startswith("hint: "), said)
    return done


def says(arguments, status, text, **more):
    done = run(*arguments, **more)
    said = " ".join((done.stdout + done.stderr).decode().split())
    expect(f"{arguments}: status {status}", done.returncode == status,
           (done.returncode, said[-400:]))
    expect(f"{arguments}: {text}", text in said, said[-600:])


def file(name, content):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


def scenario(files=(), **more):
    """A scenario whose one disk has these files: path on the ESP, file here."""
    document = {"disks": [{"esp": [{"path": path, "file": str(name)} for path, name in files]}],
                **more}
    return file("scenario.json", json.dumps(document))


def image(name, sections, release=None):
    """A PE32+ image of these sections: (name, content, zeros behind it in memory)."""
    headers = 64 + 24 + 112 + 16 * 8 + 40 * len(sections)
    at, where, table, body = -(-headers // 512) * 512, 0x1000, b"", b""
    for title, content, zeros in sections:
        padded = content + bytes(-len(content) % 512)
        table += struct.pack("<8s4I12xI", title.encode(), len(content) + zeros, where, len(padded),
                             at + len(body),
                             0x40000040)
        body += padded
        where += 0x100000
    optional = struct.pack("<HBB5IQ2I6H4I2H4Q2I", 0x20b, 0, 0, 0, 0, 0, 0x1000, 0, 0, 0x1000, 512,
                           *[0] * 6, 0, where,
                           at, 0, 10, 0, *[0] * 4, 0, 16) + bytes(16 * 8)
    coff = b"PE\0\0" + struct.pack("<2H3I2H", 0x8664, len(sections), 0, 0, 0, len(optional), 0x22)
    start = b"MZ" + bytes(58) + struct.pack("<I", 64) + coff + optional + table
    return file(name, start + bytes(at - len(start)) + body)


# --- options that would say nothing ----------------------------------------------------------
usual = scenario([("EFI/BOOT/BOOTX64.EFI", PE / "uki257.efi")])
garbage = file("garbage", b"\x7fnothing that boots\x1b[31m" * 40)
for arguments, text in (
    ([], "nothing to predict from"),
    (["--scenario", usual, "--base", garbage], "one of both"),
    (["--base", garbage, "--bus", "nvme"], "--bus is for a boot that is computed"),
    (["--base", garbage, "--grub-entry", "0"], "--grub-entry is for a boot that is computed"),
    (["--scenario", usual, "--db", garbage], "--db replaces a part of a boot that was logged"),
    (["--scenario", usual, "--secure-boot", "off"], "--secure-boot replaces a part"),
    (["--scenario", usual, "--module", garbage], "--module or --keep-module replaces a part"),
    (["--scenario", usual, "--base-kernel", garbage], "--base-kernel replaces a part"),
    (["--scenario", usual, "--init", "."], "--scenario says nothing to it"),
    (["--init", ".", "--kernel", garbage], "--kernel says nothing to it"),
    (["--scenario", usual, "--cmdline", "quiet"], "goes with the --kernel"),
    (["--scenario", usual, "--initrd", garbage], "goes with the --kernel"),
    (["--kernel", garbage, "--initrd", garbage, "--initrd", garbage], "no more than one --initrd"),
    (["--scenario", usual, "--to", "tcg2"], "only beside --output"),
    (["--scenario", "-", "--kernel", "-"], "standard input can be read once"),
    (["--kernel", garbage, "--bus", "ide"], "--bus wants BUS"),
    ([usual], "only --init takes arguments"),
    (["--init"], "--init takes a disk image"),
):
    says(arguments, 2, text)

# Every option of the help is known to the table of ways: none of another way is let through
# silently.
named = re.findall(r"^      --([a-z-]+)",
                   subprocess.run([assay, "predict", "--help"], capture_output=True,
                                                       text=True).stdout, re.M)
expect("the help names options", len(named) > 60, named)
table = (here / "cli/predict_ways.c").read_text()
own = named[:named.index("strict") + 1]
expect("each is in the table", {name for name in own if f'"{name}"' not in table} ==
       {"init", "tboot", "mle", "module", "keep-module"},
       [name for name in own if f'"{name}"' not in table])
wide = [line
        for line in subprocess.run([assay, "predict", "--help"], capture_output=True,
                                   text=True).stdout.split("\n")
        if len(line) > 80]
expect("the help has 80 columns", not wide, wide)

# --- what is no scenario ---------------------------------------------------------------------
for text, place in (
    ("", "too early"), ("null", "not JSON"), ("[]", "no object"), ("{}", "nothing to predict from"),
    ("[" * 100000, "nested too deep"), ('{"dikss": []}', "'dikss' is unknown"),
    ('{"banks": ["md5"]}', "banks[0]"),
    ('{"banks": ["sha1"], "banks": []}', "twice"),
    ('{"machine": {"memory": -1}}', "machine.memory"),
    ('{"disks": [{"bus": "ide"}]}', "disks[0].bus"),
    ('{"disks": [{}, {"path": "01x"}]}', "disks[1].path"),
    ('{"disks": [{"path": "010"}]}', "disks[0].path"),
    ('{"firmware": {"code": "a\\u0000b"}}', "a NUL in a string"),
    ('{"firmware": {"code": "no\\u001b[31mfile\\n"}}', "no\\x1b[31mfile\\n: cannot open"),
    ('{"firmware": {"code": "."}}', "Is a directory"),
    ('{"firmware": {"variables": "garbage"}}', "no volume"),
    ('{"disks": [{"image": "garbage"}]}', "neither a disk"),
    ('{"disks": [{"esp": [{"path": "a/../b", "file": "garbage"}]}]}', '".."'),
    ('{"disks": [{"esp": [{"path": "A/b", "file": "garbage"}, {"path": "a/B", "file": "garbage"}]}]}',
     "twice"),
    ('{"disks": [{"esp": [{"path": "a", "file": "/"}]}]}', "folder"),
    ('{"userspace": {"extends": [{"pcr": 24, "text": "x"}]}}', "userspace.extends[0].pcr"),
):
    says(["--scenario", file("bad.json", text)], 2, place)
for option in "--firmware", "--variables", "--disk", "--esp", "--kernel":
    says([option, "/dev/zero"], 2, "more than 16777216 bytes")

# --- what boots, and what does not -----------------------------------------------------------
plain = image("plain.efi", [(".text", b"\xc3", 0)])
broken = image("broken.efi", [(".sdmagic", b"#### LoaderInfo: systemd-stub 252.39-1 ####\0", 0),
                              (".cmdline", b"quiet\0", 0), (".linux", b"no image", 0),
                              (".initrd", b"x", 0)])
default = [("EFI/BOOT/BOOTX64.EFI", plain)]
says(["--scenario", scenario(default)], 0, "no program known here")
says(["--scenario", scenario(default), "--strict"], 1, "no program known here")
says(["--scenario", scenario([("EFI/BOOT/BOOTX64.EFI", broken)])], 1,
     "no operating system comes up")
says(["--scenario", scenario([("EFI/BOOT/BOOTX64.EFI", garbage)])], 1,
     "no operating system comes up")
says(["--scenario", scenario()], 1, "no operating system comes up")
says(["--kernel", garbage], 1, "neither a PE image nor a bzImage")
says(["--kernel", file("empty", "")], 1, "neither a PE image nor a bzImage")
says(["--scenario", scenario(default), "--grub-entry", "0"], 0, "GRUB is not started")
says(["--scenario", scenario(default), "--boot-entry", "x"], 0, "systemd-boot is not started")

# What the shell starts first is none, and it goes on to the second: that is no refusal.
shell = image("shell.efi", [(".text", "startup.nsh\0homefilesystem\0".encode("utf-16le"), 0)])
two = [("EFI/BOOT/BOOTX64.EFI", shell), ("a.efi", broken), ("b.efi", plain),
       ("startup.nsh", file("two.nsh", "fs0:\\a.efi\r\nfs0:\\b.efi\r\n"))]
document = run("--scenario", scenario(two), "--format", "json")
expect("what starts after all is no refusal", document.returncode == 0, document.stdout[-300:])
said = json.loads(document.stdout)
expect("in the document neither",
       said["refused"] is False and not any(r["refused"] for r in said["remarks"]))
expect("but it is told", any("no PE image" in r["text"] for r in said["remarks"]), said["remarks"])
expect("more comes than is known", said["all_known"] is False)

# Userspace extends nothing where no system comes up.
phases = {"userspace": {"phases": ["enter-initrd"]}, "banks": ["sha256"]}


def has_phase(files):
    log = json.loads(run("--scenario", scenario(files, **phases), "--format", "json").stdout)
    want = hashlib.sha256(b"enter-initrd").hexdigest()
    return any(event["digests"].get("sha256") == want for event in log["events"])


expect("userspace runs", has_phase(default))
expect("or doesn't", not has_phase([("EFI/BOOT/BOOTX64.EFI", broken)]))

# --- hostile files ---------------------------------------------------------------------------
hollow = image("hollow.efi", [(".sdmagic", b"#### LoaderInfo: systemd-stub 252.39-1 ####\0", 0),
                              (".linux", b"x", 0xfffffff0), (".cmdline", b"x", 0x7fffffff)])
says(["--scenario", scenario([("EFI/BOOT/BOOTX64.EFI", hollow)])], 1,
     "much larger in memory than in its file")
for text in ("startup.nsh\n" * 60, "\\startup.nsh\r\n" * 5000, "if exist x then\n" * 5000,
             "for %a in 1\n", "\0" * 9999):
    run("--scenario",
        scenario([("EFI/BOOT/BOOTX64.EFI", shell), ("startup.nsh", file("startup.nsh", text))]))
many = [(f"loader/entries/{i}.conf", file("entry.conf", "linux /x\noptions y\n"))
        for i in range(12000)]
done = run("--scenario", scenario([*default, *many]), seconds=4)
expect("twelve thousand files are no matter", done.returncode == 0, done.stderr)

# Folders: loops, pipes, devices, names that a terminal would obey.
esp = folder / "esp"
(esp / "EFI/BOOT").mkdir(parents=True)
(esp / "EFI/BOOT/BOOTX64.EFI").write_bytes((folder / plain).read_bytes())
(esp / "loop").symlink_to(".")
(esp / "EFI/up").symlink_to("../..")
os.mkfifo(esp / "pipe")
(esp / "\x1b[31mred\n").write_bytes(b"")
says(["--esp", "esp"], 0, "no program known here")
says(["--init", "esp"], 0, '"esp"')
(esp / "efi-is-here").write_bytes(b"")
(esp / "EFI-IS-HERE").write_bytes(b"")
says(["--esp", "esp"], 2, "differ in case only")

# Outputs come whole or not at all.
says(["--scenario", scenario(default), "-o", "none/x.log"], 2, "cannot create")
says(["--scenario", file("late.json", '{"disks": [{"image": "garbage"}]}'), "-o", "late.log"], 2,
     "neither")
expect("nothing is left", not list(folder.glob("late.log*")))
expect("what waits is still written",
       run("--scenario", scenario(), "-o", "waits.log").returncode == 1
       and (folder / "waits.log").stat().st_size > 0)

finish()
