#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""assay golden check, merge and retire: golden_check.py ASSAY

What each boot is altered in is known by who altered it; the machines beside the project, where they
are, were altered before they booted."""
import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

import jsonschema

from suite import expect, finish

assay = sys.argv[1]
MACHINES = pathlib.Path("fixtures/machines")
BOOTS = pathlib.Path("../shared/boots")
UKI, SHIM = MACHINES / "b1-uki252", MACHINES / "d1-shim-grub206-sb"
SCHEMA = json.loads(pathlib.Path("man/assay-golden-check.schema.json").read_text())


def run(*arguments):
    return subprocess.run([assay, "golden", *map(str, arguments)], capture_output=True, text=True)


def check(*arguments):
    """The status, and the document, which fits its schema."""
    made = run("check", *arguments, "--format", "json")
    if made.returncode == 2:
        return 2, {}
    document = json.loads(made.stdout)
    jsonschema.validate(document, SCHEMA)
    return made.returncode, document


def differing(document):
    return [one["role"] for one in document["components"]
            if one["outcome"] in ("changed", "missing", "added")]


def learn(path, *boots):
    expect(f"learns {path.name}", run("learn", *boots, "-o", path).returncode == 0)
    return path


def altered_values(machine, path, pcr):
    values = json.loads((machine / "pcrs.json").read_text())
    for bank in values.values():
        bank[str(pcr)] = bank[str(pcr)][::-1]
    path.write_text(json.dumps(values))
    return path


def events_of(machine, work):
    """The events of the machine's log, as CEL has them, and what writes some such events."""
    made = subprocess.run([assay, "convert", machine / "eventlog.bin", "--to", "cel-json"],
                          capture_output=True)

    def write(name, events):
        path = work / name
        path.write_text(json.dumps(events))
        return path

    return json.loads(made.stdout), write


def withheld(work):
    """Who says less must not be the better for it: of PCR 4 the first event varies, the last is the
    kernel."""
    events, write = events_of(UKI, work)
    of_4 = [i for i, event in enumerate(events) if event["pcr"] == 4]
    other = json.loads(json.dumps(events))
    for digest in other[of_4[0]]["digests"]:
        digest["digest"] = digest["digest"][::-1]
    one, two = write("one.cel", events), write("two.cel", other)
    varies = work / "varies.json"
    expect("learns what varies",
           run("learn", f"v={one}", f"v={two}", "-b", "sha256", "-o", varies).returncode == 0)
    expect("either matches", check(varies, one)[0] == check(varies, two)[0] == 0)
    for what, digests in (("no digest", []),
                          ("a digest of another bank", [{"hashAlg": "sha1", "digest": "ab" * 20}])):
        events[of_4[-1]]["digests"] = digests
        status, document = check(varies, write("kept.cel", events))
        expect(f"a kernel with {what} can't be compared",
               (status, document["verdict"]) == (1, "unknown"))
        expect("and its PCR is named", "PCR 4," in document["why"])
    events[of_4[-1]]["digests"] = [{"hashAlg": "sha256", "digest": "ab" * 32}]
    held = [one["digest"] for one in other[of_4[-1]]["digests"] if one["hashAlg"] == "sha256"]
    document = check(varies, write("new.cel", events))[1]
    expect("another kernel differs", differing(document) == ["kernel"])
    expect("at its event", [one["event"] for one in document["differences"]] == [of_4[-1]])
    lines = [line.strip() for line in run("check", varies, work / "new.cel").stdout.splitlines()]
    expect("each digest has a line",
           all(f"sha256 {digest}" in lines for digest in (*held, "ab" * 32)))
    expect("without a log the kernel can't be compared",
           check(varies, UKI / "pcrs.json")[1]["verdict"] == "unknown")
    expect("of other PCRs it is not wanted",
           check(varies, UKI / "pcrs.json", "--pcr", "0,2,7")[0] == 0)


def vouching(work):
    """Values of some PCRs vouch for no others, nor do those that nothing was compared with."""
    both = learn(work / "both.json", UKI)
    known = json.loads((UKI / "pcrs.json").read_text())["sha256"]
    for values, of in (({"16": "ab" * 32}, "0-9,11-14"), ({"0": known["0"]}, "1-9,11-14"),
                       ({"15": "ab" * 32}, "0-9,11-14")):
        path = work / "some.json"
        path.write_text(json.dumps({"sha256": values}))
        status, document = check(both, UKI / "eventlog.bin", path)
        expect(f"PCR {','.join(values)} vouches for itself alone",
               status == 0 and not document["vouched"]
               and f"of PCR {of} by the word of its log alone" in document["why"])
    path.write_text(json.dumps({"sha256": {"0": known["0"]}}))
    expect("of PCR 0 alone all is vouched for",
           check(both, UKI / "eventlog.bin", path, "--pcr", "0")[1]["vouched"])
    alone = learn(work / "alone.json", UKI / "pcrs.json")
    path.write_text(json.dumps({"sha256": {**known, "15": "ab" * 32}}))
    expect("a PCR that the reference doesn't hold is told of without logs, too",
           check(alone, path)[1]["unlogged"] == [15])
    expect("and one that is as it starts is not",
           check(alone, UKI / "pcrs.json")[1]["unlogged"] == [])


def quoted(work):
    """The boot chooses what is in its quote: PCRs that are not in it are not vouched for."""
    both = learn(work / "both.json", UKI)
    known = json.loads((UKI / "pcrs.json").read_text())["sha256"]
    quote, signature = work / "some.quote", work / "some.sig"
    for pcrs, verdict in ((range(24), "match"), (range(8), "unknown"), ([16], "unknown")):
        digest = hashlib.sha256(b"".join(bytes.fromhex(known[str(pcr)]) for pcr in pcrs)).digest()
        # TPMS_ATTEST of TPM2_Quote (TPM 2.0 Part 2 section 10.12.12): no signer, nonce or clock,
        # one selection.
        quote.write_bytes(struct.pack(">IHHH25xIHB", 0xFF544347, 0x8018, 0, 0, 1, 0x000B, 3) +
                          sum(1 << pcr for pcr in pcrs).to_bytes(3, "little")
                          + struct.pack(">H", 32) + digest)
        made = subprocess.run(["openssl", "dgst", "-sha256", "-sign", "fixtures/keys/rsa.pem",
                               quote], capture_output=True, check=True).stdout
        signature.write_bytes(struct.pack(">HHH", 0x0014, 0x000B, len(made)) + made)
        status, document = check(both, UKI, "--quote", quote, "--sig", signature,
                                 "--key", "fixtures/keys/rsa.pub")
        expect(f"a quote of {len(pcrs)} PCRs: {verdict}",
               document.get("verdict") == verdict and (status == 0) == (verdict == "match"))
    expect("and what is missing is named",
           "the quote does not have PCR 0-14, of" in document.get("why", ""))
    status, document = check(both, UKI, "--pcr", "16", "--quote", quote, "--sig", signature,
                             "--key", "fixtures/keys/rsa.pub")
    expect("of such PCRs alone nothing is known", document.get("verdict") == "unknown")


def spared(work):
    """No output destroys what is read; and what can be read but once is read once."""
    key = work / "key.pem"
    key.write_bytes(pathlib.Path("fixtures/keys/p256.pem").read_bytes())
    path = learn(work / "spared.json", UKI)
    table = work / "table.csv"
    subprocess.run([assay, "export", "--to", "csv", path, "-o", table], capture_output=True)
    for what, named, arguments in (
            ("a reference by its export", path, ("export", "--to", "csv", path, "-o", path)),
            ("a key by an export", key, ("export", "--to", "corim", path, "--key", key, "-o", key)),
            ("a reference by its signature", path,
             ("golden", "sign", path, "--key", key, "--detached", path)),
            ("a key by what it signs", key, ("golden", "sign", path, "--key", key, "-o", key)),
            ("what is imported", table, ("import", "--from", "csv", table, "-o", table))):
        before = named.read_bytes()
        made = subprocess.run([assay, *map(str, arguments)], capture_output=True, text=True)
        expect(f"{what} is not replaced",
               made.returncode == 2 and "is what is read" in made.stderr
               and named.read_bytes() == before)
    piped = subprocess.run(["sh", "-c", 'cat "$2" | "$1" export --to text /dev/stdin', "sh", assay,
                            path], capture_output=True, text=True, timeout=20)
    expect("a reference is read from a pipe by its name",
           piped.returncode == 0 and "sha256" in piped.stdout)
    for name in ("csv", "text", "tpm2-policy"):
        made = subprocess.run([assay, "import", "--from", name, table,
                               "--trust", "fixtures/keys/p256.pub"], capture_output=True, text=True)
        expect(f"--trust of {name}, which no signature is checked of, is refused",
               made.returncode == 2 and "--trust" in made.stderr and not made.stdout)


def recorded(work):
    both = learn(work / "both.json", UKI, SHIM)
    for machine in (UKI, SHIM):
        status, document = check(both, machine)
        expect(f"{machine.name} matches",
               (status, document["verdict"], document["variant"]) == (0, "match", machine.name))
        expect(f"{machine.name} is vouched for",
               document["vouched"] and not document["weak"] and not differing(document))
        status, document = check(both, machine / "eventlog.bin")
        expect(f"the log of {machine.name} matches by its own word",
               status == 0 and not document["vouched"])
        expect("and that is said", "no PCR value vouches" in document["why"])
        status, document = check(both, machine / "pcrs.json")
        expect(f"the values of {machine.name} match",
               status == 0 and document["variant"] == machine.name)
        values = altered_values(machine, work / "values.json", 4)
        status, document = check(both, machine / "eventlog.bin", values)
        expect("values that no log folds to", status == 1 and document["log_contradicts"])
        status, document = check(both, values)
        expect("other values in PCR 4",
               status == 1
               and {row["pcr"] for row in document["pcrs"] if row["outcome"] == "changed"} == {4})
    expect("another machine is none of them",
           check(both, MACHINES / "a5-efistub-6.12-ovmf2025")[0] == 1)
    expect("nor is it the variant that must be", check(both, UKI, "--variant", SHIM.name)[0] == 1)
    expect("a variant that there is not is trouble", check(both, UKI, "--variant", "other")[0] == 2)
    expect("what can't be read is trouble", check(both, work / "nothing")[0] == 2)
    expect("in SHA-1 alone it is weak", check(both, UKI, "-b", "sha1")[1]["weak"])
    expect("PCRs that are not wanted don't decide",
           check(both, SHIM / "eventlog.bin", altered_values(SHIM, work / "values.json", 4),
                 "-p", "7,14")[0] == 0)
    return both


def values_alone(work):
    """A list of PCR values knows no steps: the value of each PCR decides, whatever the logs say."""
    listed = work / "listed.json"
    for form in ("text", "corim"):
        steps = (("export", UKI, "--to", form, "-b", "sha256", "-p", "4,11", "-o", work / form),
                 ("import", work / form, "--from", form, "-o", listed))
        made = [subprocess.run([assay, *map(str, arguments)], capture_output=True).returncode
                for arguments in steps]
        expect(f"{form} is written and read back", made == [0, 0])
        status, document = check(listed, UKI)
        expect(f"{form}: the boot matches",
               status == 0 and document["vouched"] and not document["components"])
        expect(f"{form}: so does its log", check(listed, UKI / "eventlog.bin")[0] == 0)
        status, document = check(listed, SHIM)
        expect(f"{form}: another one doesn't, in its values",
               status == 1 and not differing(document))
        expect(f"{form}: and these are named",
               {row["pcr"] for row in document["pcrs"] if row["outcome"] == "changed"} == {4, 11})
        expect(f"{form}: no logs are asked for that are there",
               "list of values" in run("check", listed, SHIM).stdout)


def said(work, both):
    text = run("check", both, UKI)
    expect("text begins with the verdict",
           text.stdout.startswith("MATCH: ") and UKI.name in text.stdout.splitlines()[0])
    values = altered_values(UKI, work / "values.json", 9)
    text = run("check", both, values)
    expect("and with a mismatch",
           text.returncode == 1 and text.stdout.startswith("MISMATCH: PCR 9 "))
    expect("and says what to do", "\nNext: " in text.stdout)
    quiet = run("check", both, values, "--quiet")
    expect("quiet says nothing", (quiet.returncode, quiet.stdout, quiet.stderr) == (1, "", ""))
    now = "2026-01-02T03:04:05Z"
    line = run("check", both, UKI, "--format", "json", "--lines", "--at", now).stdout
    expect("--lines is one line", line.count("\n") == 1 and json.loads(line)["verdict"] == "match")
    expect("two runs say the same",
           line == run("check", both, UKI, "--format", "json", "--lines", "--at", now).stdout)


def validity(work):
    dated = learn(work / "dated.json", UKI, "--set", "not-before=2026-01-01T00:00:00Z",
                  "--set", "not-after=2026-12-31T00:00:00Z")
    for at, status in (("2025-12-31T23:59:59Z", 1), ("2026-01-01T00:00:00Z", 0),
                       ("2026-12-31T00:00:00Z", 0), ("2026-12-31T00:00:01Z", 1)):
        made, document = check(dated, UKI, "--at", at)
        expect(f"at {at}",
               made == status and document["reference"]["in_date"] == (status == 0)
               and document["at"] == at)
    expect("that is no moment", check(dated, UKI, "--at", "2026-02-31")[0] == 2)


def trusted(work, both):
    key, pub = work / "key.pem", work / "pub.pem"
    subprocess.run(["openssl", "genpkey", "-quiet", "-algorithm", "EC",
                    "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key], check=True)
    subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-out", pub], check=True)
    unsigned = run("check", both, UKI, "--trust", pub, "--format", "json")
    expect("what nobody signed is not trusted", (unsigned.returncode, unsigned.stdout) == (1, ""))
    signed = work / "signed.json"
    expect("signed", run("sign", both, "--key", key, "-o", signed).returncode == 0)
    status, document = check(signed, UKI, "--trust", pub)
    expect("and trusted", status == 0 and document["reference"]["trusted"])


def changed(work):
    old, new = learn(work / "old.json", UKI), learn(work / "new.json", SHIM)
    merged, left = work / "merged.json", work / "left.json"
    expect("merges", run("merge", old, new, "-o", merged).returncode == 0)
    expect("accepts both", check(merged, UKI)[0] == 0 and check(merged, SHIM)[0] == 0)
    expect("retires", run("retire", merged, "--variant", UKI.name, "-o", left).returncode == 0)
    expect("accepts what is left", check(left, SHIM)[0] == 0 and check(left, UKI)[0] == 1)
    kept = run("retire", merged, "--keep", SHIM.name)
    expect("what is kept is what isn't retired",
           kept.returncode == 0 and kept.stdout == left.read_text())
    # Where an image lay in memory is measured nowhere: of a shared one it is the first variant's.
    a, b = (json.loads(path.read_text(),
                       object_hook=lambda o: {k: v for k, v in o.items() if k != "data"})
            for path in (new, left))
    expect("it is the new one",
           all(a[member] == b[member] for member in ("steps", "logs", "inputs", "components")))
    expect("which says what it supersedes", "supersedes" in b and b["revision"] == 3)
    none = run("retire", left, "--variant", SHIM.name)
    expect("something has to be left",
           none.returncode == 2 and "merge what follows first" in none.stderr)
    expect("something has to be named", run("retire", merged).returncode == 2)


def twins(work):
    """Machines of which one thing was replaced before they booted."""
    rows = {
        ("b1-uki252", "b1s-uki252-second-boot"): {
            "g-b1-cmdline": ["cmdline"], "g-b1-initrd": ["initrd"], "i2-sata": ["boot-option"],
            "i4-optrom": ["option-rom"], "i5-2M": ["firmware"]},
        ("d1-shim-grub206-sb", "d1s-shim-grub206-sb-second-boot"): {
            "g-d1-bootorder": ["boot-option"], "g-d1-cmdline": ["cmdline"],
            "g-d1-dbx": ["secure-boot"],
            "g-d1-grubcfg-command": ["grub"], "g-d1-kernel": ["kernel", "initrd"],
            "g-d1-mok": ["shim"]},
    }
    for boots, altered in rows.items():
        reference = learn(work / "twins.json", *(BOOTS / boot for boot in boots))
        for boot in boots:
            expect(f"{boot} matches", check(reference, BOOTS / boot)[0] == 0)
        for boot, roles in altered.items():
            status, document = check(reference, BOOTS / boot)
            expect(f"{boot}: {roles}", status == 1 and differing(document) == roles)
    # The same boot, but for a TPM with SHA-1 alone: no file differs, boot_aggregate does.
    made = run("check", learn(work / "tis.json", BOOTS / "i1-tis"), BOOTS / "h3-sha1")
    expect("of another boot_aggregate the advice is of what the kernel hashes",
           made.returncode == 1 and "ima_hash=" in made.stdout and "package" not in made.stdout)


def commas(work):
    """A boot in one word, as learn and --host take it; a file of such a name is that file."""
    log, values = UKI / "eventlog.bin", UKI / "pcrs.json"
    reference = learn(work / "commas.json", UKI)
    apart, joined = check(reference, log, values), check(reference, f"{log},{values}")
    for _, document in (apart, joined):
        document.pop("at") # the clock went on in between
    expect("a log and values in one word are those in two", apart == joined and joined[0] == 0)
    odd = work / "log,of.bin"
    odd.write_bytes(log.read_bytes())
    expect("a file with a comma in its name is one file", check(reference, odd)[0] != 2)
    expect("of two words each is a file", check(reference, f"{log},{values}", values)[0] == 2)


def some_pcrs(work):
    """A reference learnt with --pcr knows which PCRs it is of: it is checked without."""
    reference = work / "some.json"
    expect("learns some PCRs",
           run("learn", "-p", "0-7", f"some={UKI}", "-o", reference).returncode == 0)
    expect("the reference says which",
           json.loads(reference.read_text())["variants"][0]["only_pcrs"] == "0-7")
    status, document = check(reference, UKI)
    expect("the whole boot matches", status == 0 and "learnt of PCR 0-7 alone" in document["why"])
    expect("another value of PCR 11 is not its business",
           check(reference, altered_values(UKI, work / "eleven.json", 11))[0] == 0)
    expect("one of PCR 4 is", check(reference, altered_values(UKI, work / "four.json", 4))[0] == 1)
    expect("fewer may be asked for", check(reference, UKI, "-p", "4")[0] == 0)
    status, document = check(reference, UKI, "-p", "4,11")
    expect("of PCR 11 it can't tell", status == 1 and document["verdict"] == "unknown")
    whole = learn(work / "whole.json", f"whole={UKI}")
    merged = work / "merged.json"
    expect("it merges with one of all",
           run("merge", reference, whole, "-o", merged).returncode == 0)
    expect("as another variant", len(json.loads(merged.read_text())["variants"]) == 2)
    expect("which decides where all are asked for",
           check(merged, UKI, "-p", "4,11")[1]["variant"] == "whole")
    shown = json.loads(run("show", reference, "--format", "json").stdout)
    jsonschema.validate(shown,
                        json.loads(pathlib.Path("man/assay-golden-show.schema.json").read_text()))
    expect("it is shown", shown["variants"][0]["only_pcrs"] == "0-7")
    jsonschema.validate(json.loads(reference.read_text()),
                        json.loads(pathlib.Path("man/assay-reference.schema.json").read_text()))


def machine(path, values, *parts):
    """A machine folder whose log is an empty file, with these PCR values and these parts of the UKI's."""
    path.mkdir()
    (path / "eventlog.bin").write_bytes(b"")
    (path / "pcrs.json").write_text(json.dumps(values))
    for part in parts:
        (path / part).write_bytes((UKI / part).read_bytes())
    return path


def said_empty(document):
    """The finding; of which log it is, no number says, as it is none of those that were read."""
    found = [one for one in document.get("findings", []) if one["code"] == "empty"]
    return len(found) == 1 and found[0]["detail"] == "eventlog.bin is an empty file" and "log" not in found[0]


def empty_logs(work):
    """A boot path may leave no log: the file is empty, that is said, and the values decide or nothing does."""
    values = json.loads((UKI / "pcrs.json").read_text())
    reference = learn(work / "uki.json", f"uki={UKI}")
    bare = machine(work / "bare", values)
    status, document = check(reference, bare)
    expect("values that a variant holds are that variant", (status, document["verdict"]) == (0, "match"))
    expect("an empty log is a finding", said_empty(document))
    expect("a person is told", "eventlog.bin is an empty file" in run("check", reference, bare).stdout)
    expect("and who wants none may fail on it", check(reference, bare, "--fail-on", "empty")[0] == 1)
    (bare / "eventlog.bin").unlink()
    status, document = check(reference, bare)
    expect("one that isn't there is none", status == 0 and document["findings"] == [])

    more = machine(work / "more", values, "ima.bin")
    status, document = check(reference, more)
    expect("the logs that there are go on to count", (status, document["verdict"]) == (0, "match") and said_empty(document))
    phase = {"pcr": 11, "digests": [{"hashAlg": "sha256", "digest": "00" * 32}], "content_type": "systemd",
             "content": {"eventType": "phase", "string": "x"}}
    (more / "tpm2-measure.log").write_text(f"\x1e{json.dumps(phase)}\n")
    status, document = check(reference, more)
    expect("beside two others it is neither", status == 1 and len(document["inputs"]) == 3 and said_empty(document))

    other = {bank: {**pcrs, "4": pcrs["4"][::-1]} for bank, pcrs in values.items()}
    status, document = check(reference, machine(work / "other", other))
    expect("another value is none", (status, document["verdict"]) == (1, "mismatch") and said_empty(document))
    fewer = {bank: {pcr: value for pcr, value in pcrs.items() if pcr != "4"} for bank, pcrs in values.items()}
    status, document = check(reference, machine(work / "fewer", fewer))
    expect("a value that is missing is not held", (status, document["verdict"]) == (1, "unknown"))
    expect("and which it is is said", "PCR 4," in document["why"])
    zeros = {bank: {pcr: "0" * len(value) for pcr, value in pcrs.items()} for bank, pcrs in values.items()}
    expect("a TPM that nothing was measured into is no match", check(reference, machine(work / "zeros", zeros))[0] == 1)
    events, write = events_of(UKI, work)
    last = [event for event in events if event["pcr"] == 4][-1]
    last["digests"] = [{**digest, "digest": digest["digest"][::-1]} for digest in last["digests"]]
    varies = work / "open.json"
    expect("learns what varies", run("learn", f"v={UKI / 'eventlog.bin'}", f"v={write('v.cel', events)}", "-o", varies).returncode == 0)
    status, document = check(varies, machine(work / "varying", values))
    expect("where the log would tell, values don't", (status, document["verdict"]) == (1, "unknown") and "PCR 4," in document["why"])

    nothing = machine(work / "nothing", values)
    refused = run("learn", nothing, "-o", work / "never.json")
    expect("nothing is learnt of it", refused.returncode == 2 and not (work / "never.json").exists())
    expect("and why is said", "eventlog.bin: the input is empty" in refused.stderr)
    expect("an empty file that is named is trouble", check(reference, nothing / "eventlog.bin", nothing / "pcrs.json")[0] == 2)
    (nothing / "pcrs.json").unlink()
    refused = run("check", reference, nothing)
    if BOOTS.exists():
        without = BOOTS / "e1-shim-grub206-nosb"
        expect("a recorded boot that left no log is the one whose values were learnt",
               check(learn(work / "e1.json", without / "pcrs.json"), without)[0] == 0)
        expect("and not the one with Secure Boot on", check(learn(work / "d1.json", SHIM), without)[0] == 1)
    expect("without values nothing can decide", refused.returncode == 2 and "eventlog.bin: the input is empty" in refused.stderr)


def narrow(work):
    """SHA-256 fits into a terminal of 80 columns, beside what it is of."""
    made = run("check", learn(work / "narrow.json", UKI), SHIM)
    lines = made.stdout.splitlines()
    expect("another boot's values and digests are shown", made.returncode == 1
           and any(line.startswith("    holds ") for line in lines)
           and any(line.startswith("      sha256 ") for line in lines))
    expect("in 80 columns", max(map(len, lines)) <= 80)


with tempfile.TemporaryDirectory() as folder:
    work = pathlib.Path(folder)
    narrow(work)
    empty_logs(work)
    some_pcrs(work)
    commas(work)
    both = recorded(work)
    values_alone(work)
    withheld(work)
    vouching(work)
    quoted(work)
    spared(work)
    said(work, both)
    validity(work)
    trusted(work, both)
    changed(work)
    if BOOTS.exists():
        twins(work)
finish()
