#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes anew what tboot's tools made, by `assay lcp create`, and compares bytes.

usage: lcp_oracle.py ASSAY [COLLECTION]

COLLECTION (../shared/lcp) has MANIFEST.md, a table of commands of lcp2_crtpolelt, lcp2_crtpollist
and lcp2_crtpol with their exit status, and the files they made. Each is translated into a command
of assay's. Where a tool is wrong, the specification's bytes are computed here (EXPECTED), or the
command must be refused (REFUSED); docs/lcp-tools.md says why. Where a tool refuses what the
specification allows, assay must do it (ALLOWED).
"""
import hashlib
import os
import re
import shlex
import struct
import subprocess
import sys
import tempfile

from suite import expect, finish

PCRS = {}  # of an element with PCR values: filled while translating


def digest_lines(path):
    with open(path) as file:
        return ["".join(line.split()) for line in file if line.strip()]


def parse(command):
    """Options (each a list of values) and what is none."""
    words = shlex.split(command)
    options, rest, i = {}, [], 1
    flags = {"--create"}
    while i < len(words):
        if words[i] in flags:
            options[words[i][2:]] = [""]
        elif words[i].startswith("--"):
            options.setdefault(words[i][2:], []).append(words[i + 1])
            i += 1
        else:
            rest.append(words[i])
        i += 1
    return words[0], options, rest


def one(options, name, default=None):
    return options.get(name, [default])[-1]


def element(options, files, work):
    kind = one(options, "type")
    names = {"mle": "mle", "mle2": "mle2", "pconf": "pconf", "pconf2": "pconf2",
             "sbios": "sbios2", "stm": "stm2", "custom": "custom2"}
    args = ["--element", names.get(kind, kind),
            "--element-control", one(options, "ctrl", "1")]  # the tool's default
    if "alg" in options:
        args += ["--alg", one(options, "alg")]
    if "minver" in options:
        args += ["--mle-min-version", one(options, "minver")]
    if kind == "sbios":  # the tool takes the first hash as the fallback
        hashes = [digest for file in files for digest in digest_lines(file)]
        args += ["--fallback", hashes[0]] + [x for h in hashes[1:] for x in ("--digest", h)]
    elif kind == "pconf2":
        values = {int(name[3:]): values[-1] for name, values in options.items()
                  if re.fullmatch(r"pcr\d+", name)}
        path = os.path.join(work, "pcrs")
        with open(path, "w") as file:
            for pcr, value in values.items():
                file.write(f"{one(options, 'alg')}:{pcr} {value}\n")
        PCRS.update(values)
        args += ["--pcr-values", path]
        if values:
            args += ["--pcr", ",".join(str(pcr) for pcr in sorted(values))]
    elif kind == "custom":
        args += ["--uuid", one(options, "uuid")] + files
    else:
        args += files
    return args


def a_list(options, files, _):
    version = one(options, "listver")
    args = ["--list"]
    if version:
        number = int(version, 16)
        args += ["--list-version", f"{number >> 8}.{number & 0xff}"]
    return args + files[::-1]  # the tool puts the first element last


def policy(options, files, work):
    version = one(options, "polver", "3.0")
    args = ["--version", version, "--type", one(options, "type")]
    if version.startswith("3"):
        alg = one(options, "alg")
        args += ["--alg", alg] if alg else []
        args += ["--hash-mask", ",".join(options.get("mask", [alg or "sha256"]))]
        args += ["--sign-mask", ",".join(options["sign"])] if "sign" in options else []
        aux = one(options, "auxalg", alg if version == "3.0" else None)
        # reserved in 3.2, where the tool takes --auxalg and leaves it out
        args += ["--aux-mask", aux or "none"] if version != "3.2" else []
    for theirs, ours in (("ctrl", "control"), ("minver", "min-version"), ("rev", "rev"),
                         ("max_sinit_min", "max-sinit-min-version")):
        if theirs in options:
            args += ["--" + ours, one(options, theirs)]
    if "data" in options and one(options, "type") == "list":
        args += ["--data", os.path.join(work, "data")]
    return args + files


TRANSLATE = {"lcp2_crtpolelt": ("out", element), "lcp2_crtpollist": ("out", a_list),
             "lcp2_crtpol": ("pol", policy)}

# The tools do these, and shouldn't: defects 5 to 7 of docs/lcp-tools.md.
REFUSED = {"elt-mle2-minver256", "pol-nine-3.0", "pol-nine-3.1", "pol-nine-3.2", "pol-dup"}

# The tools refuse these, and needn't: defects 8, 18, 20, 21 and 23.
ALLOWED = re.compile(r"elt-.*-sha512|elt-(mle2|mle2x3|sbios|stm)-sm3|elt-mle2-nospace|list-default"
                     r"|elt-custom-empty|pol-(ec|pss|mixver|mix21|noopts)-3\..|pol-badalg-sha512")


def pconf2_composite(theirs):
    """Defect 1: the values in the order of their numbers, PCR 7 too."""
    alg = {4: "sha1", 11: "sha256", 12: "sha384", 13: "sha512", 18: "sm3"}[
        struct.unpack_from("<H", theirs, 12)[0]]
    values = b"".join(bytes.fromhex(PCRS[pcr]) for pcr in sorted(PCRS))
    digest = hashlib.new(alg, values).digest()
    return theirs[:-len(digest)] + digest


def pconf_composite(theirs, files):
    """Defect 2: TPM_PCR_COMPOSITE with the size of its values, big-endian."""
    out, at = theirs[:14], 14
    for path in files:
        values = {}
        for line in open(path):
            match = re.match(r"(\d+):([0-9a-f]+)", line)
            if match:
                values[int(match[1])] = bytes.fromhex(match[2])
        select = theirs[at:at + 3]
        body = b"".join(values[pcr] for pcr in sorted(values))
        out += theirs[at:at + 4]
        out += hashlib.sha1(select + struct.pack(">I", len(body)) + body).digest()
        at += 24
    return out


def expected(name, theirs, files):
    if name.startswith("elt-pconf2-037") or name == "elt-pconf2-order":
        return pconf2_composite(theirs)
    if name.startswith("elt-pconf-"):
        return pconf_composite(theirs, files)
    return theirs


def rows(manifest):
    for line in open(manifest):
        match = re.match(r"\| ([^ |]+) \| (\d+) \| \w+ \|`(.*)` \|", line)
        if match and match[3].split()[0] in TRANSLATE and "--create" in match[3]:
            yield match[1], int(match[2]), match[3]


def row(assay, name, status, command, work):
    tool, options, files = parse(command)
    output, translate = TRANSLATE[tool]
    PCRS.clear()
    try:
        args = translate(options, files, work)
    except (OSError, IndexError):
        args = ["--nothing"]  # a hash file that there isn't
    made = os.path.join(work, "made")
    ran = subprocess.run([assay, "lcp", "create", "-q", "-o", made] + args,
                         capture_output=True, text=True, check=False)
    if name in REFUSED or (status != 0 and not ALLOWED.fullmatch(name)):
        expect(f"{name}: must be refused", ran.returncode == 2 and not os.path.exists(made))
    elif ran.returncode != 0:
        expect(f"{name}: {ran.stderr.strip()}", False)
    elif status == 0:
        compare(name, made, one(options, output), files)
        if os.path.exists(os.path.join(work, "data")):
            compare(name, os.path.join(work, "data"), one(options, "data"), [])
    else:
        expect(name, True)


def compare(name, ours, theirs, files):
    with open(ours, "rb") as file:
        made = file.read()
    with open(theirs, "rb") as file:
        wanted = expected(name, file.read(), files)
    expect(f"{name}: {made.hex()[:120]} is not {wanted.hex()[:120]}", made == wanted)


def main():
    collection = sys.argv[2] if len(sys.argv) > 2 else "../shared/lcp"
    assay = os.path.abspath(sys.argv[1])
    if not os.path.exists(collection + "/MANIFEST.md"):
        print("skipped: no collection of what tboot's tools made lies beside the project")
        finish()
    os.chdir(collection)
    for name, status, command in list(rows("MANIFEST.md")):
        with tempfile.TemporaryDirectory() as work:
            row(assay, name, status, command, work)
    finish()


main()
