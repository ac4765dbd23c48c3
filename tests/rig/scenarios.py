# SPDX-License-Identifier: BSD-2-Clause
"""The boots of the rig. Each function puts onto a machine what it boots; the first line of its
documentation is what is said of it."""
import pathlib

from payload import need, need_tools, run

STUB = pathlib.Path("/usr/lib/systemd/boot/efi/linuxx64.efi.stub")
SDBOOT = pathlib.Path("/usr/lib/systemd/boot/efi/systemd-bootx64.efi")
SHIM = pathlib.Path("/usr/lib/shim/shimx64.efi.signed")
GRUB = pathlib.Path("/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed")
TELLER = "tests/rig/pcrs.c"


def glued_uki(machine, kernel, cmdline):
    """A unified kernel image, made with objcopy as systemd-stub(7) of version 252 tells to."""
    need(STUB)
    need_tools("objcopy")
    at, image, words = 0x20000, machine.folder / "uki.efi", []
    initrd = machine.initrd().read_bytes() if machine.linux else b"not looked at by an application"
    for name, content in ((".osrel", b'ID=rig\nPRETTY_NAME="Rig"\n'),
                          (".cmdline", cmdline.encode()),
                          (".initrd", initrd), (".linux", kernel.read_bytes())):
        path = machine.folder / name[1:]
        path.write_bytes(content)
        words += ["--add-section", f"{name}={path}", "--change-section-vma", f"{name}={at:#x}"]
        at += (len(content) + 0xfffff) & ~0xfffff
    run("objcopy", *words, STUB, image)
    return image.read_bytes()


def put_loaders(machine):
    """shim and GRUB, as Debian signs them."""
    machine.secure_boot = True
    machine.put("EFI/BOOT/BOOTX64.EFI", SHIM)
    machine.put("EFI/BOOT/grubx64.efi", GRUB)


# --- that end with Linux -----------------------------------------------------------------------


def direct(machine):
    """QEMU's own -kernel"""
    machine.direct = machine.linux = True


def uki(machine):
    """a unified kernel image as the removable medium's default"""
    machine.put("EFI/BOOT/BOOTX64.EFI", glued_uki(machine, machine.kernel(), machine.cmdline))


def uki_credentials(machine):
    """a unified kernel image with credentials and a system extension beside it"""
    uki(machine)
    machine.put("EFI/BOOT/BOOTX64.EFI.extra.d/rig.cred", "a credential\n")
    machine.put("EFI/BOOT/BOOTX64.EFI.extra.d/second.cred", "another one\n")
    machine.put("EFI/BOOT/BOOTX64.EFI.extra.d/rig.raw", b"an extension" * 100)
    machine.put("loader/credentials/everywhere.cred", "a credential for all\n")


def uki_option(machine):
    """a unified kernel image in a boot option that has a command line, on a machine without its own
    order"""
    machine.bootindex = None
    machine.put("EFI/rig/uki.efi", glued_uki(machine, machine.kernel(), "of the image"))
    options = (machine.cmdline + " rig.from=option").encode("utf-16-le") + b"\0\0"
    machine.boot_option(7, "Rig", "\\EFI\\rig\\uki.efi", options)
    machine.boot_order(7)


def sdboot(machine):
    """systemd-boot with an entry of type #1"""
    machine.put("EFI/BOOT/BOOTX64.EFI", SDBOOT)
    machine.put("loader/loader.conf", "timeout 0\n")
    machine.put("loader/entries/rig.conf",
                f"title Rig\nlinux /rig/linux\ninitrd /rig/initrd\noptions {machine.cmdline}\n")
    machine.put("rig/linux", machine.kernel())
    machine.put("rig/initrd", machine.initrd())


def sdboot_nvme(machine):
    """the same from NVMe, with two CPUs and 3 GiB"""
    machine.bus, machine.cpus, machine.memory = "nvme", 2, 3072
    sdboot(machine)


def shim_grub(machine):
    """shim and GRUB with Secure Boot, all signed by Debian"""
    put_loaders(machine)
    machine.put("boot/vmlinuz", machine.kernel())
    machine.put("boot/initrd.img", machine.initrd())
    machine.put("EFI/debian/grub.cfg", f"""set timeout=0
if [ "$grub_platform" = efi ]; then set kind=firmware; else set kind=none; fi
function start {{
  linux /boot/vmlinuz "$@" rig.kind=${{kind}}
  initrd /boot/initrd.img
}}
menuentry 'The rig' --class gnu {{ start {machine.cmdline} }}
""")


def shell(machine):
    """the UEFI shell's startup.nsh, once the disk had nothing to boot"""
    machine.bootindex = None
    machine.put("EFI/Linux/vmlinuz.efi", machine.kernel())
    machine.put("EFI/Linux/initrd.img", machine.initrd())
    machine.put("startup.nsh",
                "fs0:\r\n\\EFI\\Linux\\vmlinuz.efi initrd=\\EFI\\Linux\\initrd.img "
                f"{machine.cmdline}\r\n")


# --- that end with the application that tells ---------------------------------------------------


def tell_shell(machine):
    """the UEFI shell's startup.nsh, which starts an application"""
    machine.bootindex = None
    machine.put("rig/pcrs.efi", machine.teller(), TELLER)
    machine.put("startup.nsh", f"@echo -off\r\nfs0:\r\ncd rig\r\npcrs.efi {machine.arguments}\r\n")


def tell_sdboot(machine):
    """systemd-boot with two entries of type #1, of which loader.conf chooses an application"""
    machine.put("EFI/BOOT/BOOTX64.EFI", SDBOOT)
    machine.put("loader/loader.conf", "timeout 0\ndefault rig-*\neditor no\n")
    machine.put("loader/entries/rig-1.conf",
                "title The rig\nversion 1\nefi /rig/pcrs.efi\n"
                f"options {machine.arguments}\noptions second\n")
    machine.put("loader/entries/zz-other.conf", "title Another\nversion 2\nefi /rig/pcrs.efi\n")
    machine.put("rig/pcrs.efi", machine.teller(), TELLER)


def tell_uki(machine):
    """a unified kernel image whose kernel is an application"""
    machine.put("EFI/BOOT/BOOTX64.EFI", glued_uki(machine, machine.teller(), machine.arguments),
                f"tests/rig, of {TELLER} and systemd-boot-efi's stub")


def tell_mok(machine):
    """shim and GRUB with Secure Boot, which chain-load an application that a key of MokList
    signed"""
    need_tools("openssl", "sbsign")
    put_loaders(machine)
    key, pem, der, signed = (machine.folder / f"mok.{kind}"
                             for kind in ("key", "pem", "der", "efi"))
    run("openssl", "req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes",
        "-subj", "/CN=The rig's key/",
        "-days", "36500", "-keyout", key, "-out", pem)
    run("openssl", "x509", "-in", pem, "-outform", "DER", "-out", der)
    run("sbsign", "--key", key, "--cert", pem, "--output", signed, machine.teller())
    machine.enroll(der.read_bytes())
    machine.put("rig/pcrs.efi", signed.read_bytes(), f"{TELLER}, signed by sbsign")
    machine.put("EFI/debian/grub.cfg", f"""set timeout=0
set default="${{prefix}}"
if [ -f /rig/pcrs.efi -a "$grub_cpu" = x86_64 ]; then
  set default=rig
elif true; then
  set default=0
fi
function start_it {{
  if [ "$2" = "" ]; then return 1; fi
  for word in one two; do set last="$word"; done
  chainloader $1 "$2" ${{last}}
}}
menuentry 'Not this one' {{ halt }}
menuentry 'The rig' --class gnu --id rig {{
  start_it /rig/pcrs.efi {machine.arguments}
}}
""")


def tell_order(machine):
    """boot options in their order: a file that isn't there, one that is no program, one that
    tells"""
    machine.bootindex = None
    machine.put("EFI/rig/text.efi", "This is no PE image.\n")
    machine.put("EFI/rig/pcrs.efi", machine.teller(), TELLER)
    machine.boot_option(0x21, "Not there", "\\EFI\\rig\\nothing.efi")
    machine.boot_option(0x3, "No program", "\\EFI\\rig\\text.efi")
    machine.boot_option(0xAB, "Tells", "\\EFI\\rig\\pcrs.efi",
                        machine.arguments.encode("utf-16-le"))
    machine.boot_order(0x21, 0x3, 0xAB)


SCENARIOS = {function.__name__.replace("_", "-"): function for function in (
    direct, uki, uki_credentials, uki_option, sdboot, sdboot_nvme, shim_grub, shell,
    tell_shell, tell_sdboot, tell_uki, tell_mok, tell_order)}

# What needs no kernel, and little time.
SHORT = ("tell-uki", "tell-order")
