#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What tpm2_pcrextend takes of a log's events: events.py ASSAY LOG [CHANGED]. Of PCR CHANGED the
last event gets another digest."""
import json
import subprocess
import sys

assay, log, changed = (sys.argv[1:] + [""])[:3]
shown = subprocess.run([assay, "show", "--format", "json", log], capture_output=True,
                       check=True).stdout
events = [event for event in json.loads(shown)["events"] if event["type_name"] != "EV_NO_ACTION"]
last = max((at for at, event in enumerate(events) if str(event["pcr"]) == changed), default=None)
for at, event in enumerate(events):
    flip = int(at == last)
    print("%d:%s" % (event["pcr"], ",".join(f"{alg}={int(digest[0], 16) ^ flip:x}{digest[1:]}"
                                            for alg, digest in event["digests"].items())))
