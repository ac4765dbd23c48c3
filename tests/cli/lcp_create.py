#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""assay lcp show and create: documents fit their schemas and make the same files; what is wrong is
refused, and leaves nothing behind. usage: lcp_create.py ASSAY"""
import glob
import json
import os
import subprocess
import sys
import tempfile

import jsonschema

ASSAY = os.path.abspath(sys.argv[1])
POLICIES = "fixtures/policies/lcp/"
HASH = "6a0d3d3fd46de2a8cacba87d3d84fd7dc63ba08f11790595134144078c901ea5"
passed = failed = 0


def said(good, what):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"not ok {what}")


def run(*args, cwd=None):
    return subprocess.run([ASSAY, "lcp", *args], capture_output=True, text=True, check=False,
                          cwd=cwd)


def content(path):
    with open(path, "rb") as file:
        return file.read()


def validator(name):
    with open(f"man/{name}.schema.json") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def documents(work):
    show, policy = validator("assay-lcp-show"), validator("assay-lcp-policy")
    said(not show.is_valid({}) and not policy.is_valid({}), "the schemas accept {}")
    for path in sorted(glob.glob(POLICIES + "*")):
        pair = [path[:-4] + ".pol", path] if path.endswith(".dat") else [path]
        shown = run("show", "--format", "json", *pair)
        document = json.loads(shown.stdout)
        for name, schema in (("show", show), ("policy", policy)):
            wrong = jsonschema.exceptions.best_match(schema.iter_errors(document))
            said(wrong is None, f"{path}: {name}: {wrong and wrong.message[:200]}")
        names = [work + "/main", work + "/data"]
        with open(work + "/document", "w") as file:
            file.write(shown.stdout)
        made = run("create", "-q", "--from", work + "/document", "-o", names[0],
                   *(["--data", names[1]] if len(pair) > 1 else []))
        said(made.returncode == 0, f"{path}: {made.stderr}")
        for name, wanted in zip(names, pair):
            said(content(name) == content(wanted), f"{path}: other bytes than {wanted}")


def refusals(work):
    """Options, and what is said of them."""
    cases = [
        (["--rev", "65536", "--type", "any"], "from 0 to 65535"),
        (["--rev", "0,0,0,0,0,0,0,0,0", "--type", "any"], "up to 8 numbers"),
        (["--min-version", "256", "--type", "any"], "from 0 to 255"),
        (["--type", "list"], "wants lists"),
        ([], "--type any, if everything is to be permitted"),
        (["--type", "any", "--mle-hash", HASH], "a policy of type ANY has no lists"),
        (["--mle-hash", HASH[2:]], "cannot open"),
        (["--cmdline", "x", "--mle-hash", HASH], "--cmdline belongs behind"),
        (["--version", "2.4", "--type", "any", "--hash-mask", "sha1"], "no masks"),
        (["--version", "2.4", "--type", "any", "--alg", "sha256"], "has sha1 alone"),
        (["--version", "3.2", "--type", "any", "--aux-mask", "sha256"], "reserved"),
        (["--data", work + "/bad", "--mle-hash", HASH], "are one file"),
        ([POLICIES + "mle2-sha256.elt"], "this is no list"),
        (["--list", POLICIES + "l200-multi.lst"], "this is no element"),
        ([POLICIES + "l201-multi-rsa2048b.lst"] * 9, "9 lists; there may be 8"),
        ([POLICIES + "l201-multi-rsa2048b.lst"] * 2, "signed with one key"),
        (["--custom", "tboot"], "UUID:FILE"),
        (["--pcr", "0"], "--pcr-values FILE"),
        (["--from", POLICIES + "any-2.4.pol"], "not JSON"),
    ]
    for args, what in cases:
        data = [] if "--data" in args or "--list" in args else ["--data", work + "/baddata"]
        made = run("create", "-o", work + "/bad", *args, *data)
        said(made.returncode == 2 and what in made.stderr, f"{args}: {made.stderr}")
        said(not glob.glob(work + "/bad*"), f"{args}: something is left behind")


def whole_or_not_at_all(work):
    old = work + "/old"
    with open(old, "w") as file:
        file.write("as it was")
    os.mkdir(work + "/folder")
    made = run("create", "--mle-hash", HASH, "-o", old, "--data", work + "/folder")
    said(made.returncode == 2 and content(old) == b"as it was", "both files or none")
    made = run("create", "--mle-hash", HASH, "-o", work + "/missing/x", "--data", work + "/new")
    said(made.returncode == 2 and not os.path.exists(work + "/new"), "none or both")


def standard_output(work):
    made = subprocess.run([ASSAY, "lcp", "create", "-q", "--type", "any"], capture_output=True,
                          check=False)
    said(made.returncode == 0 and len(made.stdout) == 70, "one file goes to standard output")
    made = run("create", "--mle-hash", HASH, "--data", work + "/data")
    said(made.returncode == 2 and not os.path.exists(work + "/data"), "of two each has a name")
    made = run("create", "--mle-hash", HASH, "-o", work + "/policy")
    said(made.returncode == 2 and not os.path.exists(work + "/policy"), "and the other, too")


def made_of_options(work):
    with open(work + "/mle.hash", "w") as file:
        file.write(f"# two forms\n{HASH}  tboot.gz\n{' '.join([HASH[i:i + 2] for i in range(0, 64, 2)])}\n")
    args = ["create", "--mle-hash", work + "/mle.hash", "--pcr", "0,7", "--pcr-values",
            "fixtures/machines/d1-shim-grub206-sb/pcrs.json", "--control", "ignore_ps_mle",
            "--npw-ok", "--stm", HASH, "-o", work + "/o.pol", "--data", work + "/o.dat"]
    made = run(*args)
    said(made.returncode == 0, made.stderr)
    said("LcpSignAlgMask" in made.stderr, "the masks that were chosen are said")
    said(run(*args, "-q").stderr == "", "and with --quiet not")
    shown = run("show", "--format", "json", work + "/o.pol", work + "/o.dat")
    document = json.loads(shown.stdout)
    elements = document["lists"][0]["elements"]
    said([e["type"] for e in elements] == ["mle2", "pconf2", "stm2"], "an element of each kind")
    said(elements[0]["digests"] == [HASH, HASH], "both forms of hashes")
    said(document["policy"]["policy_control"] == ["npw_ok", "ignore_ps_mle"], "both controls")
    said(document["policy_hash_matches"] is True and shown.returncode == 0, "PolicyHash matches")
    said(max(map(len, run("show", work + "/o.pol", work + "/o.dat").stdout.split("\n"))) <= 80,
         "text fits into 80 columns")
    other = run("show", POLICIES + "list-2.4.pol", work + "/o.dat")
    said(other.returncode == 1 and "is not that of these lists" in other.stdout,
         "another policy's lists are told")
    # files of a document lie beside it
    with open(work + "/document.json", "w") as file:
        json.dump({"element": {"type": "mle2", "hash_alg": "sha256",
                               "files": [{"hash_file": "mle.hash"}]}}, file)
    made = run("create", "--from", work + "/document.json", "-o", work + "/o.elt")
    said(made.returncode == 0 and content(work + "/o.elt").count(bytes.fromhex(HASH)) == 2,
         f"a hash file beside the document: {made.stderr}")


def damaged(work):
    """Every byte of a policy data file changed: shown or refused, and never more than that."""
    sound = content(POLICIES + "list-2.4.dat")
    for i in range(len(sound)):
        for change in (0xff, 0x80, 0x01):
            with open(work + "/damaged", "wb") as file:
                file.write(sound[:i] + bytes([sound[i] ^ change]) + sound[i + 1:])
            shown = run("show", work + "/damaged")
            if shown.returncode not in (0, 2):
                said(False, f"byte {i} ^ {change}: status {shown.returncode}")
    said(True, "")


with tempfile.TemporaryDirectory() as folder:
    for test in (documents, refusals, whole_or_not_at_all, standard_output, made_of_options, damaged):
        os.mkdir(f"{folder}/{test.__name__}")
        test(f"{folder}/{test.__name__}")
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
