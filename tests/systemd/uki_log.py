#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What systemd-stub measures into PCR 11 of sections in files, as CEL-JSON: of each its name with
a NUL, then its content (systemd-stub(7)).

    uki_log.py .linux=FILE .osrel=FILE ...
"""
import hashlib
import json
import sys

BANKS = ("sha1", "sha256", "sha384", "sha512")


def record(number, data, name):
    return {"pcr": 11, "recnum": number,
            "digests": [{"hashAlg": bank, "digest": hashlib.new(bank, data).hexdigest()}
                        for bank in BANKS],
            "content_type": "pcclient_std",
            "content": {"event_type": "EV_IPL",
                        "event_data": (name + "\0").encode("utf-16le").hex()}}


records = []
for argument in sys.argv[1:]:
    name, path = argument.split("=", 1)
    with open(path, "rb") as file:
        for measured in (name.encode() + b"\0", file.read()):
            records.append(record(len(records) + 1, measured, name))
json.dump(records, sys.stdout)
