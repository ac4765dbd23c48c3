# SPDX-License-Identifier: BSD-2-Clause
"""What the rig's machines end with: Linux and an initramfs of one program, or one EFI application.
All of them tell on the second serial line what the TPM holds and what the firmware logged."""
import glob
import json
import lzma
import os
import pathlib
import shutil
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
MACHINES = HERE.parents[1] / "fixtures" / "machines"
KERNEL_PACKAGE = "linux-image-cloud-amd64"
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


class Missing(Exception):
    """Something that a boot can't be made without."""


def run(*words, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, check=False,
                          env={**os.environ, "PATH": PATH}, **more)
    if done.returncode:
        raise RuntimeError(f"{words[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def need(*paths):
    for path in map(pathlib.Path, paths):
        if not path.exists():
            raise Missing(str(path))


def need_tools(*names):
    for name in names:
        if not shutil.which(name, path=PATH):
            raise Missing(name)


def out_of_its_package(kept):
    """Debian's kernel, which apt fetches."""
    with tempfile.TemporaryDirectory() as scratch:
        try:
            depends = run("apt-cache", "depends", KERNEL_PACKAGE).decode()
            package = next(line.split()[-1] for line in depends.splitlines() if "Depends:" in line)
            run("apt-get", "download", package, cwd=scratch)
            (archive,) = pathlib.Path(scratch).glob("*.deb")
            run("dpkg-deb", "-x", archive, scratch)
            (found,) = pathlib.Path(scratch).glob("boot/vmlinuz-*")
        except (OSError, RuntimeError, StopIteration, ValueError) as error:
            raise Missing(f"a kernel ({KERNEL_PACKAGE}): {error}") from error
        shutil.copyfile(found, kept)


def kernel(build):
    """Debian's kernel for machines in a cloud: one that is installed, or fetched."""
    kept = build / "rig" / "vmlinuz"
    installed = sorted(glob.glob("/boot/vmlinuz-*-cloud-amd64"))
    kept.parent.mkdir(parents=True, exist_ok=True)
    if not kept.exists() and installed:
        shutil.copyfile(installed[-1], kept)
    elif not kept.exists():
        out_of_its_package(kept)
    return kept


def initrd(build):
    """An initramfs with one program: a cpio archive in the format "newc"."""
    program, path = build / "rig" / "init", build / "rig" / "initrd"
    path.parent.mkdir(parents=True, exist_ok=True)
    need_tools("cc")
    run("cc", "-O1", "-static", "-o", program, HERE / "init.c")
    entries = [("init", 0o100755, program.read_bytes()), ("TRAILER!!!", 0, b"")]
    archive = b""
    for number, (name, mode, content) in enumerate(entries, 1):
        name = name.encode() + b"\0"
        numbers = (number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0)
        header = b"070701" + b"".join(b"%08x" % value for value in numbers) + name
        archive += header + bytes(-len(header) % 4) + content + bytes(-len(content) % 4)
    path.write_bytes(archive)
    return path


def recorded(name, path):
    """A file of a recorded boot's ESP."""
    manifest = json.loads((MACHINES / name / "inputs" / "manifest.json").read_text())
    digest = manifest["esp"][path]["sha256"]
    plain = MACHINES / "files" / digest
    return plain.read_bytes() if plain.exists() else lzma.decompress(
        plain.with_name(digest + ".xz").read_bytes())


def teller(build):
    """The EFI application: made here, or where there is no clang what the recorded boots ended
    with.

    A version of the image that isn't 0 tells systemd-stub that this "kernel" finds its initrd
    itself (LINUX_EFISTUB_MAJOR_VERSION)."""
    path, compiled = build / "rig" / "pcrs.efi", build / "rig" / "pcrs.o"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        need_tools("clang", "lld-link")
    except Missing:
        path.write_bytes(recorded("r2-sdboot252-type1", "rig/pcrs.efi"))
        return path
    run("clang", "--target=x86_64-unknown-windows", "-std=gnu11", "-Wall", "-Wextra", "-Werror",
        "-O1",
        "-ffreestanding", "-fno-stack-protector", "-mno-red-zone", "-mno-stack-arg-probe", "-c",
        "-o",
        compiled, HERE / "pcrs.c")
    run("lld-link", "/subsystem:efi_application", "/entry:efi_main", "/nodefaultlib",
        "/timestamp:0",
        "/version:1.1", f"/out:{path}", compiled)
    return path
