#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""assay lcp show and create: documents fit their schemas and make the same files; what is wrong is
refused, and leaves nothing behind. usage: lcp_create.py ASSAY"""
import glob
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

import jsonschema

from suite import expect, finish

ASSAY = os.path.abspath(sys.argv[1])
POLICIES = "fixtures/policies/lcp/"
HASH = "6a0d3d3fd46de2a8cacba87d3d84fd7dc63ba08f11790595134144078c901ea5"


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
    expect("the schemas accept {}", not show.is_valid({}) and not policy.is_valid({}))
    for path in sorted(glob.glob(POLICIES + "*")):
        pair = [path[:-4] + ".pol", path] if path.endswith(".dat") else [path]
        shown = run("show", "--format", "json", *pair)
        document = json.loads(shown.stdout)
        for name, schema in (("show", show), ("policy", policy)):
            wrong = jsonschema.exceptions.best_match(schema.iter_errors(document))
            expect(f"{path}: {name}: {wrong and wrong.message[:200]}", wrong is None)
        names = [work + "/main", work + "/data"]
        with open(work + "/document", "w") as file:
            file.write(shown.stdout)
        made = run("create", "-q", "--from", work + "/document", "-o", names[0],
                   *(["--data", names[1]] if len(pair) > 1 else []))
        expect(f"{path}: {made.stderr}", made.returncode == 0)
        for name, wanted in zip(names, pair):
            expect(f"{path}: other bytes than {wanted}", content(name) == content(wanted))


def badly_signed(work):
    """A signed list with another digest in its element than was signed."""
    data = bytearray(content(POLICIES + "l300-pss2048-sha256.lst"))
    data[40] ^= 1
    with open(work + "/damaged.lst", "wb") as file:
        file.write(data)
    return work + "/damaged.lst"


def refusals(work):
    """Options, and what is said of them."""
    cases = [
        (["--rev", "65536", "--type", "any"], "from 0 to 65535"),
        (["--rev", "0,0,0,0,0,0,0,0,0", "--type", "any"], "up to 8 numbers"),
        (["--min-version", "256", "--type", "any"], "from 0 to 255"),
        (["--type", "list"], "wants lists"),
        ([], "--type any, if everything is to be permitted"),
        (["--type", "any", "--mle-digest", HASH], "a policy of type ANY has no lists"),
        (["--mle-digest", HASH[2:]], "cannot open"),
        (["--cmdline", "x", "--mle-digest", HASH], "--cmdline belongs behind"),
        (["--version", "2.4", "--type", "any", "--hash-mask", "sha1"], "no masks"),
        (["--version", "2.4", "--type", "any", "--alg", "sha256"], "has sha1 alone"),
        (["--version", "3.2", "--type", "any", "--aux-mask", "sha256"], "reserved"),
        (["--data", work + "/bad", "--mle-digest", HASH], "are one file"),
        ([POLICIES + "mle2-sha256.elt"], "this is no list"),
        (["--list", POLICIES + "l200-multi.lst"], "this is no element"),
        ([POLICIES + "l201-multi-rsa2048b.lst"] * 9, "9 lists; there may be 8"),
        ([POLICIES + "l201-multi-rsa2048b.lst"] * 2, "signed with one key"),
        ([badly_signed(work)], "the signature of list 0 is bad"),
        (["--custom", "tboot"], "UUID:FILE"),
        (["--pcr", "0"], "--pcr-values FILE"),
        (["--from", POLICIES + "any-2.4.pol"], "not JSON"),
    ]
    for args, what in cases:
        data = [] if "--data" in args or "--list" in args else ["--data", work + "/baddata"]
        made = run("create", "-o", work + "/bad", *args, *data)
        expect(f"{args}: {made.stderr}", made.returncode == 2 and what in made.stderr)
        expect(f"{args}: something is left behind", not glob.glob(work + "/bad*"))


def whole_or_not_at_all(work):
    old = work + "/old"
    with open(old, "w") as file:
        file.write("as it was")
    os.mkdir(work + "/folder")
    made = run("create", "--mle-digest", HASH, "-o", old, "--data", work + "/folder")
    expect("both files or none", made.returncode == 2 and content(old) == b"as it was")
    made = run("create", "--mle-digest", HASH, "-o", work + "/missing/x", "--data", work + "/new")
    expect("none or both", made.returncode == 2 and not os.path.exists(work + "/new"))


def standard_output(work):
    made = subprocess.run([ASSAY, "lcp", "create", "-q", "--type", "any"], capture_output=True,
                          check=False)
    expect("one file goes to standard output", made.returncode == 0 and len(made.stdout) == 70)
    made = run("create", "--mle-digest", HASH, "--data", work + "/data")
    expect("of two each has a name", made.returncode == 2 and not os.path.exists(work + "/data"))
    made = run("create", "--mle-digest", HASH, "-o", work + "/policy")
    expect("and the other, too", made.returncode == 2 and not os.path.exists(work + "/policy"))


def made_of_options(work):
    with open(work + "/mle.hash", "w") as file:
        spaced = " ".join([HASH[i:i + 2] for i in range(0, 64, 2)])
        file.write(f"# two forms\n{HASH}  tboot.gz\n{spaced}\n")
    args = ["create", "--mle-digest", work + "/mle.hash", "--pcr", "0,7", "--pcr-values",
            "fixtures/machines/d1-shim-grub206-sb/pcrs.json", "--control", "ignore_ps_mle",
            "--npw-ok", "--stm-digest", HASH, "-o", work + "/o.pol", "--data", work + "/o.dat"]
    made = run(*args)
    expect(made.stderr, made.returncode == 0)
    expect("the masks that were chosen are said", "LcpSignAlgMask" in made.stderr)
    expect("and with --quiet not", run(*args, "-q").stderr == "")
    shown = run("show", "--format", "json", work + "/o.pol", work + "/o.dat")
    document = json.loads(shown.stdout)
    elements = document["lists"][0]["elements"]
    expect("an element of each kind", [e["type"] for e in elements] == ["mle2", "pconf2", "stm2"])
    expect("both forms of hashes", elements[0]["digests"] == [HASH, HASH])
    expect("both controls", document["policy"]["policy_control"] == ["npw_ok", "ignore_ps_mle"])
    expect("PolicyHash matches", document["policy_hash_matches"] is True and shown.returncode == 0)
    expect("text fits into 80 columns",
           max(map(len, run("show", work + "/o.pol", work + "/o.dat").stdout.split("\n"))) <= 80)
    other = run("show", POLICIES + "list-2.4.pol", work + "/o.dat")
    expect("another policy's lists are told",
           other.returncode == 1 and "is not that of these lists" in other.stdout)
    # files of a document lie beside it
    with open(work + "/document.json", "w") as file:
        json.dump({"element": {"type": "mle2", "hash_alg": "sha256",
                               "files": [{"hash_file": "mle.hash"}]}}, file)
    made = run("create", "--from", work + "/document.json", "-o", work + "/o.elt")
    expect(f"a hash file beside the document: {made.stderr}",
           made.returncode == 0 and content(work + "/o.elt").count(bytes.fromhex(HASH)) == 2)


def made_element(work, element):
    """What is said, and the element as show has it."""
    with open(work + "/document", "w") as file:
        json.dump({"element": element}, file)
    made = run("create", "-q", "--from", work + "/document", "-o", work + "/x.elt")
    if made.returncode:
        return made.stderr, None
    return made.stderr, json.loads(run("show", "--format", "json",
                                       work + "/x.elt").stdout)["element"]


def values_of_pcrs(work):
    """Digests of PCR values that stand in the document or in a file, computed here by the
    standards: TPM 2.0 Part 2, 10.12.1 (the values' hash); TPM 1.2 Part 2, 5.4.1 and 8.2
    (TPM_PCR_COMPOSITE)."""
    boot = "fixtures/machines/d1-shim-grub206-sb/pcrs.json"
    with open(boot) as file:
        pcrs = json.load(file)
    chosen = {alg: bytes.fromhex(pcrs[alg]["0"] + pcrs[alg]["7"]) for alg in ("sha1", "sha256")}
    composite = hashlib.sha1(bytes.fromhex("000181" + "00000028") + chosen["sha1"]).hexdigest()
    with open(work + "/pcrs.json", "w") as file:
        json.dump(pcrs, file)
    for kind, alg, wanted in (("pconf2", "sha256", hashlib.sha256(chosen["sha256"]).hexdigest()),
                              ("pconf2", "sha1", hashlib.sha1(chosen["sha1"]).hexdigest()),
                              ("pconf", "sha1", composite)):
        for info in ({"pcrs": {pcr: pcrs[alg][pcr] for pcr in ("7", "0")}},
                     {"pcr_values": "pcrs.json", "select": [7, 0]}):
            element = {"type": kind,
                       "pcr_infos": [info]} | ({"hash_alg": alg} if kind == "pconf2" else {})
            err, shown = made_element(work, element)
            expect(f"{kind} {alg} {list(info)}: {err}{shown}",
                   shown is not None and shown["pcr_infos"][0]["digest"] == wanted and
                 shown["pcr_infos"][0]["pcrs"] == [0, 7])
    zeros = 64 * "0"
    for info, what in (({"pcrs": {"24": zeros}}, "a PCR from 0 to 23 and 32 bytes"),
                       ({"pcrs": {"0": "00"}}, "and 32 bytes"),
                       ({"pcrs": {"x": zeros}}, "a PCR from 0 to 23"),
                       ({"pcrs": {"0": 0}}, "and 32 bytes"),
                       ({"pcrs": {}}, "no PCR is selected"),
                       ({"pcrs": [0]}, "pcr_values: no file can be named"),
                       ({"pcrs": [32], "digest": zeros}, "member 0 is no number of a PCR"),
                       ({"pcrs": [0, "1"], "digest": zeros}, "member 1 is no number of a PCR"),
                       ({"pcrs": [8], "select_size": 1, "digest": zeros}, "has no room for"),
                       ({"pcr_values": "", "select": [0]}, "no file can be named"),
                       ({"pcr_values": "none.json", "select": [0]}, "none.json"),
                       ({"pcr_values": "pcrs.json", "select": [-1]}, "member 0 is no number"),
                       ({"pcr_values": "pcrs.json"}, "no PCR is selected"),
                       ({"bank": "sm3_256", "pcr_values": "pcrs.json", "select": [0]}, "")):
        err, shown = made_element(work,
                                  {"type": "pconf2", "hash_alg": "sha256", "pcr_infos": [info]})
        expect(f"{info}: {err}", shown is None and what in err)
    for info, what in (({"bank": "sha256", "pcrs": [0], "digest": 40 * "0"},
                        "a TPM 1.2 has sha1 alone"),
                       ({"pcrs": [0], "digest": 38 * "0"}, "20 bytes are wanted")):
        err, shown = made_element(work, {"type": "pconf", "pcr_infos": [info]})
        expect(f"{info}: {err}", shown is None and what in err)


def shown_as_text(work):
    """Every file in words: each digest of its document stands in the text, in 80 columns."""
    for path in sorted(glob.glob(POLICIES + "*")):
        text = run("show", path).stdout
        document = json.loads(run("show", "--format", "json", path).stdout)
        lists = document.get("lists", [document.get("list")])
        elements = [document.get("element")] + sum((one["elements"] for one in lists if one), [])
        digests = re.findall(r'"([0-9a-f]{40,96})"', json.dumps(elements))
        bare = re.sub(r"\s", "", text)
        expect(f"{path}: a digest is not in the text",
               all(digest in bare for digest in digests[:20]))
        expect(f"{path}: nothing is shown",
               text and run("show", "--format", "yaml", path).returncode == 0)


def damaged(work):
    """Every byte of a policy data file changed: shown or refused, and never more than that."""
    sound = content(POLICIES + "list-2.4.dat")
    for i in range(len(sound)):
        for change in (0xff, 0x80, 0x01):
            with open(work + "/damaged", "wb") as file:
                file.write(sound[:i] + bytes([sound[i] ^ change]) + sound[i + 1:])
            shown = run("show", work + "/damaged")
            if shown.returncode not in (0, 2):
                expect(f"byte {i} ^ {change}: status {shown.returncode}", False)
    expect("", True)


with tempfile.TemporaryDirectory() as folder:
    for test in (documents, refusals, whole_or_not_at_all, standard_output, made_of_options,
                 values_of_pcrs, shown_as_text, damaged):
        os.mkdir(f"{folder}/{test.__name__}")
        test(f"{folder}/{test.__name__}")
finish()
