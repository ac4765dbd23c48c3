# SPDX-License-Identifier: BSD-2-Clause
"""A machine of the rig: QEMU in software emulation, OVMF, swtpm. What is on it, the scenario that
says so to assay, and its boot."""
import json
import os
import pathlib
import shutil
import struct
import subprocess
import time
import uuid

import payload
from payload import Missing, need, need_tools, run

FIRMWARE = pathlib.Path("/usr/share/OVMF")
TOOLS = ("qemu-system-x86_64", "swtpm", "swtpm_setup", "sgdisk", "mkfs.vfat", "mmd", "mcopy")
BANKS = ("sha1", "sha256", "sha384", "sha512")
MEBIBYTES_OF_ESP = 96
FIRST_SECTOR = 2048
SECONDS = 300

GLOBAL = "8be4df61-93ca-11d2-aa0d-00e098032b8c"     # EFI_GLOBAL_VARIABLE
SHIM_LOCK = "605dab50-e046-4300-abb6-3dd810dd8b23"  # SHIM_LOCK_GUID
X509 = "a5c059a1-94e4-4aa7-87b5-ab155c2bf072"       # EFI_CERT_X509_GUID
FOR_BOOT, FOR_ALL = 3, 7  # attributes: non-volatile, for boot services alone or for the runtime too


def utf16(text):
    return text.encode("utf-16-le") + b"\0\0"


def node(kind, subtype, content):
    """One of a device path (UEFI 2.10 section 10.2)."""
    return struct.pack("<BBH", kind, subtype, 4 + len(content)) + content


def on_serial_line(path):
    """The lines that the payload told."""
    return path.read_text(errors="replace").splitlines() if path.exists() else []


class Machine:
    """What is booted. `word` is what this boot has for itself: the identifiers of its disk come
    from it, and it is in its command line."""

    def __init__(self, build, folder, word):
        self.build, self.folder, self.esp = build, folder, folder / "esp"
        self.disk_guid, self.partition_guid = (
            uuid.uuid5(uuid.NAMESPACE_OID, f"{word}/{which}") for which in ("disk", "partition"))
        self.arguments = f"rig.run={word}"
        self.cmdline = f"console=ttyS0 quiet {self.arguments}"
        self.linux = self.secure_boot = self.direct = False
        self.bus, self.bootindex = "virtio", 1
        self.memory, self.cpus = 512, 1
        self.variables, self.origins = {}, {}
        self.esp.mkdir(parents=True, exist_ok=True)

    # What it ends with.

    def kernel(self):
        self.linux = True
        return payload.kernel(self.build)

    def initrd(self):
        return payload.initrd(self.build)

    def teller(self):
        return payload.teller(self.build)

    # What is on it.

    def put(self, path, content, origin="made by tests/rig"):
        """A file of the ESP: bytes, text, or a copy of another file."""
        target = self.esp / path
        target.parent.mkdir(parents=True, exist_ok=True)
        self.origins[path] = origin
        if isinstance(content, (bytes, str)):
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
        else:
            need(content)
            self.origins[path] = package_of(content) or origin
            shutil.copyfile(content, target)

    def set(self, name, vendor, attributes, data):
        """A variable, set before the boot."""
        self.variables[f"{name}-{vendor}"] = struct.pack("<I", attributes) + data

    def boot_option(self, number, description, path, optional=b""):
        """Boot####: a file of the ESP, found by its partition's GUID (UEFI 2.10 sections 3.1.3,
        10.3.5)."""
        partition = struct.pack("<IQQ16sBB", 1, FIRST_SECTOR, MEBIBYTES_OF_ESP * 2048,
                                self.partition_guid.bytes_le, 2, 2)
        where = node(4, 1, partition) + node(4, 4, utf16(path)) + node(0x7f, 0xff, b"")
        self.set(f"Boot{number:04X}", GLOBAL, FOR_ALL,
                 struct.pack("<IH", 1, len(where)) + utf16(description) + where + optional)

    def boot_order(self, *numbers):
        self.set("BootOrder", GLOBAL, FOR_ALL,
                 b"".join(struct.pack("<H", number) for number in numbers))

    def enroll(self, certificate):
        """A certificate that shim believes: MokList is an EFI_SIGNATURE_LIST (UEFI 2.10 section
        32.4.1)."""
        size = 16 + len(certificate)
        self.set("MokList", SHIM_LOCK, FOR_BOOT,
                 uuid.UUID(X509).bytes_le + struct.pack("<III", 28 + size, 0, size) +
                 uuid.UUID(SHIM_LOCK).bytes_le + certificate)

    # Making it.

    def make_disk(self):
        """A disk with a partition table and an ESP, as an installer would make it."""
        image = self.folder / "disk.img"
        with open(image, "wb") as out:
            out.truncate((MEBIBYTES_OF_ESP + 2) << 20)
        run("sgdisk", f"--disk-guid={self.disk_guid}",
            f"--new=1:{FIRST_SECTOR}:+{MEBIBYTES_OF_ESP}M",
            "--typecode=1:EF00", f"--partition-guid=1:{self.partition_guid}",
            "--change-name=1:ESP", image)
        run("mkfs.vfat", "-F", "32", "--offset", FIRST_SECTOR, image, MEBIBYTES_OF_ESP * 1024)
        volume = ("-i", f"{image}@@1M")
        for path in sorted(self.esp.rglob("*")):
            name = "::/" + str(path.relative_to(self.esp))
            run("mmd", *volume, name) if path.is_dir() else run("mcopy", *volume, path, name)
        return image.name

    def make_firmware(self):
        """code.fd, vars.fd that the machine writes to, and vars-before.fd, all in its folder."""
        self.firmware = (("OVMF_CODE_4M.secboot.fd", "OVMF_VARS_4M.ms.fd") if self.secure_boot
                         else ("OVMF_CODE_4M.fd", "OVMF_VARS_4M.fd"))
        need(*(FIRMWARE / name for name in self.firmware))
        shutil.copyfile(FIRMWARE / self.firmware[0], self.folder / "code.fd")
        before, after = self.folder / "vars-before.fd", self.folder / "vars.fd"
        shutil.copyfile(FIRMWARE / self.firmware[1], before)
        if self.variables:
            need(self.build / "setvars")
            folder = self.folder / "variables"
            folder.mkdir(exist_ok=True)
            for name, content in self.variables.items():
                (folder / name).write_bytes(content)
            run(self.build / "setvars", before, folder, before)
        shutil.copyfile(before, after)
        os.chmod(after, 0o600)

    def disk_device(self):
        order = f",bootindex={self.bootindex}" if self.bootindex is not None else ""
        return {"virtio": "virtio-blk-pci,drive=disk", "nvme": "nvme,serial=RIG0001,drive=disk",
                "sata": "ide-hd,drive=disk,bus=ide.0"}[self.bus] + order

    def prepare(self):
        """Makes the files, and the scenario that names them, as a pipeline would."""
        need_tools(*TOOLS)
        self.make_firmware()
        scenario = {
            "banks": BANKS,
            "machine": {"memory": self.memory, "cpus": self.cpus, "smm": self.secure_boot,
                        "qemu": qemu_version()},
            "firmware": {"code": "code.fd", "variables": "vars-before.fd"},
        }
        if self.linux:
            scenario["userspace"] = {"ima": True, "ima_template": "ima-sig"}
        self.command = [
            "qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "qemu64",
            "-smp", str(self.cpus),
            "-m", str(self.memory), "-machine", "q35,smm=on" if self.secure_boot else "q35",
            "-nodefaults",
            "-display", "none", "-no-reboot", "-net", "none",
            "-rtc", "base=2024-01-01T00:00:00,clock=vm",
            "-drive", "if=pflash,format=raw,unit=0,readonly=on,file=code.fd",
            "-drive", "if=pflash,format=raw,unit=1,file=vars.fd",
            "-chardev", "socket,id=tpm,path=tpm.sock", "-tpmdev", "emulator,id=tpm0,chardev=tpm",
            "-device", "tpm-crb,tpmdev=tpm0", "-serial", "file:console", "-serial", "file:told"]
        if self.secure_boot:
            self.command += ["-global", "driver=cfi.pflash01,property=secure,value=on"]
        if self.direct:
            for name in ("kernel", "initrd"):
                shutil.copyfile(getattr(self, name)(), self.folder / name)
            scenario["direct"] = {"kernel": "kernel", "initrd": "initrd", "cmdline": self.cmdline}
            self.command += ["-kernel", "kernel", "-initrd", "initrd", "-append", self.cmdline]
        else:
            disk = {"bus": self.bus, "image": self.make_disk()}
            if self.bus == "nvme":
                disk["serial"] = "RIG0001"
            if self.bootindex is not None:
                disk["bootindex"] = self.bootindex
            scenario["disks"] = [disk]
            self.command += ["-drive", "if=none,id=disk,format=raw,file=disk.img",
                             "-device", self.disk_device()]
        path = self.folder / "scenario.json"
        path.write_text(json.dumps(scenario, indent=1))
        return path

    # Booting it.

    def boot(self):
        """Starts it, and returns the PCRs that its payload told (by bank and number), and the
        log."""
        state, socket = self.folder / "tpm", self.folder / "tpm.sock"
        shutil.rmtree(state, ignore_errors=True)
        state.mkdir()
        run("swtpm_setup", "--tpm2", "--tpmstate", state, "--pcr-banks", ",".join(BANKS),
            "--overwrite")
        with subprocess.Popen(["swtpm", "socket", "--tpm2", "--tpmstate", "dir=tpm", "--ctrl",
                               "type=unixio,path=tpm.sock",
                               "--flags", "not-need-init,startup-clear"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              cwd=self.folder) as tpm:
            try:
                for _ in range(100):
                    if socket.exists():
                        break
                    time.sleep(0.1)
                run(*self.command, timeout=SECONDS, cwd=self.folder)
            finally:
                tpm.kill()
        return self.told()

    def told(self):
        lines = on_serial_line(self.folder / "told")
        if "end" not in lines:
            raise RuntimeError("the guest told nothing; its console: " +
                               "\n".join(on_serial_line(self.folder / "console"))[-600:])
        pcrs = {bank: {} for bank in BANKS}
        for line in lines:
            if line.startswith("pcr "):
                bank, number, value = line.split()[1:]
                pcrs[bank][number] = value.lower()
        if any(len(values) != 24 for values in pcrs.values()):
            raise RuntimeError("the guest didn't tell all PCRs")
        return pcrs, bytes.fromhex("".join(line[4:] for line in lines if line.startswith("log ")))


def qemu_version():
    return int(run("qemu-system-x86_64", "--version").split(b"version ")[1].split(b".")[0])


def package_of(path):
    """The Debian package that a file is from, with its version."""
    try:
        name = run("dpkg-query", "-S", path).decode().split(":")[0]
        version = run("dpkg-query", "-W", "-f", "${Version}", name).decode()
        return f"Debian package {name} {version}, {path}"
    except (OSError, RuntimeError):
        return None


__all__ = ["BANKS", "FIRMWARE", "Machine", "Missing", "package_of"]
