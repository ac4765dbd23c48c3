#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""assay lcp sign, tbs and addsig against plain openssl, and tboot's tool where it is installed:
lcp_sign.py ASSAY

Lists are put together here, and what is signed is taken out of them here, by the layouts of the TXT
Software Development Guide, so that a mistake of assay's isn't made twice."""
import hashlib
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

import jsonschema

from suite import expect, finish

assay = os.path.abspath(sys.argv[1])
folder = tempfile.TemporaryDirectory()
work = pathlib.Path(folder.name)
element = pathlib.Path("fixtures/policies/lcp/mle2-sha256.elt").read_bytes()
legacy = pathlib.Path("fixtures/policies/lcp/mle-legacy.elt").read_bytes()
schemas = {verb: json.loads(pathlib.Path(f"man/assay-lcp-{verb}.schema.json").read_text())
           for verb in ("sign", "tbs", "addsig")}


def openssl(*arguments):
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True,
                          stdin=subprocess.DEVNULL)


def run(*arguments, **more):
    return subprocess.run([assay, "lcp", *map(str, arguments)], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, **more)


def document(verb, *arguments):
    said = run(verb, "--format", "json", *arguments)
    found = json.loads(said.stdout)
    jsonschema.Draft202012Validator(schemas[verb]).validate(found)
    return found


for verb, schema in schemas.items():
    jsonschema.Draft202012Validator.check_schema(schema)
    expect(f"the schema of lcp {verb} doesn't take an empty object",
           not jsonschema.Draft202012Validator(schema).is_valid({}))


# --- keys and lists ---------------------------------------------------------------------------

def make_key(name, *how):
    openssl("genpkey", *how, "-out", work / f"{name}.pem")
    openssl("pkey", "-in", work / f"{name}.pem", "-pubout", "-out", work / f"{name}.pub")


for name, bits in (("rsa1024", 1024), ("rsa2048", 2048), ("other", 2048), ("rsa3072", 3072),
                   ("rsa4096", 4096)):
    make_key(name, "-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{bits}")
for name, curve in (("p256", "P-256"), ("p384", "P-384"), ("p521", "P-521"), ("sm2", "SM2")):
    make_key(name, "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{curve}")
make_key("ed25519", "-algorithm", "ED25519")
for name in ("rsa2048", "p256"):
    openssl("pkey", "-in", work / f"{name}.pem", "-outform", "DER", "-out", work / f"{name}.der")


def unsigned(version):
    middle = {1: b"\0\0", 2: b"\x10\0", 3: b"\0\0"}[version >> 8]
    content = legacy if version >> 8 == 1 else element
    return struct.pack("<H", version) + middle + struct.pack("<I", len(content)) + content


lists = {}
for version in (0x100, 0x200, 0x201, 0x300):
    lists[version] = work / f"l{version:x}.lst"
    lists[version].write_bytes(unsigned(version))


class Layout:
    """Where things are in a signed list."""

    def __init__(self, data):
        self.version, alg, size = struct.unpack_from("<HHI", data)
        at = 8 + size
        if self.version == 0x300:
            assert alg == at + 2
            self.rev, = struct.unpack_from("<H", data, at)
            _, kind, _, bits = struct.unpack_from("<BHBH", data, at + 2)
            at += 2 + 6
            if kind == 1:
                assert struct.unpack_from("<I", data, at) == (65537,)
                at += 4
            length = bits // 8 * (1 if kind == 1 else 2)
            self.key = data[at:at + length]
            at += length
            self.scheme, _, again, self.hash = struct.unpack_from("<HBHH", data, at)
            assert again == bits
            at += 7
            self.covered = data[:alg]
        else:
            self.rev, length = struct.unpack_from("<HH", data, at)
            self.scheme = {0x100: 0x14, 0x14: 0x14}.get(alg, alg)
            at += 4
            if self.scheme != 0x14:
                assert data[at:at + 4] == bytes(4)
                at += 4
                length *= 2
            self.key = data[at:at + length]
            at += length
            self.covered = data[:at]
        self.ecc = self.scheme in (0x18, 0x1b)
        self.signature = data[at:]
        assert len(self.signature) == len(self.key)

    def big_endian(self):
        if not self.ecc:
            return self.signature[::-1]
        half = len(self.signature) // 2
        return self.signature[half - 1::-1] + self.signature[:half - 1:-1]


def der(numbers):
    """SEQUENCE of two INTEGERs."""
    out = b""
    half = len(numbers) // 2
    for number in (numbers[:half], numbers[half:]):
        number = number.lstrip(b"\0") or b"\0"
        number = (b"\0" if number[0] >= 0x80 else b"") + number
        out += b"\x02" + bytes([len(number)]) + number
    return b"\x30" + bytes([len(out)]) + out


PSS = ("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest")


def openssl_verifies(path, key, md):
    layout = Layout(path.read_bytes())
    (work / "covered").write_bytes(layout.covered)
    (work / "sig").write_bytes(der(layout.big_endian()) if layout.ecc else layout.big_endian())
    return openssl("dgst", f"-{md}", "-verify", work / f"{key}.pub",
                   *(PSS if layout.scheme == 0x16 else ()),
                   "-signature", work / "sig", work / "covered").returncode == 0


CASES = [(0x100, "rsa2048", "rsassa", "sha1"), (0x100, "rsa3072", "rsassa", "sha1")]
for version in (0x200, 0x201):
    CASES += [(version, "rsa2048", "rsassa", "sha256"), (version, "rsa3072", "rsassa", "sha384"),
              (version, "p256", "ecdsa", "sha256"), (version, "p384", "ecdsa", "sha384"),
              (version, "sm2", "sm2", "sm3")]
CASES += [(0x300, "rsa2048", "rsapss", "sha256"), (0x300, "rsa3072", "rsapss", "sha256"),
          (0x300, "rsa3072", "rsapss", "sha384"),
          (0x300, "p256", "ecdsa", "sha256"), (0x300, "p384", "ecdsa", "sha384"),
          (0x300, "sm2", "sm2", "sm3")]
tool = shutil.which("lcp2_crtpollist", path=os.environ.get("PATH", "") + ":/usr/sbin")
NAMES = {"sm3": "sm3_256"}

# --- signed here, checked by others -----------------------------------------------------------

out = work / "out.lst"
for version, key, scheme, md in CASES:
    case = f"list {version:x} signed by {scheme} of {key} with {md}"
    said = document("sign", lists[version], "--key", work / f"{key}.pem", "--hash-alg", md,
                    "--rev", "515", "-o", out)
    data = out.read_bytes()
    layout = Layout(data)
    expect(f"{case}: openssl verifies it", openssl_verifies(out, key, md))
    expect(f"{case}: the counter is there", layout.rev == 515)
    expect(f"{case}: the document says how",
           said["list"]["scheme"] == scheme and said["list"]["hash_alg"] == NAMES.get(md, md))
    expect(f"{case}: and with which key",
           said["list"]["key_sha256"] == hashlib.sha256(layout.key).hexdigest())
    expect(f"{case}: and what was written",
           said["written"]["sha256"] == hashlib.sha256(data).hexdigest())
    expect(f"{case}: a policy with the unsigned list is another", not said["policy_hash_stays"])
    if tool and version == 0x300 and scheme == "rsapss":
        told = subprocess.run([tool, "--verify", out], capture_output=True, text=True)
        expect(f"{case}: tboot's tool verifies it",
               "Verification successful" in told.stdout + told.stderr)
    if tool and scheme == "rsassa":
        theirs = work / "theirs.lst"
        theirs.write_bytes(unsigned(version))
        subprocess.run([tool, "--sign", "--sigalg", "rsa", "--hashalg", md,
                        "--pub", work / f"{key}.pub", "--priv",
                        work / f"{key}.pem", "--rev", "515", "--out", theirs], capture_output=True)
        expect(f"{case}: tboot's tool makes the same", theirs.read_bytes() == data)

    # --- and by a key elsewhere ---------------------------------------------------------------
    tbs, prepared, signature, added = (
        work / name for name in ("tbs", "prepared.lst", "signature", "added.lst"))
    said = document("tbs", lists[version], "--pub", work / f"{key}.pub", "--hash-alg", md,
                    "--rev", "515", "-o", tbs, "--prepared", prepared)
    expect(f"{case}: what must be signed is what a signed list covers",
           tbs.read_bytes() == layout.covered)
    expect(f"{case}: the prepared list waits",
           not said["list"]["signed"]
           and prepared.read_bytes() == data[:-len(layout.signature)]
           + bytes(len(layout.signature)))
    made = openssl("dgst", f"-{md}", "-sign", work / f"{key}.pem",
                   *(PSS if scheme == "rsapss" else ()), "-out", signature, tbs)
    expect(f"{case}: openssl signs it", made.returncode == 0)
    document("addsig", prepared, "--sig", signature, "-o", added)
    expect(f"{case}: the list with openssl's signature is good for openssl",
           openssl_verifies(added, key, md))
    if scheme == "rsassa":
        expect(f"{case}: the long way makes the same list", added.read_bytes() == data)
    stored = Layout(added.read_bytes())
    for form, content in (("raw", stored.big_endian()), ("le", stored.signature)):
        (work / "form").write_bytes(content)
        again = run("addsig", prepared, "--sig", work / "form", "--sig-format", form,
                    "-o", work / "form.lst")
        expect(f"{case}: a signature as {form} does",
               again.returncode == 0 and (work / "form.lst").read_bytes() == added.read_bytes())
    (work / "form").write_bytes(stored.signature)
    again = run("addsig", prepared, "--sig", work / "form", "--sig-format", "raw",
                "-o", work / "no.lst")
    expect(f"{case}: in the wrong byte order it is refused, with the form that it has",
           again.returncode == 1 and "--sig-format le" in again.stderr
           and not (work / "no.lst").exists())
    broken = bytearray(stored.big_endian())
    broken[-1] ^= 1
    (work / "form").write_bytes(broken)
    again = run("addsig", prepared, "--sig", work / "form", "-o", work / "no.lst")
    expect(f"{case}: a wrong signature is refused and nothing written",
           again.returncode == 1 and not (work / "no.lst").exists())
    document("tbs", lists[version], "--pub", work / f"{key}.pub", "--hash-alg", md, "--rev", "515",
             "--digest", "-o", tbs, "--prepared", prepared)
    padding = ("-pkeyopt", "rsa_padding_mode:pss",
               "-pkeyopt", "rsa_pss_saltlen:digest") if scheme == "rsapss" else ()
    digest = ("-pkeyopt", f"digest:{md}") if scheme != "sm2" else ()
    openssl("pkeyutl", "-sign", "-inkey", work / f"{key}.pem", "-in", tbs, "-out", signature,
            *digest, *padding)
    expect(f"{case}: the digest can be signed as well",
           run("addsig", prepared, "--sig", signature, "-o", added).returncode == 0)

# --- what is refused --------------------------------------------------------------------------


def refused(sentence, status, words, *arguments, **more):
    target = work / "refused.lst"
    said = run(*arguments, "-o", target, **more)
    expect(f"{sentence}: status {status}, and was {said.returncode}: {said.stderr}",
           said.returncode == status)
    expect(f"{sentence}: it is said: {said.stderr}",
           words in said.stderr and "hint: " in said.stderr)
    expect(f"{sentence}: nothing is written", not target.exists())


def key(name):
    return ("--key", work / f"{name}.pem")


refused("RSA-4096", 1, "hardware takes RSA-2048 and RSA-3072, P-256, P-384 and SM2", "sign",
        lists[0x200], *key("rsa4096"))
refused("P-521", 1, "hardware takes RSA-2048", "sign", lists[0x200], *key("p521"), "--force")
refused("RSA-1024", 1, "--force", "sign", lists[0x200], *key("rsa1024"))
refused("SHA-1 in a list 2.0", 1, "--force", "sign", lists[0x200], *key("rsa2048"),
        "--hash-alg", "sha1")
refused("SHA-1 in a list 3.0, forced or not", 1, "3.0", "sign", lists[0x300], *key("rsa2048"),
        "--hash-alg", "sha1", "--force")
refused("SHA-256 in a list 1.0", 1, "SHA-1 alone", "sign", lists[0x100], *key("rsa2048"),
        "--hash-alg", "sha256")
refused("RSA-2048 with SHA-384", 1, "LcpSignAlgMask", "sign", lists[0x200], *key("rsa2048"),
        "--hash-alg", "sha384")
refused("SM3 with RSA", 1, "SHA-256, SHA-384 or SHA-512", "sign", lists[0x200], *key("rsa2048"),
        "--hash-alg", "sm3")
refused("P-256 with SHA-384", 1, "each curve has its hash", "sign", lists[0x200], *key("p256"),
        "--hash-alg", "sha384")
refused("PSS in a list 2.0", 1, "not with rsapss", "sign", lists[0x200], *key("rsa2048"),
        "--scheme", "rsapss")
refused("PKCS #1 in a list 3.0", 1, "not with rsassa", "sign", lists[0x300], *key("rsa2048"),
        "--scheme", "rsassa")
refused("ECDSA by an RSA key", 1, "isn't one of such a key", "sign", lists[0x200], *key("rsa2048"),
        "--scheme", "ecdsa")
refused("SM2 by P-256", 1, "isn't one of such a key", "sign", lists[0x200], *key("p256"),
        "--scheme", "sm2")
refused("a curve in a list 1.0", 1, "RSA alone", "sign", lists[0x100], *key("p256"))
refused("a public key of another", 1, "not that of --key", "sign", lists[0x200], *key("rsa2048"),
        "--pub", work / "other.pub")
refused("a counter of 17 bits", 2, "0 to 65535", "sign", lists[0x200], *key("rsa2048"),
        "--rev", "65536")
refused("a counter below 0", 2, "0 to 65535", "sign", lists[0x200], *key("rsa2048"), "--rev=-1")
refused("an Ed25519 key", 2, "neither of RSA nor of an elliptic curve", "sign", lists[0x200],
        *key("ed25519"))
refused("a public key where the private is wanted", 2, "a public key is here", "sign", lists[0x200],
        "--key", work / "rsa2048.pub")
refused("no such file", 2, "No such file", "sign", lists[0x200], "--key", work / "nosuch")
refused("a list for a key", 2, "no key here", "sign", lists[0x200], "--key", lists[0x200])
(work / "empty").write_bytes(b"")
refused("an empty file", 2, "empty", "sign", lists[0x200], "--key", work / "empty")
(work / "torn.pem").write_bytes((work / "rsa2048.pem").read_bytes()[:300])
refused("a torn key", 2, "no key here", "sign", lists[0x200], "--key", work / "torn.pem")
refused("a URI without a provider", 2, "no provider is loaded", "sign", lists[0x200],
        "--key", "pkcs11:token=x")
refused("a provider that there isn't", 2, "can't be loaded", "sign", lists[0x200],
        "--key", "pkcs11:token=x", "--provider", "nosuch")
refused("an engine that there isn't", 2, "engine", "sign", lists[0x200], "--key", "x",
        "--engine", "nosuch")
refused("no key", 2, "--key is missing", "sign", lists[0x200])
refused("a list in a list", 2, "policy data", "sign", lists[0x200], *key("rsa2048"), "--list", "1")
(work / "long.lst").write_bytes(unsigned(0x200) + b"x")
refused("bytes after the list", 2, "1 bytes follow the list, at byte 58", "sign", work / "long.lst",
        *key("rsa2048"))
(work / "short.lst").write_bytes(unsigned(0x200)[:-1])
refused("a list cut short", 2, "at byte 4 (field PolicyElementsSize)", "sign", work / "short.lst",
        *key("rsa2048"))
big = struct.pack("<HHI", 0x300, 0,
                  28 + 65500) + struct.pack("<III", 28 + 65500, 0x13, 0) + bytes(16 + 65500)
(work / "big.lst").write_bytes(big)
refused("a list 3.0 whose key would lie beyond 16 bits", 2, "KeySignatureOffset", "sign",
        work / "big.lst", *key("rsa2048"))
refused("a signature for a list without a place", 1, "no place", "addsig", lists[0x200],
        "--sig", work / "signature")
(work / "three").write_bytes(b"abc")
refused("a signature of another size", 2, "has 3 bytes", "addsig", prepared,
        "--sig", work / "three")
refused("one file for two", 2, "same file", "tbs", lists[0x200], "--pub", work / "p256.pub",
        "--prepared", work / "refused.lst")
half = run("tbs", lists[0x200], "--pub", work / "p256.pub", "--prepared", work / "half",
           "-o", work / "nosuch" / "file")
expect("where one file can't be written the other isn't",
       half.returncode == 2 and not (work / "half").exists())
expect("without --output nothing is done",
       run("sign", lists[0x200], *key("rsa2048")).returncode == 2)

forced = run("sign", lists[0x200], *key("rsa1024"), "--force", "-o", out)
expect("RSA-1024 forced: a warning",
       forced.returncode == 0 and "warning: RSA-1024" in forced.stderr)
forced = run("sign", lists[0x200], *key("rsa2048"), "--hash-alg", "sha1", "--force", "-o", out)
expect("SHA-1 forced: a warning", forced.returncode == 0 and "warning: SHA-1" in forced.stderr)
said = run("sign", lists[0x100], *key("rsa2048"), "-o", out)
expect("SHA-1 in a list 1.0: no warning, but it is said",
       said.returncode == 0 and said.stderr == "" and "SHA-1, which is all" in said.stdout)

# --- signing anew -----------------------------------------------------------------------------

signed = work / "signed.lst"
run("sign", lists[0x200], *key("rsa2048"), "--rev", "7", "-o", signed)
refused("a signed list", 1, "signed already", "sign", signed, *key("rsa2048"))
refused("what a signed list would be", 1, "signed already", "tbs", signed,
        "--pub", work / "other.pub", "--prepared", work / "refused2")
same = document("sign", signed, *key("rsa2048"), "--replace", "-o", out)
expect("signed anew with the same key it is the same list",
       out.read_bytes() == signed.read_bytes() and same["policy_hash_stays"])
other = document("sign", signed, *key("other"), "--replace", "-o", out)
expect("with another key PolicyHash changes, the counter stays",
       not other["policy_hash_stays"] and other["list"]["revocation_counter"] == 7)
expect("a key's other notations make the same", all(
    run("sign", lists[0x200], "--key", name, "--rev", "7", "-o", out).returncode == 0
    and out.read_bytes() == signed.read_bytes()
    for name in (work / "rsa2048.der", f"file:{work}/rsa2048.pem")))

# --- passphrases ------------------------------------------------------------------------------

openssl("req", "-x509", "-new", "-key", work / "rsa2048.pem", "-subj", "/CN=example",
        "-out", work / "cert.pem")
openssl("pkey", "-in", work / "rsa2048.pem", "-aes256", "-passout", "pass:open",
        "-out", work / "locked8.pem")
openssl("rsa", "-in", work / "rsa2048.pem", "-traditional", "-aes256", "-passout", "pass:open",
        "-out", work / "locked1.pem")
openssl("pkcs12", "-export", "-in", work / "cert.pem", "-inkey", work / "rsa2048.pem",
        "-passout", "pass:open", "-out", work / "locked12.p12")
(work / "right").write_text("open\n")
(work / "wrong").write_text("shut\n")
for name in ("locked8.pem", "locked1.pem", "locked12.p12"):
    arguments = ("sign", lists[0x200], "--key", work / name, "--rev", "7")
    opened = run(*arguments, "--passphrase-file", work / "right", "-o", out)
    expect(f"{name} opens with its passphrase",
           opened.returncode == 0 and out.read_bytes() == signed.read_bytes())
    opened = run(*arguments, "--passphrase-env", "EXAMPLE", "-o", out,
                 env={**os.environ, "EXAMPLE": "open"})
    expect(f"{name} opens with the environment's", opened.returncode == 0)
    refused(f"{name} with a wrong passphrase", 2, "passphrase is wrong", *arguments,
            "--passphrase-file", work / "wrong")
    refused(f"{name} with no passphrase", 2, "no passphrase", *arguments, start_new_session=True)
expect("a certificate's key is compared",
       run("sign", lists[0x200], *key("rsa2048"), "--pub", work / "cert.pem",
           "-o", out).returncode == 0)
refused("a certificate for a private key", 2, "a certificate is here", "sign", lists[0x200],
        "--key", work / "cert.pem")

# --- a list of a policy data file -------------------------------------------------------------

run("sign", lists[0x201], *key("other"), "-o", work / "second.lst")
head = b"Intel(R) TXT LCP_POLICY_DATA".ljust(32, b"\0") + b"\0\0\0"
parts = [unsigned(0x200), (work / "second.lst").read_bytes(), unsigned(0x300)]
data = work / "policy.dat"
data.write_bytes(head + bytes([3]) + b"".join(parts))
said = document("sign", data, "--list", "2", *key("rsa2048"), "-o", out)
changed = out.read_bytes()
expect("of a policy data file one list changes",
       changed.startswith(head + b"\x03" + parts[0] + parts[1]) and said["list"]["number"] == 2)
third = work / "third.lst"
third.write_bytes(changed[36 + len(parts[0]) + len(parts[1]):])
expect("and openssl verifies it", openssl_verifies(third, "rsa2048", "sha256"))
said = document("sign", data, "--list", "1", *key("other"), "--replace", "--rev", "9", "-o", out)
expect("signed anew with its key PolicyHash stays",
       said["policy_hash_stays"] and said["list"]["revocation_counter"] == 9)
expect("the lists around it too",
       out.read_bytes().endswith(parts[2])
       and out.read_bytes().startswith(head + b"\x03" + parts[0]))
refused("a key that another list has", 1, "list 1 of the file is signed with this key already",
        "sign", data, "--list", "0", *key("other"))
refused("a list that there isn't", 2, "there is no list 3", "sign", data, "--list", "3",
        *key("rsa2048"))
refused("no number among three lists", 2, "has 3 lists", "sign", data, *key("rsa2048"))
offline = run("tbs", data, "--list", "0", "--pub", work / "p256.pub", "-o", tbs,
              "--prepared", prepared)
openssl("dgst", "-sha256", "-sign", work / "p256.pem", "-out", signature, tbs)
offline = run("addsig", prepared, "--list", "0", "--sig", signature, "-o", out)
expect("a list of it can be signed elsewhere", offline.returncode == 0)
(work / "first.lst").write_bytes(out.read_bytes()[36:-len(parts[1]) - len(parts[2])])
expect("and openssl verifies that", openssl_verifies(work / "first.lst", "p256", "sha256"))

encrypted = ("sign", lists[0x200], "--key", work / "locked8.pem")
refused("a passphrase of a variable that isn't set", 2, "no 'NOWHERE'", *encrypted,
        "--passphrase-env", "NOWHERE")
refused("a passphrase of no file", 2, "no-passphrase: cannot open", *encrypted,
        "--passphrase-file", work / "no-passphrase")
refused("two passphrases", 2, "contradict each other", *encrypted,
        "--passphrase-file", work / "right", "--passphrase-env", "HOME")
said = run("sign", lists[0x200], "--key", "pkcs11:token=t;pin-value=98765;object=k", "-o", out)
expect(f"a PIN in a URI is not printed: {said.stderr}",
       said.returncode == 2 and "98765" not in said.stderr and "token=t" in said.stderr)
for version in (0x200, 0x300):
    said = run("sign", lists[version], *key("rsa2048"), "-o", out)
    expect(f"80 columns suffice: {said.stdout}",
           said.returncode == 0
           and max(map(len, (l for l in said.stdout.splitlines() if "/" not in l))) <= 80)

# --- keys that stay where they are ------------------------------------------------------------


def first(*patterns):
    return next((str(path) for pattern in patterns
                 for path in sorted(pathlib.Path("/usr/lib").glob(pattern))), None)


def signs_everywhere(where, arguments, md="sha256"):
    """With a key that isn't in a file: a list of each kind, compared with the key's public part."""
    for version in (0x200, 0x300):
        said = run("sign", lists[version], *arguments, "-o", out)
        expect(f"{where} signs a list {version:x}: {said.stderr}",
               said.returncode == 0 and openssl_verifies(out, "kept", md))


def try_pkcs11(module):
    (work / "tokens").mkdir()
    (work / "softhsm.conf").write_text(f"directories.tokendir = {work}/tokens\n")
    os.environ |= {"SOFTHSM2_CONF": str(work / "softhsm.conf"), "PKCS11_MODULE_PATH": module}
    (work / "pin").write_text("4321\n")
    subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", "t", "--so-pin", "1234",
                    "--pin", "4321"], capture_output=True)
    for number, kind in (("01", "rsa:2048"), ("02", "EC:prime256v1")):
        tool = ["pkcs11-tool", "--module", module, "--login", "--pin", "4321"]
        subprocess.run([*tool, "--keypairgen", "--key-type", kind, "--id", number,
                        "--label", f"k{number}"], capture_output=True)
        subprocess.run([*tool, "--read-object", "--type", "pubkey", "--id", number,
                        "-o", work / "kept.der"], capture_output=True)
        openssl("pkey", "-pubin", "-inform", "DER", "-in", work / "kept.der",
                "-out", work / "kept.pub")
        uri = f"pkcs11:token=t;object=k{number};type=private"
        signs_everywhere(f"PKCS #11, {kind}",
                         ("--engine", "pkcs11", "--key", uri, "--pub", work / "kept.pub",
                          "--passphrase-file", work / "pin"))
    # The engine leaves what it allocated when a login fails.
    refused("a token with a wrong PIN", 2, "is the PIN right?", "sign", lists[0x200],
            "--engine", "pkcs11", "--key", uri,
            "--passphrase-file", work / "wrong",
            env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})


def try_tpm():
    state = work / "tpm"
    state.mkdir()
    tpm = subprocess.Popen(["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={state}",
                            "--server", f"type=unixio,path={state}/socket", "--ctrl",
                            f"type=unixio,path={state}/socket.ctrl",
                            "--flags", "not-need-init,startup-clear"], stderr=subprocess.DEVNULL)
    os.environ |= {name: f"swtpm:path={state}/socket"
                   for name in ("TPM2TOOLS_TCTI", "TPM2OPENSSL_TCTI")}
    attributes = "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign"
    for handle, kind in ((0x81000001, "rsa2048"), (0x81000002, "ecc256")):
        for command in ("createprimary -C o -G rsa2048 -c primary", "flushcontext -t",
                        f"create -C primary -G {kind} -u public -r private -a {attributes}",
                        "flushcontext -t",
                        "load -C primary -u public -r private -c key", "flushcontext -t",
                        f"evictcontrol -C o -c key {handle:#x}",
                        f"readpublic -c {handle:#x} -f pem -o kept.pub", "flushcontext -t"):
            subprocess.run(["tpm2", *command.split()], cwd=work, capture_output=True)
        signs_everywhere(f"a TPM, {kind}", ("--provider", "tpm2", "--key", f"handle:{handle:#x}"))
    tpm.terminate()
    tpm.wait()


softhsm = first("softhsm/libsofthsm2.so", "*/softhsm/libsofthsm2.so")
if (softhsm and first("*/engines-3/pkcs11.so")
        and all(map(shutil.which, ("pkcs11-tool", "softhsm2-util")))):
    try_pkcs11(softhsm)
else:
    print("skipped: SoftHSM, pkcs11-tool or libcrypto's engine for PKCS #11 is not installed, "
          "so no key of a token signs")
if first("*/ossl-modules/tpm2.so") and shutil.which("swtpm") and shutil.which("tpm2"):
    try_tpm()
else:
    print("skipped: libcrypto's provider for TPMs, tpm2-tools or swtpm is not installed, "
          "so no key of a TPM signs")
if not tool:
    print("skipped: lcp2_crtpollist is not installed, so its lists are not compared")

finish()
