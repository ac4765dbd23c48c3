#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""tests/rig/from-boot: the machine that a QEMU command line describes. What is expected is what
QEMU 7.2 made of such lines ("info qtree", or the guest's boot options). from_boot.py ASSAY"""
import hashlib
import json
import os
import pathlib
import subprocess
import tempfile

from suite import expect, finish

scratch = tempfile.TemporaryDirectory() # gone when the suite ends
folder = pathlib.Path(scratch.name)
boot = folder / "a-boot"
LINE = "qemu-system-x86_64 -machine q35 -nodefaults"
DISK = "-drive if=none,id=d0,format=raw,file=disk.img"
OTHER = "-drive if=none,id=d1,format=raw,file=other.img"


def store(content):
    digest = hashlib.sha256(content).hexdigest()
    (folder / "files" / digest).write_bytes(content)
    return {"sha256": digest}


def make(has_disk=True):
    (folder / "files").mkdir(exist_ok=True)
    (boot / "inputs").mkdir(parents=True, exist_ok=True)
    (boot / "inputs" / "gpt.bin").write_bytes(b"gpt")
    (boot / "inputs" / "some.rom").write_bytes(b"rom")
    manifest = {"esp": {"a.efi": store(b"a")} if has_disk else {}, "direct": {},
                "firmware": {"code": store(b"code"), "vars_before_boot": store(b"variables")}}
    if has_disk:
        manifest["disk"] = {"kind": "virtio", "gpt": "gpt.bin"}
    (boot / "inputs" / "manifest.json").write_text(json.dumps(manifest))
    (boot / "meta.json").write_text('{"banks": "sha1,sha256"}')


def scenario(words, **more):
    make(**more)
    (boot / "qemu.cmd").write_text(f"{LINE} {words}\n")
    done = subprocess.run(["tests/rig/from-boot", boot], capture_output=True, text=True,
                          env={**os.environ, "ASSAY_RIG_FILES": str(folder / "unpacked")})
    return json.loads(done.stdout) if done.returncode == 0 else {"failed": done.stderr}


def equals(sentence, have, want):
    expect(f"{sentence}: {have} instead of {want}", have == want)


def expect_machine(words, memory, cpus):
    machine = scenario(words).get("machine", {})
    equals(words, (machine.get("memory"), machine.get("cpus")), (memory, cpus))


for words, memory, cpus in (
        ("-m 512 -smp 1", 512, 1),
        ("-m 3G -smp 2,cores=2", 3072, 2),
        ("-m size=1G,slots=2,maxmem=4G -smp cpus=4,maxcpus=8", 1024, 4),
        ("-m 2048M", 2048, 1),
        ("-m 512,maxmem=4G -smp sockets=2,cores=2,threads=2", 512, 8),
        ("-m 512 -smp 1 -smp 2", 512, 2)):
    expect_machine(words, memory, cpus)


def expect_disks(words, *wanted):
    found = scenario(f"-m 512 {words}").get("disks", [])
    equals(words,
           [(disk["bus"], disk.get("pci_device", disk.get("port")), "gpt" in disk and "esp" in disk)
                   for disk in found], list(wanted))


expect_disks("")
expect_disks(f"{DISK} -device virtio-blk-pci,drive=d0", ("virtio", 1, True))
expect_disks(f"{DISK} -device virtio-rng-pci -device virtio-blk-pci,drive=d0", ("virtio", 2, True))
expect_disks(f"{DISK} -device virtio-rng-pci,addr=0x9 -device virtio-blk-pci,drive=d0",
             ("virtio", 1, True))
expect_disks(f"{DISK} -device nvme,serial=A,addr=5.0,drive=d0 -device virtio-rng-pci",
             ("nvme", 5, True))
expect_disks(f"{DISK} {OTHER} -device virtio-blk-pci,drive=d1 -device virtio-blk-pci,drive=d0",
             ("virtio", 1, False), ("virtio", 2, True))
expect_disks(f"{DISK} {OTHER} -device ide-hd,drive=d0,bus=ide.2 -device ide-hd,drive=d1",
             ("sata", 2, True), ("sata", 0, False))

equals("no disk", "disks" in scenario("-m 512", has_disk=False), False)
equals("a disk without a table", scenario(f"-m 512 {DISK} -device virtio-blk-pci,drive=d0",
                                          has_disk=False)["disks"],
       [{"bus": "virtio", "pci_device": 1}])
equals("SMM", scenario("-m 512 -M q35,smm=on")["machine"]["smm"], True)


def expect_roms(words, *slots):
    roms = scenario(f"-m 512 {words}")["firmware"].get("option_roms", [])
    equals(words, [rom["pci_device"] for rom in roms], list(slots))


expect_roms("-device virtio-rng-pci")
expect_roms("-device virtio-rng-pci,addr=1 -device virtio-rng-pci,romfile=some.rom", 2)
expect_roms("-device virtio-rng-pci,romfile=some.rom,addr=0x7 -device virtio-rng-pci,romfile=", 7)
expect_roms("-device virtio-rng-pci,romfile=some.rom,rombar=0")

# The options of a guest whose line ended so: PXEv4 of the ROM alone, as its firmware had no network
# stack.
equals("a NIC", scenario("-m 512 -device e1000e")["disks"],
       [{"bus": "other",
         "path": "02010c00d041030a00000000" "010106000001"
         "030b2500525400123456" + "00" * 26 + "01",
         "description": "UEFI PXEv4 (MAC:525400123456)"}])
equals("a NIC without a ROM", "disks" in scenario("-m 512 -device e1000e,romfile="), False)
equals("a NIC with a place", "disks" in scenario("-m 512 -device e1000e,bootindex=2"), False)
finish()
