#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Holds two files of signed policies against each other, OURS and one by systemd-measure, and
checks every signature of OURS by openssl: same_signatures.py OURS THEIRS PUBLIC.pem

The bytes of a signature are the same in the bank of SHA-256 alone: systemd-measure hashes the
policy by the bank's algorithm, and what systemd gives to the TPM says SHA-256 in every bank.
"""
import base64
import json
import subprocess
import sys
import tempfile

ours, theirs = (json.load(open(path)) for path in sys.argv[1:3])


def without_signature(entries):
    return [{name: entry[name] for name in entry if name != "sig"} for entry in entries]


def is_good(entry):
    with tempfile.NamedTemporaryFile() as policy, tempfile.NamedTemporaryFile() as signature:
        policy.write(bytes.fromhex(entry["pol"]))
        signature.write(base64.b64decode(entry["sig"]))
        policy.flush()
        signature.flush()
        return subprocess.run(["openssl", "dgst", "-sha256", "-verify", sys.argv[3], "-signature",
                               signature.name, policy.name],
                              stdout=subprocess.DEVNULL).returncode == 0


assert list(ours) == list(theirs), (list(ours), list(theirs))
for bank in ours:
    assert list(ours[bank][0]) == list(theirs[bank][0]), "members in another order"
    assert without_signature(ours[bank]) == without_signature(theirs[bank]), bank
    assert all(is_good(entry) for entry in ours[bank]), bank
assert ours["sha256"] == theirs["sha256"]
