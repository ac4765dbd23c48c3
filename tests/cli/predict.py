#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""assay predict: what it says, writes and refuses; its documents fit their schema. Values are
computed here from the logs' bytes: predict.py ASSAY"""
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema

from suite import expect, finish

assay = sys.argv[1]
LOGS = pathlib.Path("fixtures/logs")
AGILE, BANK = LOGS / "txt-heap-agile.bin", LOGS / "txt-sha256.bin"
CONTAINER, SKL = LOGS / "txt-container.bin", LOGS / "txt-container-skl.bin"
validator = jsonschema.Draft202012Validator(
    json.loads(pathlib.Path("man/assay-predict.schema.json").read_text()))
scratch = tempfile.TemporaryDirectory() # gone when the suite ends
folder = pathlib.Path(scratch.name)


def run(*arguments):
    return subprocess.run([assay, *map(str, arguments)], capture_output=True, text=True)


def predict(base, *arguments, status=0):
    done = run("predict", "--base", base, "--format", "json", *arguments)
    expect(f"{base} {arguments}: status {status}", done.returncode == status, done.stderr)
    document = json.loads(done.stdout)
    errors = list(validator.iter_errors(document))
    expect(f"{base} {arguments}: the schema", not errors, errors[:1])
    return document


def h(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def file(name, content):
    (folder / name).write_bytes(content)
    return folder / name


def fold(events, pcr, start):
    value = start
    for event in events:
        if event["pcr"] == pcr and event["type"] != 0x402 and "sha256" in event["digests"]:
            value = h(value, bytes.fromhex(event["digests"]["sha256"]))
    return value.hex()


expect("a schema that an empty object fits would promise nothing", not validator.is_valid({}))

# Nothing replaced.
for log in sorted([*LOGS.glob("txt-*.bin"), *LOGS.glob("txtstat-*.txt")]):
    kept = predict(log, "-o", folder / "out")
    expect(f"{log}: all is kept",
           {event["origin"] for event in kept["events"]} == {"kept"} and not kept["changes"])
    expect(f"{log}: all is known", kept["all_known"] and not any(kept["unknown_pcrs"].values()))
    before, after = (json.loads(run("replay", "--format", "json", path).stdout)["pcrs"]
                     for path in (log, folder / "out"))
    expect(f"{log}: the log written folds as the log does", before == after)
    expect(f"{log}: as does the prediction",
           all(after[bank][pcr] == value for bank, values in kept["pcrs"].items()
               for pcr, value in values.items() if bank in after))
    shown = run("show", folder / "out")
    expect(f"{log}: and can be shown", shown.returncode == 0, shown.stderr)
expect("a log without a tail comes out as it was", predict(BANK, "-o", folder / "out") and
       (folder / "out").read_bytes() == BANK.read_bytes())
for real in ("../shared/corpus/txt-real/txt-logs.bin",
             "../shared/corpus/txt/intel-txt-heap-dump-carved.bin"):
    if pathlib.Path(real).exists():
        predict(real, "-o", folder / "out")
        written = (folder / "out").read_bytes()
        expect(f"{real}: as the machine has it",
               pathlib.Path(real).read_bytes().rstrip(b"\0") == written.rstrip(b"\0"))

# Modules and their command lines.
kernel, initrd = file("kernel", b"a kernel"), file("initrd", b"an initrd")
modules = predict(AGILE, "--module", kernel, "--cmdline", "root=/dev/sda1 ro", "--module", initrd,
                  "--extpol", "sha256")
measured = [event for event in modules["events"] if event["part"] == "module"]
expect("each module is measured with its command line",
       [event["digests"] for event in measured] == [
           {"sha256": h(h(b"root=/dev/sda1 ro"), h(b"a kernel")).hex()},
           {"sha256": h(h(b""), h(b"an initrd")).hex()}])
start = h(bytes(32), bytes.fromhex(modules["events"][1]["digests"]["sha256"]))
expect("PCR 17 follows", modules["pcrs"]["sha256"]["17"] == fold(modules["events"], 17, start))
expect("and is another",
       17 in modules["changed_pcrs"]["sha256"] and 18 not in modules["changed_pcrs"]["sha256"])
expect("the module that is new was added", [change["kind"] for change in modules["changes"]
                                           if change["part"] == "module"][-1] == "added")
kept = predict(AGILE, "--keep-module", "--module", initrd)
expect("a module may be kept",
       kept["events"][-2]["digests"] == predict(AGILE)["events"][-1]["digests"])
expect("a command line may be empty or hold anything",
       predict(AGILE, "--module", kernel, "--cmdline", "a:b \"c\"=\u00e9")
       ["events"][-1]["digests"]["sha256"]
       == h(h("a:b \"c\"=\u00e9".encode()), h(b"a kernel")).hex())

# What can't be known.
unknown = predict(AGILE, "--tboot-cmdline", "logging=none", "--bank", "sha256",
                  "-o", folder / "out")
expect("an MLE that isn't given is unknown", [event["unknown"] for event in unknown["events"]
                                              if event["part"] == "mle"] == [["sha256"]])
expect("and so is PCR 17",
       unknown["unknown_pcrs"] == {"sha256": [17]} and "17" not in unknown["pcrs"]["sha256"])
expect("PCR 18 is not", "18" in unknown["pcrs"]["sha256"])
replayed = json.loads(run("replay", "--format", "json", folder / "out").stdout)
expect("the log says so",
       17 in replayed["incomplete"]["sha256"] and 18 not in replayed["incomplete"]["sha256"])
again = predict(folder / "out")
expect("and a prediction from it",
       not again["all_known"] and again["unknown_pcrs"] == {"sha256": [17]}
       and not again["changes"])
expect("--strict: status 1",
       run("predict", "--base", AGILE, "--tboot-cmdline", "x", "--strict", "-q").returncode == 1)
expect("--strict: status 0 when all is known",
       run("predict", "--base", AGILE, "--strict", "-q").returncode == 0)
mle = predict(AGILE, "--mle-digest", f"sha256:{'ab' * 32}")
expect("an MLE's digest may be given",
       [event["digests"] for event in mle["events"] if event["part"] == "mle"] ==
       [{"sha256": "ab" * 32}])
expect("bank by bank", mle["unknown_pcrs"]["sha1"] == [17] and 17 in mle["changed_pcrs"]["sha256"])

# Policies.
any_policy = (bytes.fromhex("00030b000100") + bytes(16)
              + bytes.fromhex("02000000ff0008000830000008000000") + bytes(32))
owner = file("any.pol", any_policy)
public = file("public",
              bytes.fromhex("01c10106" "000b" "2204000a" "0000")
              + len(any_policy).to_bytes(2, "big"))
policy = predict(AGILE, "--po", owner, "--ps", "none", "--po-public", public)
control = [event for event in policy["events"] if event["type"] == 0x40C]
expect("its control is measured",
       all(event["data_hex"] == "02000000" for event in control) and len(control) == 2)
expect("anything is allowed",
       [event["data_hex"] for event in policy["events"] if event["type"] in (0x412, 0x413)]
       == ["00", "00"])
info = [event["data_hex"] for event in policy["events"] if event["type"] == 0x414]
expect("its index is measured",
       info == ["0000" + "01" + (folder / "public").read_bytes().hex()] * 2)
expect("all is known",
       policy["all_known"] and policy["policy"]["outcome"] in ("accepted", "unknown"))
missing = predict(AGILE, "--po", owner, "--ps", "none")
expect("how an index is defined isn't guessed", missing["unknown_pcrs"]["sha256"] == [17, 18])
broken = predict(AGILE, "--po", file("bad.pol", any_policy[:-1]), "--ps", "none", status=1)
expect("what SINIT refuses is said", broken["refused"] and broken["policy"]["outcome"] == "refused")

# tboot's policy in the owner's lists: one list 2.1, unsigned, with a custom element of tboot's
# UUID.
vlp = bytes.fromhex("02000b01000000" "00000000" "01" "8113000000000000")  # any module into PCR 19
uuid = bytes.fromhex("410693c3cbe3404fd79127f8b9e25c86")
element = ((12 + len(uuid + vlp)).to_bytes(4, "little") + (0x13).to_bytes(4, "little")
           + bytes(4) + uuid + vlp)
lists = bytes.fromhex("01021000") + len(element).to_bytes(4, "little") + element
data = file("po.dat", b"Intel(R) TXT LCP_POLICY_DATA\0\0\0\0" + bytes.fromhex("00000001") + lists)
listed = file("list.pol", any_policy[:4] + b"\0" + any_policy[5:38] + h(h(lists)))
wrapped = predict(AGILE, "--po", listed, "--po-data", data, "--ps", "none", "--po-public", public,
                  "--extpol", "sha256")
expect("no element is met",
       [event["data_hex"] for event in wrapped["events"] if event["type"] == 0x412] == ["00" * 5])
own = [event for event in wrapped["events"] if event["part"] == "vlp"]
expect("tboot finds its policy there",
       {event["digests"]["sha256"] for event in own} == {h(b"\1\0\0\0", h(vlp)).hex()})
expect("and goes by it",
       [event["pcr"] for event in wrapped["events"] if event["part"] == "module"] == [17, 19])
expect("unless NV has another",
       predict(AGILE, "--po", listed, "--po-data", data, "--ps", "none", "--po-public", public,
       "--vlp", "builtin")["events"][-1]["pcr"] == 17)
same = predict(AGILE, "--vlp", file("vlp", vlp), "--extpol", "sha256")
expect("a policy in NV is measured alike",
       [event["digests"] for event in same["events"] if event["part"] == "vlp"] ==
       [event["digests"] for event in own])

# An element may name the MLE by a digest of which the log has no bank; SINIT hashes for it too.
mle_file = "fixtures/artefacts/mle.elf.gz"
measured = json.loads(run("measure", "--format", "json", "--bank", "sha384", mle_file,
                          "--cmdline", "quiet").stdout)
digest = bytes.fromhex(re.search(r"[0-9a-f]{96}", json.dumps(measured))[0])
element = ((18 + 48).to_bytes(4, "little") + (0x10).to_bytes(4, "little") + bytes(4)
           + bytes.fromhex("00000c000100") + digest)
lists = bytes.fromhex("01021000") + len(element).to_bytes(4, "little") + element
data = file("mle.dat", b"Intel(R) TXT LCP_POLICY_DATA\0\0\0\0" + bytes.fromhex("00000001") + lists)
listed = file("mle.pol",
              any_policy[:4] + b"\0" + any_policy[5:28] + b"\x48" + any_policy[29:38] + h(h(lists)))
named = predict(AGILE, "--tboot", mle_file, "--tboot-cmdline", "quiet", "--po", listed,
                "--po-data", data, "--ps", "none",
                "--po-public", public)
expect("an MLE's file is hashed by whatever the policy wants", named["all_known"] and
       [event["data_hex"] for event in named["events"] if event["type"] == 0x412]
       == ["01000000000c00" + digest.hex() + "00" * 4])

# What is gone is named by what it was of: with extpol=sha384 tboot extends no bank that the log
# has.
gone = [change for change in predict(AGILE, "--extpol", "sha384", "--module", kernel)["changes"]
        if change["kind"] == "removed"]
expect("what is removed is named", [(change["pcr"], change["part"]) for change in gone] ==
       [(17, "vlp"), (18, "vlp"), (17, "module")], gone)

# Text.
text = run("predict", "--base", AGILE, "--module", kernel)
expect("text says what changes",
       "PCR 17 changes: module 0" in text.stdout and "PCR 18 stays." in text.stdout, text.stdout)
expect("in 80 columns", all(len(line) <= 80 for line in text.stdout.splitlines()))
expect("with -q nothing", run("predict", "--base", AGILE, "-q").stdout == "")
expect("to standard output goes the log alone",
       subprocess.run([assay, "predict", "--base", BANK, "-o", "-"], capture_output=True).stdout
       == BANK.read_bytes())

# A command line without a module is the kernel's, and this log has no event of one.
lone = predict(AGILE, "--cmdline", "x")
expect("the kernel's command line changes nothing of a launch alone",
       not lone["changes"] and lone["all_known"])
expect("and that is said", any("command line" in remark["text"] for remark in lone["remarks"]),
       lone["remarks"])

# Refusals, with what is wrong.
for arguments, says in (
    ([], "nothing to predict from"),
    (["--base", AGILE, "--mle-digest", "sha256:00"], "not as many hexadecimal digits"),
    (["--base", AGILE, "--mle-digest", "md9:00"], "an algorithm unknown here"),
    (["--base", AGILE, "--tboot-version", "0.5"], "a version of tboot"),
    (["--base", AGILE, "--extpol", "md5"], "--extpol"),
    (["--base", AGILE, "--nv", "7"], "INDEX=FILE"),
    (["--base", AGILE, "--pcr-map", "legacy"], "a TPM 2.0 has details/authorities mapping alone"),
    (["--base", AGILE, "--tboot", kernel], "kernel"),
    (["--base", AGILE, "--sinit", kernel], "kernel"),
    (["--base", AGILE, "--vlp", kernel], "kernel"),
    (["--base", AGILE, "--po-public", kernel, "--ps-public", "none"],
     "not the public area of an NV index"),
    (["--base", AGILE, "--po-data", kernel], "belongs to a policy"),
    (["--base", AGILE, "--linux-cmdline", "x"], "no events of Secure Launch"),
    (["--base", AGILE, "--no-more-modules"], "wants a module at least"),
    (["--base", kernel], "not an event log"),
    (["--base", folder / "none"], "No such file"),
    (["--base", AGILE, "--module", folder / "none"], "No such file"),
    (["--base", "fixtures/machines/b1-uki252", "--mle-digest", f"sha256:{'00' * 32}"],
     "no events of SINIT"),
    (["--base", SKL, "--initrd", kernel], "no event of an initrd"),
    (["--base", SKL, "--linux-cmdline", "x"], "no event of a kernel's command line"),
    (["--base", SKL, "--keep-module", "--module", kernel], "not as many events of modules"),
    (["--base", AGILE, "-o", folder / "x", "--to", "txt"], "no room for all of"),
):
    done = run("predict", *arguments)
    expect(f"{arguments}: status 2", done.returncode == 2, done.stdout)
    expect(f"{arguments}: {says}", says in done.stderr, done.stderr)
    expect(f"{arguments}: nothing is written", not (folder / "x").exists())


def measured(document, pcr, kind):
    """The SHA-256 digests of the events of that type in a PCR."""
    return [event["digests"].get("sha256") for event in document["events"] if event["pcr"] == pcr
            and event["type"] == kind]


# SINIT measures H(data) of what the launcher asks of it, in both PCRs, and the STM, or one zero
# byte (TXT SDG appendix G).
asked = predict(AGILE, "--capabilities", "0x602")
for pcr in (17, 18):
    expect(f"capabilities in PCR {pcr}", measured(asked, pcr, 0x40F) == [h(b"\x02\x06\0\0").hex()])
expect("which changes both", {change["pcr"] for change in asked["changes"]} == {17, 18})
stm = predict(AGILE, "--stm", file("stm", b"an STM"))
expect("another STM", measured(stm, 17, 0x40E) == [h(b"an STM").hex()])
expect("which changes PCR 17 alone", {change["pcr"] for change in stm["changes"]} == {17})
expect("no STM is one zero byte",
       measured(predict(AGILE, "--stm", "none"), 17, 0x40E) == [h(b"\0").hex()])

finish()
