#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""assay measure of a boot's artefacts: measure_boot.py ASSAY. What is expected comes from hashlib
over bytes that are put together here, as the specification or the program that measures them does
it, and from sha256sum, pesign and systemd-measure where they are installed."""

import gzip
import hashlib
import json
import os
import pathlib
import random
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import uuid
import zlib

import jsonschema

from suite import expect, finish

ASSAY = sys.argv[1]
SCHEMA = json.load(open("man/assay-measure.schema.json", encoding="utf-8"))
home = pathlib.Path(tempfile.mkdtemp())


def call(*arguments, **options):
    return subprocess.run([ASSAY, "measure", *map(str, arguments)], capture_output=True,
                          check=False, **options)


def measure(*arguments):
    """The measurements, after the schema had its say."""
    done = call("--format", "json", *arguments)
    document = json.loads(done.stdout)
    try:
        jsonschema.validate(document, SCHEMA)
    except jsonschema.ValidationError as error:
        expect(f"the schema holds for {arguments}: {error.message}", False)
    return document["measurements"]


def file(name, content):
    path = home / name
    path.write_bytes(content)
    return path


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def has(artefact, pcr, kind, content, data=None):
    """Whether there is an event whose digests are of this content."""
    return any(event["pcr"] == pcr and event["type_name"] == kind
               and all(hashlib.new(alg.replace("sm3_256", "sm3"), content).hexdigest() == digest
                       for alg, digest in event["digests"].items() if alg != "sm3_256")
               and (data is None or event.get("data_hex") == data.hex())
               for event in artefact["events"])


def refused(what, *arguments):
    done = call(*arguments)
    lines = done.stderr.decode().splitlines()
    expect(f"{what} is refused with one message and a hint",
           done.returncode == 2 and not done.stdout and len(lines) == 2
           and lines[0].startswith("assay measure: ") and lines[1].startswith("hint: "))


def utf16(text, nul=True):
    return (text + ("\0" if nul else "")).encode("utf-16-le")


def tag(number, data):
    return struct.pack("<II", number, len(data)) + data


# --- initrds ------------------------------------------------------------------------------------

def newc(name, content):
    head = "070701" + "".join(f"{n:08x}" for n in (
        1, 0o100644, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name) + 1, 0))
    entry = head.encode() + name.encode() + b"\0"
    entry += bytes(-len(entry) % 4) + content
    return entry + bytes(-len(entry) % 4)


def initrds():
    archive = newc("early", b"microcode") + newc("TRAILER!!!", b"")
    zipped = gzip.compress(newc("init", b"#!/bin/sh") + newc("TRAILER!!!", b""), mtime=0)
    whole = archive + bytes(512) + zipped
    one, = measure(file("initrd.img", whole))
    expect("archives one behind the other are an initrd", one["kind"] == "initrd")
    expect("with two parts", one["initrd"]["parts"] == [
        {"form": "cpio", "offset": 0, "size": len(archive) + 512},
        {"form": "gzip", "offset": len(archive) + 512, "size": len(zipped)}])
    expect("GRUB measures its bytes", has(one, 9, "EV_IPL", whole))
    expect("Linux, too", has(one, 9, "EV_EVENT_TAG", whole, tag(0x8f3b22ec, b"Linux initrd\0")))
    expect("the file's digest is the main one", one["sha256"] == one["digests"]["sha256"]
           == sha256(whole))
    one, = measure(file("zipped", zipped))
    expect("a zipped one is not unzipped", one["kind"] == "initrd" and "gzip" not in one
           and one["digests"]["sha256"] == sha256(zipped))
    for form, magic in (("zstd", b"\x28\xb5\x2f\xfd"), ("xz", b"\xfd7zXZ\0"),
                        ("lz4", b"\x02\x21\x4c\x18")):
        one, = measure(file(form, magic + bytes(100)))
        expect(f"{form} is an initrd's", one["initrd"]["parts"][0]["form"] == form)
    one, = measure(file("cut", archive[:130]))
    expect("an archive that is cut is measured as it is", has(one, 9, "EV_IPL", archive[:130]))
    large = file("large", (archive + os.urandom(1 << 20)) * 48)
    content = large.read_bytes()
    one, = measure(large)
    expect("a large one gets the same digests from several threads",
           has(one, 9, "EV_IPL", content) and len(one["digests"]) >= 4)
    pinned = call("--format", "json", large, preexec_fn=lambda: os.sched_setaffinity(
        0, {min(os.sched_getaffinity(0))}))
    expect("and from one", json.loads(pinned.stdout)["measurements"][0]["digests"]
           == one["digests"])
    expect("from a pipe, too", json.loads(call("--format", "json", "-", input=content).stdout)
           ["measurements"][0]["digests"] == one["digests"])
    summed = subprocess.run(["sha384sum", large], capture_output=True, check=True).stdout.split()[0]
    expect("sha384sum says so", one["digests"]["sha384"] == summed.decode())


# --- command lines and texts --------------------------------------------------------------------

def texts():
    line = "/vmlinuz root=/dev/vda1 name=Zoë \U0001f511 quiet"
    text = line.encode()
    options = tag(0x8f3b22ed, b"LOADED_IMAGE::LoadOptions\0")
    for one in (*measure("--cmdline", line), *measure("--as", "cmdline", file("line", text)),
                *measure("--as", "cmdline", file("line-nl", text + b"\n"))):
        expect("GRUB's line", has(one, 8, "EV_IPL", text, b"kernel_cmdline: " + text + b"\0"))
        expect("LoadOptions with NUL", has(one, 9, "EV_EVENT_TAG", utf16(line), options))
        expect("without", has(one, 9, "EV_EVENT_TAG", utf16(line, False), options))
        expect("GRUB's LoadOptions",
               has(one, 9, "EV_EVENT_TAG", utf16("BOOT_IMAGE=" + line, False), options))
        expect("systemd-boot's", has(one, 12, "EV_IPL", utf16(line), utf16(line)))
        expect("a section's name", has(one, 11, "EV_IPL", b".cmdline\0", utf16(".cmdline")))
    expect("a section has the file's bytes",
           has(measure("--as", "cmdline", home / "line-nl")[0], 11, "EV_IPL", text + b"\n"))
    one, = measure("--cmdline", line)
    expect("without a file there is none", one["file"] is None and one["sha256"] == sha256(text))
    refused("no file and no command line")
    refused("no file but a kind of files", "--as", "elf", "--cmdline", "x")
    config = b"set timeout=5\nlinux /vmlinuz\n"
    expect("grub.cfg", has(measure(file("grub.cfg", config))[0], 9, "EV_IPL", config))
    expect("loader.conf", has(measure(file("loader.conf", config))[0], 5, "EV_EVENT_TAG", config,
                              tag(0xf5bc582a, utf16("loader.conf"))))
    table = bytearray(b"SSDT" + struct.pack("<IBB", 40, 2, 0) + bytes(30))
    table[9] = -sum(table) % 256
    expect("ACPI", has(measure(file("tables", bytes(table)))[0], 1, "EV_PLATFORM_CONFIG_FLAGS",
                       bytes(table), b"ACPI DATA"))


# --- variables ----------------------------------------------------------------------------------

GLOBAL = uuid.UUID("8be4df61-93ca-11d2-aa0d-00e098032b8c")
SECURITY = uuid.UUID("d719b2cb-3d3a-4596-a3bc-dad00e67656f")
SHIM = uuid.UUID("605dab50-e046-4300-abb6-3dd810dd8b23")
SHA256_TYPE = uuid.UUID("c1c41626-504c-4092-aca9-41f936934328")


def structure(vendor, name, data):
    """UEFI_VARIABLE_DATA, PFP 1.06 section 10.2.6."""
    return (vendor.bytes_le + struct.pack("<QQ", len(name), len(data)) + utf16(name, False) + data)


def variables():
    entries = [SHIM.bytes_le + bytes([n]) * 32 for n in (1, 2)]
    lists = (SHA256_TYPE.bytes_le + struct.pack("<III", 28 + 96, 0, 48) + b"".join(entries))
    db = structure(SECURITY, "db", lists)
    for one in (*measure(file(f"db-{SECURITY}", struct.pack("<I", 0x27) + lists)),
                *measure(file(f"db-{SECURITY}", lists)),
                *measure("--variable", "db", file("any.esl", lists)),
                *measure("--variable", f"db-{SECURITY}", home / "any.esl")):
        expect("db is measured as a structure",
               has(one, 7, "EV_EFI_VARIABLE_DRIVER_CONFIG", db, db) and one["kind"] == "efivar")
        expect("each entry as an authority",
               all(has(one, 7, "EV_EFI_VARIABLE_AUTHORITY", structure(SECURITY, "db", entry))
                   for entry in entries))
    one, = measure(home / "any.esl")
    expect("lists without a name are told", one["kind"] == "siglist"
           and has(one, 7, "EV_EFI_VARIABLE_DRIVER_CONFIG", db)
           and has(one, 7, "EV_EFI_VARIABLE_DRIVER_CONFIG", structure(SECURITY, "dbx", lists))
           and has(one, 7, "EV_EFI_VARIABLE_DRIVER_CONFIG", structure(GLOBAL, "KEK", lists))
           and has(one, 14, "EV_IPL", lists, b"MokList\0"))
    one, = measure(file(f"MokListRT-{SHIM}", struct.pack("<I", 6) + lists))
    expect("MokList is mirrored", has(one, 14, "EV_IPL", lists, b"MokList\0"))
    one, = measure(file(f"SecureBoot-{GLOBAL}", b"\6\0\0\0\1"))
    expect("SecureBoot", has(one, 7, "EV_EFI_VARIABLE_DRIVER_CONFIG",
                             structure(GLOBAL, "SecureBoot", b"\1")))
    order = b"\1\0\0\0"
    one, = measure(file(f"BootOrder-{GLOBAL}", b"\7\0\0\0" + order))
    expect("of BootOrder the content is hashed, or all",
           has(one, 1, "EV_EFI_VARIABLE_BOOT", order, structure(GLOBAL, "BootOrder", order))
           and has(one, 1, "EV_EFI_VARIABLE_BOOT2", structure(GLOBAL, "BootOrder", order)))
    path = b"\x04\x04\x10\0" + utf16("\\a.ef") + b"\x7f\xff\4\0"
    option = struct.pack("<IH", 1, len(path)) + utf16("Any system") + path + b"options"
    for name, kind in (("option", "bootoption"), (f"Boot0007-{GLOBAL}", "bootoption")):
        one, = measure(file(name, option))
        expect(f"{name} is a boot option", one["kind"] == kind
               and has(one, 1, "EV_EFI_VARIABLE_BOOT", option))
    refused("a variable without a name", "--as", "efivar", home / "option")
    refused("lists that are cut", "--as", "siglist", file("cut.esl", lists[:-1]))
    refused("two files of one variable", "--variable", "db", home / "any.esl", home / "any.esl")


# --- disks --------------------------------------------------------------------------------------

def disk():
    entry = (uuid.UUID("c12a7328-f81f-11d2-ba4b-00a0c93ec93b").bytes_le + bytes(range(16))
             + struct.pack("<QQQ", 64, 99, 0) + utf16("ESP", False).ljust(72, b"\0"))
    entries = bytes(128) + entry + bytes(126 * 128)
    header = struct.pack("<8sIIIIQQQQ16sQIII", b"EFI PART", 0x10000, 92, 0, 0, 1, 199, 34, 166,
                         bytes(16), 2, 128, 128, zlib.crc32(entries))
    header = header[:16] + struct.pack("<I", zlib.crc32(header)) + header[20:]
    mbr = bytes(446) + b"\0\0\2\0\xee\xff\xff\xff\1\0\0\0\xc7\0\0\0" + bytes(48) + b"\x55\xaa"
    image = mbr + header.ljust(512, b"\0") + entries
    event = header + struct.pack("<Q", 1) + entry
    one, = measure(file("disk", image))
    expect("a disk's partition table", one["kind"] == "gpt"
           and has(one, 5, "EV_EFI_GPT_EVENT", event, event))
    expect("its partitions are told", [(p["number"], p["name"]) for p in one["gpt"]["partitions"]]
           == [(2, "ESP")])
    refused("a disk whose table is cut", file("cutdisk", image[:900]))


# --- images -------------------------------------------------------------------------------------

def images():
    found = [path for folder in ("/usr/lib/shim", "/usr/lib/grub/x86_64-efi-signed", "/boot",
                                 "/usr/lib/grub/x86_64-efi/monolithic",
                                 "/usr/lib/systemd/boot/efi")
             for path in sorted(pathlib.Path(folder).glob("*"))
             if path.is_file() and path.read_bytes()[:2] == b"MZ"]
    if not shutil.which("pesign"):
        print("skipped: pesign is not installed, so its digests are not compared")
    for path in found if shutil.which("pesign") else ():
        for alg in ("sha1", "sha256"):
            said = subprocess.run(["pesign", "-h", "-d", alg, "-i", path], capture_output=True,
                                  check=False).stdout.decode().split()
            one, = measure("-b", alg, path)
            expect(f"pesign's {alg} of {path}", said and one["digests"][alg] in said
                   and any(event["digests"][alg] in said and event["pcr"] == 4
                           for event in one["events"]))
    for path in found:
        one, = measure("-b", "sha384", path)
        expect(f"the signatures of {path} are of it",
               all(signature["matches"] for signature in one["pe"]["signatures"])
               and bool(one["pe"]["signatures"]) == (".signed" in path.name
                                                    or "vmlinuz" in path.name))
        if one["pe"]["signatures"]:
            content = bytearray(path.read_bytes())
            content[0x400 + len(content) // 4] ^= 1
            done = call("--format", "json", file("changed.efi", bytes(content)))
            expect(f"a changed {path.name} is status 1", done.returncode == 1 and not json.loads(
                done.stdout)["measurements"][0]["pe"]["signatures"][0]["matches"])


STUB = pathlib.Path("/usr/lib/systemd/boot/efi/linuxx64.efi.stub")
SYSTEMD_MEASURE = pathlib.Path("/usr/lib/systemd/systemd-measure")


def unified():
    """A UKI as objcopy(1) makes it, and PCR 11 as systemd-measure(1) knows it."""
    # Whatever runs, and has the banner of a kernel that is not compressed, is one to the stub's
    # play.
    parts = {"linux": STUB.read_bytes() + b"Linux version 6.1.0-0 (any)", "osrel": b"ID=any\n",
             "cmdline": b"quiet splash",
             "initrd": newc("init", b"x") + newc("TRAILER!!!", b""), "splash": b"BM" + bytes(99)}
    arguments, at = [], 0x2000000
    for name, content in parts.items():
        path = file(f"section.{name}", content)
        arguments += ["--add-section", f".{name}={path}", "--change-section-vma",
                      f".{name}={at:#x}", "--set-section-flags", f".{name}=data,readonly"]
        at += len(content) + 0xffff & ~0xfff
    subprocess.run(["objcopy", *arguments, STUB, home / "uki.efi"], check=True)
    one, = measure(home / "uki.efi")
    expect("a UKI is one", one["kind"] == "uki")
    for name, content in parts.items():
        expect(f"section .{name}", has(one, 11, "EV_IPL", content, utf16(f".{name}"))
               and has(one, 11, "EV_IPL", f".{name}\0".encode(), utf16(f".{name}")))
    if SYSTEMD_MEASURE.exists():
        said = subprocess.run(
            [SYSTEMD_MEASURE, "calculate", "--bank=sha256", "--bank=sha384",
             *(f"--{name}={home}/section.{name}" for name in parts)],
            capture_output=True, check=False).stdout.decode()
        values = [line.split("=")[1] for line in said.splitlines() if line.startswith("11:sha256=")]
        expect("systemd-measure's PCR 11 of each phase", len(values) == 4 and values == [
            phase["values"]["sha256"] for phase in one["uki"]["pcr11"][1:]])
        expect("in another bank", all(f"11:sha384={phase['values']['sha384']}" in said
                                      for phase in one["uki"]["pcr11"][1:]))
    passed_on, = measure(home / "uki.efi", "--cmdline", "single")
    expect("options that are passed", has(passed_on, 12, "EV_IPL", utf16("single"))
           and has(passed_on, 9, "EV_EVENT_TAG", utf16("single")))
    secret = file("a.cred", b"secret")
    beside, = measure(home / "uki.efi", "--extra", secret)
    archives = [event for event in beside["events"] if event["pcr"] == 12]
    expect("a credential is measured as an archive", len(archives) == 1
           and archives[0].get("data_hex") == utf16("Credentials initrd").hex()
           and archives[0]["digests"] != one["digests"])
    expect("and is told", beside["uki"]["extras"] == [
        {"file": str(secret), "size": 6, "sha256": sha256(b"secret")}])
    expect("it changes the initrd, and not PCR 11", beside["uki"]["pcr11"] == one["uki"]["pcr11"]
           and [event["digests"] for event in beside["events"] if event["pcr"] == 9]
           != [event["digests"] for event in one["events"] if event["pcr"] == 9])
    refused("an extra file that isn't there", home / "uki.efi", "--extra", home / "missing")
    for option in (["--profile", "1"], ["--extra", str(secret)],
                   ["--variable", "db", "--as", "pe"]):
        refused(f"{option} of what is no UKI", *option, STUB)
    refused("a profile that isn't there", home / "uki.efi", "--profile", "7")


# --- what is nothing, and many at once ----------------------------------------------------------

ANYTHING = {"cmdline", "initrd", "grub-config", "loader-config", "acpi", "tboot-module"}


def garbage():
    for size in (0, 1, 100, 5000):
        path = file(f"garbage{size}", random.Random(size).randbytes(size))
        refused(f"garbage of {size} bytes", path)
        for kind in SCHEMA["$defs"]["measurement"]["properties"]["kind"]["enum"]:
            if kind not in ANYTHING:
                refused(f"garbage of {size} bytes as {kind}", "--as", kind, path)
    for magic in (b"MZ" + bytes(58) + b"\x40\0\0\0PE\0\0", b"\x55\xaa" + bytes(510),
                  bytes(512) + b"EFI PART" + bytes(600), bytes(40) + b"_FVH" + bytes(100)):
        refused(f"no more than a magic number {magic[:4]}", file("magic", magic))


def many():
    paths = [file(f"part{n}", b"070701" + os.urandom(1000 * n)) for n in range(40)]
    done = measure(*paths)
    expect("many files are told in their order",
           [one["file"] for one in done] == [str(path) for path in paths]
           and all(one["digests"]["sha256"] == sha256(path.read_bytes())
                   for one, path in zip(done, paths)))
    done = call(*paths[:3], home / "missing", *paths[3:6])
    expect("what is missing is said beside what is there", done.returncode == 2
           and done.stdout.decode().count("initial RAM disk") == 6
           and done.stderr.decode().count("\n") == 2)
    sparse = home / "sparse"
    with open(sparse, "wb") as out:
        out.write(b"070701")
        out.truncate(300 << 20)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    call("-b", "sha256", sparse)
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    expect(f"300 MiB take no more memory than 128 MiB: {after} KiB",
           after < max(before, 128 << 10) + 1)
    done = call(*sorted(path for path in home.iterdir() if path.is_file()),
                env={**os.environ, "COLUMNS": "80"})
    wide = [line for line in done.stdout.decode().splitlines()
            if len(line) > 80 and str(home) not in line]
    expect(f"80 columns are enough: {wide[:1]}", not wide)


try:
    initrds()
    texts()
    variables()
    disk()
    images()
    if STUB.exists() and shutil.which("objcopy"):
        unified()
    else:
        print("skipped: systemd-stub or objcopy is not installed, so no kernel is unified")
    garbage()
    many()
finally:
    shutil.rmtree(home)
finish()
