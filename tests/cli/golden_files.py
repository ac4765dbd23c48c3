#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""assay golden learn --files: golden_files.py ASSAY

Lists are read, made and folded here, as security/integrity/ima of Linux does, and the policies that
come of them are asked what Keylime asks (keylime/ima/ima.py, _validate_ima_ng)."""
import hashlib
import json
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

import jsonschema

from suite import expect, finish

ASSAY = sys.argv[1]
MACHINES = pathlib.Path("fixtures/machines")
SHIM, UKI = MACHINES / "d1-shim-grub206-sb", MACHINES / "c5-sdboot257-type2-sb"
CHECK = json.loads(pathlib.Path("man/assay-golden-check.schema.json").read_text())
SHOW = json.loads(pathlib.Path("man/assay-golden-show.schema.json").read_text())
REFERENCE = json.loads(pathlib.Path("man/assay-reference.schema.json").read_text())


def run(*arguments, status=0):
    done = subprocess.run([ASSAY, *map(str, arguments)], capture_output=True, text=True)
    expect(f"{' '.join(map(str, arguments))}: {done.returncode} {done.stderr}",
           done.returncode == status)
    return done.stdout + done.stderr


def learn(path, *boots):
    run("golden", "learn", "--files", *boots, "-o", path)
    jsonschema.validate(json.loads(path.read_text()), REFERENCE)
    return path


def check(*arguments, status):
    document = json.loads(run("golden", "check", *arguments, "-f", "json", status=status))
    jsonschema.validate(document, CHECK)
    return document


# Lists.

def entry(name, digest, alg="sha256", violation=False, template="ima-sig"):
    fields = [alg.encode() + b":\0" + bytes.fromhex(digest),
              name + b"\0"] + ([b""] if template == "ima-sig" else [])
    return {"template": template,
            "data": b"".join(struct.pack("<I", len(field)) + field for field in fields),
            "violation": violation}


def binary(entries):
    out = b""
    for one in entries:
        digest = bytes(20) if one["violation"] else hashlib.sha1(one["data"]).digest()
        out += struct.pack("<I", 10) + digest
        for field in one["template"].encode(), one["data"]:
            out += struct.pack("<I", len(field)) + field
    return out


def read(path):
    """The entries of a list of template ima-sig."""
    data, at, entries = path.read_bytes(), 0, []
    while at < len(data):
        size, = struct.unpack_from("<I", data, at + 24)
        template, at = data[at + 28:at + 28 + size].decode(), at + 28 + size
        size, = struct.unpack_from("<I", data, at)
        entries.append({"template": template, "data": data[at + 4:at + 4 + size],
                        "violation": False})
        at += 4 + size
    return entries


def named(one):
    """Path and digest."""
    size, = struct.unpack_from("<I", one["data"])
    digest, rest = one["data"][4:4 + size], one["data"][4 + size:]
    size, = struct.unpack_from("<I", rest)
    return rest[4:4 + size - 1].decode(), digest.partition(b"\0")[2].hex()


def fold(alg, entries):
    """These kernels had no SHA-384 and SHA-512 when IMA started: SHA-1 is in those banks, with
    zeros behind it."""
    pcr = bytes(hashlib.new(alg).digest_size)
    for one in entries:
        digest = hashlib.new(alg if alg == "sha256" else "sha1",
                             one["data"]).digest().ljust(len(pcr), b"\0")
        digest = b"\xff" * len(pcr) if one["violation"] else digest
        pcr = hashlib.new(alg, pcr + digest).digest()
    return pcr.hex()


def machine(work, name, of, more):
    """A machine as another, whose list goes on and whose PCR 10 follows."""
    path = work / name
    shutil.copytree(of, path, ignore=shutil.ignore_patterns("*.md"))
    entries = read(of / "ima.bin") + more
    (path / "ima.bin").write_bytes(binary(entries))
    values = json.loads((of / "pcrs.json").read_text())
    for bank, held in values.items():
        before = fold(bank, read(of / "ima.bin"))
        expect(f"the TPM of {of.name} has in {bank} what its list folds to", held["10"] == before)
        held["10"] = fold(bank, entries)
    (path / "pcrs.json").write_text(json.dumps(values))
    return path


MODULE = named(read(SHIM / "ima.bin")[1])[0]
SAME = dict(map(named, read(SHIM / "ima.bin")))[MODULE]
KEY = "ab" * 32


def boots(work):
    """Boots that are believed, since their PCRs are what their logs fold to."""
    reference = learn(work / "shim.ref", SHIM)
    expect("the boot itself matches", check(reference, SHIM, status=0)["unlisted"] == 0)
    same = machine(work, "same", SHIM, [entry(MODULE.encode(), SAME)])
    check(reference, same, status=0)
    rows = {
        "new": (entry(b"/usr/bin/\xc3\xa4", KEY), "added"),
        "other": (entry(MODULE.encode(), KEY), "changed"),
        "open": (entry(MODULE.encode(), "00" * 32, violation=True), "changed"),
        "alg": (entry(MODULE.encode(), SAME[:40], alg="sha1"), "changed"),
        "raw": (entry(b"/tmp/\xff\x1b[2J", KEY), "added"),
        "ng": (entry(b"/x", KEY, template="ima-ng"), "added")}
    for name, (more, kind) in rows.items():
        boot = machine(work, name, SHIM, [more])
        found = check(reference, boot, status=1)
        expect(f"{name}: the log is believed",
               not found["log_contradicts"] and found["verdict"] == "mismatch")
        expect(f"{name}: it is one file", found["unlisted"] == len(found["differences"]) == 1)
        one = found["differences"][0]
        expect(f"{name}: {kind}",
               (one["kind"], one["role"], one["event"],
                one["step"]) == (kind, "userspace", 3, None))
        expect(f"{name}: what is held",
               [row["digest"] for row in one["held"]] == ([SAME] if kind == "changed" else []))
        expect(f"{name}: userspace alone differs",
               [row["role"] for row in found["components"]
                if row["outcome"] not in ("equal", "varies")] == ["userspace"])
        said = run("golden", "check", reference, boot, status=1)
        expect(f"{name}: and is named", named(more)[0] in said if name not in ("raw",
               ) else "\x1b" not in said)
        expect(f"{name}: with its digest", kind == "added" or SAME in said)
        expect(f"{name}: and what to do", "--files" in said)
        without = work / "without.ref"
        run("golden", "learn", SHIM, "-o", without)
        check(without, boot, status=0)
        more_learnt = learn(work / "more.ref", SHIM, boot)
        check(more_learnt, boot, status=0)
        check(more_learnt, SHIM, status=0)
        expect(f"{name}: is learnt as the same variant",
               len(json.loads(more_learnt.read_text())["variants"]) == 1)
    many = check(reference,
                 machine(work, "many", SHIM, [entry(b"/%d" % i, KEY) for i in range(100)]),
                 status=1)
    expect("each of many is a difference",
           [one["event"] for one in many["differences"]] == list(range(3, 103)))
    longer = work / "longer.bin"
    longer.write_bytes((work / "new/ima.bin").read_bytes())
    parts = f"{SHIM}/eventlog.bin,{longer},{SHIM}/pcrs.json"
    expect("a list that went on is believed",
           any(one["path"].startswith("/usr")
               for one in json.loads(learn(work / "longer.ref", parts).read_text())["files"]))
    longer.write_bytes(binary(read(SHIM / "ima.bin")[:-1]))
    run("golden", "learn", "--files", parts, "-o", work / "none", status=1)
    run("golden", "learn", parts, "-o", work / "some")
    hidden = check(reference, SHIM / "eventlog.bin", longer, SHIM / "pcrs.json", status=1)
    expect("one that hides its end is not", hidden["log_contradicts"])
    raw = json.loads(learn(work / "raw.ref", work / "raw").read_text())["files"]
    expect("what is no UTF-8 is kept in hexadecimal",
           raw[-1]["path_hex"] == b"/tmp/\xff\x1b[2J".hex())
    run("golden", "learn", "--files", MACHINES / "b1-uki252", "-o", work / "none", status=2)
    expect("a boot without files is none to learn them from", not (work / "none").exists())


def many(work):
    """Of the digests that a path may have four are shown, and the others counted."""
    boot = machine(work, "boot", SHIM, [entry(b"/many", "ff" * 32)])
    for count in (3, 4, 5, 6):
        held = [f"{number:02x}" * 32 for number in range(count)]
        reference = learn(work / f"{count}.ref",
                          machine(work, f"of{count}", SHIM,
                                  [entry(b"/many", digest) for digest in held]))
        said = run("golden", "check", reference, boot, status=1)
        expect(f"of {count} digests four are shown",
               [digest in said for digest in held] == [True] * min(count, 4)
               + [False] * (count - 4))
        expect(f"of {count} digests the others are counted",
               ("others" in said) == (count > 4)
               and (count <= 4 or f"or one of {count - 4} others" in said))


def lists(work):
    """The same list in text and as the kernel has it."""
    logs = pathlib.Path("fixtures/logs")
    for stem in ("ima", "ima-sha256"):
        both = [json.loads(learn(work / f"{stem}.ref", logs / f"{stem}.{end}").read_text())["files"]
                for end in ("bin", "ascii")]
        expect(f"{stem} in text is the same", both[0] == both[1])
    big = [json.loads(learn(work / "big.ref", logs / f"ima-big-endian.{end}").read_text())["files"]
           for end in ("bin", "ascii")]
    expect("a kernel of other byte order names the same",
           [one for one in both[0] if one["path"] != "/init"] == big[0])
    twice = learn(work / "twice.ref", SHIM, UKI).read_bytes()
    expect("two runs write the same", twice == learn(work / "twice.ref", SHIM, UKI).read_bytes())


def signatures(work):
    reference, key = learn(work / "signed.ref", SHIM), work / "key.pem"
    subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key],
                   check=True)
    subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-out", work / "pub.pem"], check=True)
    run("golden", "sign", reference, "--key", key, "-o", reference)
    check(reference, SHIM, "--trust", work / "pub.pem", status=0)
    reference.write_text(reference.read_text().replace(SAME, KEY))
    run("golden", "check", reference, SHIM, "--trust", work / "pub.pem", status=1)
    run("golden", "verify", reference, "--trust", work / "pub.pem", status=1)


# Several variants, and what is made of them.

def keylime_accepts(policy, path, digest):
    excluded = any(re.match(expression, path) for expression in policy["excludes"])
    return excluded or digest in policy["digests"].get(path, ())


def policies(work):
    reference = learn(work / "both.ref", SHIM, UKI)
    policy_path = work / "policy.json"

    def export(*arguments, status=0):
        policy_path.unlink(missing_ok=True)
        said = run("export", reference, "--to", "keylime-runtime-policy", "-o", policy_path,
                   *arguments, status=status)
        return said, json.loads(policy_path.read_text()) if policy_path.exists() else None

    said, policy = export()
    every = [named(one) for boot in (SHIM, UKI) for one in read(boot / "ima.bin")]
    expect("what both boots measured is accepted",
           all(keylime_accepts(policy, *one) for one in every))
    expect("and no other file", set(policy["digests"]) == {path for path, _ in every})
    expect("nor another digest", not keylime_accepts(policy, MODULE, KEY))
    expect("nothing is missing", "no digests of files" not in said)
    _, policy = export("--set", "exclude=/lib/.*")
    expect("an exclusion excludes",
           keylime_accepts(policy, MODULE, KEY)
           and not keylime_accepts(policy, "/usr" + MODULE, KEY))
    _, policy = export("--variant", UKI.name)
    mine = dict(map(named, read(UKI / "ima.bin")))
    expect("a variant's own are its own", policy["digests"][MODULE] == [mine[MODULE]])
    shown = run("golden", "show", reference)
    expect("they are counted", "2 files, 4 digests" in shown)
    document = json.loads(run("golden", "show", reference, "-f", "json"))
    jsonschema.validate(document, SHOW)
    expect("and listed",
           {(one["path"], one["digest"]) for one in document["files"]}
           == {one for one in every if one[0] != "boot_aggregate"})
    expect("with -v in words",
           all(digest in run("golden", "show", "-v", reference) for path, digest in every
               if path != "boot_aggregate"))
    said = run("export", reference, "--to", "json", "-o", work / "values.json")
    expect("what has no files says so", "loss: the format has no files: the 4 digests" in said)
    run("export", reference, "--to", "json", "-o", work / "values.json", "--strict", status=1)

    left = work / "left.ref"
    run("golden", "retire", reference, "--variant", SHIM.name, "-o", left)
    held = {(one["path"], digest) for one in json.loads(left.read_text())["files"]
            for digest in one["digests"]["sha256"]}
    expect("what stays has its own",
           held == {one for one in mine.items() if one[0] != "boot_aggregate"})
    run("golden", "merge", left, learn(work / "one.ref", SHIM), "-o", left)
    check(left, SHIM, status=0)
    check(left, UKI, status=0)

    odd = machine(work, "odd", SHIM,
                  [entry(b"/var/log/wtmp", "00" * 20, alg="sha256", violation=True),
                                      entry(b"/old", hashlib.md5(b"").hexdigest(), alg="md5")])
    reference = learn(work / "odd.ref", odd)
    said, policy = export()
    expect("violations are lost",
           "violations) is not written: 1" in said and "/var/log/wtmp" not in policy["digests"])
    expect("MD5 is lost",
           "shorter than SHA-1 are left out: 1" in said and "/old" not in policy["digests"])


with tempfile.TemporaryDirectory() as folder:
    for number, part in enumerate((boots, many, lists, signatures, policies)):
        place = pathlib.Path(folder) / str(number)
        place.mkdir()
        part(place)
finish()
