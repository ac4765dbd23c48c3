#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""assay export of hosts to OpenStack: export_openstack.py ASSAY

What is written is given to a TrustedFilter in a few lines, to the schemas of nova's and Placement's
requests in our own words, and the scripts run with an `openstack` that tells what it was told."""
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema

from suite import expect, finish

assay = os.path.abspath(sys.argv[1])
folder = tempfile.TemporaryDirectory()
work = pathlib.Path(folder.name)
machines = pathlib.Path("fixtures/machines")
good, bad = machines / "c5-sdboot257-type2-sb", machines / "b1-uki252"
hosts = ["--host", f"good={good}", "--host", f"bad={bad}"]
uuid = "11111111-2222-4333-8444-555555555555"

# PUT /os-services/{id}, compute 2.53; a reason goes with "disabled" alone.
service_schema = {
    "type": "object",
    "properties": {
        "status": {"enum": ["enabled", "disabled"]},
        "disabled_reason": {"type": "string", "minLength": 1, "maxLength": 255},
        "forced_down": {"type": "boolean"},
    },
    "additionalProperties": False,
    "if": {"properties": {"status": {"const": "enabled"}}},
    "then": {"not": {"required": ["disabled_reason"]}},
}

# PUT /resource_providers/{uuid}/traits, placement 1.6.
traits_schema = {
    "type": "object",
    "properties": {
        "traits": {"type": "array", "uniqueItems": True,
                   "items": {"type": "string", "minLength": 1, "maxLength": 255,
                             "pattern": "^[A-Z0-9_]+$"}},
        "resource_provider_generation": {"type": "integer"},
    },
    "required": ["traits", "resource_provider_generation"],
    "additionalProperties": False,
}


def run(*arguments):
    return subprocess.run([assay, *map(str, arguments)], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)


def level(answer, host):
    """As TrustedFilter read it: a list, and a time as text of one of two forms."""
    for each in answer["hosts"]:
        if each["host_name"] != host:
            continue
        for form in ("%Y-%m-%dT%H:%M:%SZ", "%a %b %d %H:%M:%S %Y"):
            try:
                datetime.datetime.strptime(each["vtime"], form)  # a number raises TypeError
                return each["trust_lvl"]
            except ValueError:
                pass
    return "unknown"


reference = work / "reference.json"
expect("a boot is learnt", run("golden", "learn", good, "-o", reference).returncode == 0)
said = run("export", reference, "--to", "openstack-pollhosts", *hosts)
answer = json.loads(said.stdout)
expect("the filter trusts who booted it", level(answer, "good") == "trusted")
expect("and nobody else",
       level(answer, "bad") == "untrusted" and level(answer, "other") == "unknown")
expect("that the filter is gone is said", "Queens" in said.stderr)
expect("without hosts there is nothing to say",
       run("export", reference, "--to", "openstack-pollhosts").returncode == 2)


def export(name, *arguments):
    said = run("export", reference, "--to", name, *hosts, *arguments, "-o", work / name)
    expect(f"{name} is written", said.returncode == 0)
    return work / name, json.loads((work / name / "plan.json").read_text()), said


def told(script):
    """The words that the script gives to `openstack`, call by call."""
    log = work / "told"
    log.unlink(missing_ok=True)
    (work / "bin").mkdir(exist_ok=True)
    client = work / "bin" / "openstack"
    client.write_text("#!/bin/sh\n"
                      "{ for word; do printf '%s\\0' \"$word\"; done; printf '\\n'; }"
                      f" >> '{log}'\n"
                      f"case $* in *'provider list'*) echo {uuid} ;;"
                      " *'trait list'*) echo HW_CPU_X86_AVX; echo CUSTOM_IMAGE_OLD ;; esac\n")
    client.chmod(0o755)
    done = subprocess.run([script],
                          env=dict(os.environ, PATH=f"{work / 'bin'}:{os.environ['PATH']}"),
                          capture_output=True)
    expect(f"{script.parent.name}: the script runs", done.returncode == 0)
    return [line.split("\0")[:-1] for line in log.read_text().split("\n") if line]


service, plan, _ = export("openstack-service", "--set", "enable=yes",
                          "--set", f"service=bad={uuid}")
bodies = [json.loads((service / request["body"]).read_text()) for request in plan["requests"]
          if "body" in request]
for body in bodies:
    expect(f"nova takes {body}", jsonschema.Draft202012Validator(service_schema).is_valid(body))
expect("one is let in and one taken out",
       [body["status"] for body in bodies] == ["enabled", "disabled"])
expect("with the component that differs",
       re.match(r"measured boot: PCR \d+ differs at event \d+ \(EV_\w+, [\w-]+\)",
                bodies[1]["disabled_reason"]))
expect("at the service's own place",
       f"/v2.1/os-services/{uuid}" in [request["path"] for request in plan["requests"]])
calls = told(service / "apply")
expect("the script says the same", calls == [
    ["compute", "service", "set", "--enable", "good", "nova-compute"],
    ["compute", "service", "set", "--disable", "--disable-reason", bodies[1]["disabled_reason"],
     "bad", "nova-compute"]])

traits, plan, _ = export("openstack-traits",
                         "--set", f"provider=good={uuid},3,HW_CPU_X86_AVX,CUSTOM_IMAGE_OLD")
body = json.loads((traits / "01-traits.json").read_text())
expect("Placement takes the traits", jsonschema.Draft202012Validator(traits_schema).is_valid(body))
expect("with what was there and is not ours",
       body == {"resource_provider_generation": 3,
                "traits": ["HW_CPU_X86_AVX", "CUSTOM_IMAGE_REFERENCE", "CUSTOM_TRUSTED_BOOT"]})
made = {request["path"] for request in plan["requests"] if request["path"].startswith("/traits/")}
expect("custom traits are made before",
       made == {"/traits/CUSTOM_IMAGE_REFERENCE", "/traits/CUSTOM_TRUSTED_BOOT"})
sets = [[word for word in call if word.isupper() or "_" in word] for call in told(traits / "apply")
        if "set" in call]
expect("the script sets the same, and takes the other's", [sorted(each) for each in sets] == [
    ["CUSTOM_IMAGE_REFERENCE", "CUSTOM_TRUSTED_BOOT", "HW_CPU_X86_AVX"], ["HW_CPU_X86_AVX"]])

finish()
