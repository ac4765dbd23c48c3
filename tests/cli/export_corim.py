#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The formats corim and rvps beside other eyes: python3-cbor2 reads what is written and makes what
is read, openssl checks and makes the signatures, and the values are those that the machines' TPMs
had. What Veraison's scheme parsec-tpm and Trustee's policy do with a quote is done here again."""
import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import uuid

import cbor2

from suite import expect, finish

ASSAY = sys.argv[1]
MACHINES = 'fixtures/machines'
OLD, NEW = f'{MACHINES}/b1-uki252', f'{MACHINES}/c5-sdboot257-type2-sb'
CLASS = '67b28b6c-34cc-40a1-9117-ab5b05911e37'
PARSEC = ['--set', 'profile=parsec-tpm', '--set', f'class-id={CLASS}']
ALGS = {1: 'sha256', 7: 'sha384', 8: 'sha512', 10: 'sha3_256', 11: 'sha3_384', 12: 'sha3_512'}


def run(*words, text=True):
    return subprocess.run(words, capture_output=True, text=text)


def assay(*words):
    return run(ASSAY, *words)


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def write(path, data):
    with open(path, 'wb') as file:
        file.write(data)
    return path


def openssl(*words):
    made = run('openssl', *words, text=False)
    assert made.returncode == 0, made.stderr
    return made.stdout


# What the draft's CDDL demands, as far as a reference goes into a CoRIM.

def is_uri(item):
    return isinstance(item, cbor2.CBORTag) and item.tag == 32 and ':' in item.value


def is_id(item):
    return isinstance(item, str) or (isinstance(item, bytes) and len(item) == 16)


def check_entities(entities, roles):
    assert entities
    for entity in entities:
        assert set(entity) <= {0, 1, 2} and isinstance(entity[0], str)
        assert 1 not in entity or is_uri(entity[1])
        assert entity[2] and set(entity[2]) <= roles


def check_environment(environment):
    assert environment and set(environment) <= {0, 1, 2}
    if 0 in environment:
        assert environment[0] and set(environment[0]) <= {0, 1, 2, 3, 4}
        assert all(isinstance(environment[0].get(key, ''), str) for key in (1, 2))
        identity = environment[0].get(0)
        assert identity is None or isinstance(identity, uuid.UUID) or identity.tag in (111, 560)
    if 1 in environment:
        assert isinstance(environment[1], uuid.UUID) or environment[1].tag in (550, 560)


def check_digests(digests):
    assert digests and len({alg for alg, _ in digests}) == len(digests)
    for alg, value in digests:
        assert len(value) == hashlib.new(ALGS[alg]).digest_size


def tuple_of(measurements):
    """{PCR: {alg: value}} of a triple, in either form."""
    boot = {}
    for measurement in measurements:
        assert set(measurement) <= {0, 1, 2} and measurement[1]
        assert set(measurement[1]) <= {2, 14}
        if 14 in measurement[1]:
            registers = measurement[1][14]
        else:
            registers = {measurement[0]: measurement[1][2]}
        for pcr, digests in registers.items():
            assert pcr not in boot
            check_digests(digests)
            boot[pcr] = {ALGS[alg]: value for alg, value in digests}
    return boot


def check_comid(comid):
    assert set(comid) <= {0, 1, 2, 3, 4} and is_id(comid[1][0])
    assert set(comid[1]) <= {0, 1} and comid[1].get(1, 0) >= 0
    if 2 in comid:
        check_entities(comid[2], {0, 1, 2})
    for link in comid.get(3, []):
        assert set(link) == {0, 1} and is_id(link[0]) and link[1] in (0, 1)
    assert set(comid[4]) == {0} and comid[4][0]
    for environment, measurements in comid[4][0]:
        check_environment(environment)
        assert measurements


def parse(data):
    """The CoRIM and its CoMID, and its boots; all of it in deterministic encoding."""
    corim = cbor2.loads(data)
    assert cbor2.dumps(corim, canonical=True) == data and corim.tag == 501
    corim = corim.value
    assert set(corim) <= {0, 1, 2, 3, 4, 5} and is_id(corim[0]) and len(corim[1]) == 1
    assert 3 not in corim or is_uri(corim[3]) or corim[3].tag == 111
    if 5 in corim:
        check_entities(corim[5], {1, 2})
    assert corim[1][0].tag == 506
    comid = cbor2.loads(corim[1][0].value)
    check_comid(comid)
    return corim, comid, [tuple_of(triple[1]) for triple in comid[4][0]]


# What the verifiers do with it.

def parsec_tpm(boots, pcrs, quote):
    """Veraison: the hash over a triple's digests of the quoted PCRs is the quote's."""
    return any(all(pcr in boot for pcr in pcrs) and
               hashlib.sha256(b''.join(boot[pcr]['sha256'] for pcr in pcrs)).digest() == quote
               for boot in boots)


def quote_of(values, pcrs):
    return hashlib.sha256(b''.join(bytes.fromhex(values['sha256'][str(pcr)])
                                   for pcr in pcrs)).digest()


def check_values(boots):
    tpms = [json.loads(read(f'{machine}/pcrs.json')) for machine in (OLD, NEW)]
    pcrs = sorted(set(boots[0]) & set(boots[1]))
    for boot, tpm in zip(boots, tpms):
        held = all(value.hex() == tpm[alg][str(pcr)]
                   for pcr, digests in boot.items() for alg, value in digests.items())
        expect('the values are the TPM\'s', held and len(boot) >= 8)
        expect('Veraison finds the boot', parsec_tpm(boots, pcrs, quote_of(tpm, pcrs)))
    mixed = json.loads(read(f'{OLD}/pcrs.json'))
    mixed['sha256']['11'] = tpms[1]['sha256']['11']
    expect('Veraison finds no boot of both', not parsec_tpm(boots, pcrs, quote_of(mixed, pcrs)))


def check_partly():
    """Veraison: a triple without a PCR that was quoted is not the quote's. Shim measures into PCR
    14 and systemd-stub into 11."""
    machines = dict(uki=OLD, shim=f'{MACHINES}/d1-shim-grub206-sb')
    assay('golden', 'learn', *(f'{name}={home}/{machine}/eventlog.bin'
                               for name, machine in machines.items()), '-o', 'unlike.json')
    made = assay('export', 'unlike.json', '--to', 'corim', '-o', 'unlike.cbor', *PARSEC)
    boots = parse(read('unlike.cbor'))[2]
    every = sorted(set().union(*boots))
    for name, machine in machines.items():
        quote = quote_of(json.loads(read(f'{home}/{machine}/pcrs.json')), every)
        said = f'variant {name} has no value of PCR 11,' in made.stderr
        expect('a quote of PCR 11 too: the UKI\'s is found, shim\'s refused, which is said',
               parsec_tpm(boots, every, quote) != said and said == (name == 'shim'), made.stderr)


def check_unsigned(reference):
    made = assay('export', reference, '--to', 'corim', '-o', 'u.cbor', *PARSEC)
    expect('it is written', made.returncode == 0, made.stderr)
    for words in 'bank sha1', 'names of the variants':
        expect(f'{words}: said', words in made.stderr)
    again = assay('export', reference, '--to', 'corim', '-o', 'again.cbor', *PARSEC)
    expect('twice the same', again.returncode == 0 and read('u.cbor') == read('again.cbor'))
    corim, comid, boots = parse(read('u.cbor'))
    expect('its profile', corim[3].value == 'tag:github.com/parallaxsecond,2023-03-03:tpm')
    expect('its class', all(environment == {0: {0: uuid.UUID(CLASS), 2: 'reference'}}
                            for environment, _ in comid[4][0]))
    expect('two boots', len(boots) == 2)
    os.chdir(home)
    check_values(boots)
    os.chdir(folder)
    assay('export', reference, '--to', 'corim', '-o', 'r.cbor', '--set', 'form=integrity-registers')
    expect('the other form has the same boots', parse(read('r.cbor'))[2] == boots)


def check_way_back():
    made = assay('import', 'u.cbor', '--from', 'corim', '-o', 'back.json')
    expect('it is read', made.returncode == 0, made.stderr)
    made = assay('export', 'back.json', '--to', 'corim', '-o', 'back.cbor')
    expect('and written as it was', made.returncode == 0 and read('back.cbor') == read('u.cbor'),
           made.stderr)


def check_refusal(reference):
    words = ['export', reference, '--to', 'corim', '-o', 'no.cbor', '--set', 'profile=parsec-tpm']
    made = assay(*words)
    expect('parsec-tpm without a class-id: refused, nothing written',
           made.returncode == 1 and 'UUID' in made.stderr and not os.path.exists('no.cbor'))
    expect('unless forced', assay(*words, '--force').returncode == 0 and os.path.exists('no.cbor'))


def check_node(reference):
    """tpm-enacttrust: the quote of one machine, as its TPM's values make it."""
    node, pcrs = '7df7714e-aa04-4638-bcbf-434b1dd720f1', [0, 1, 4, 7, 11]
    words = ['export', reference, '--to', 'corim', '-p', '0,1,4,7,11', '--set',
             'profile=tpm-enacttrust', '--set']
    made = assay(*words, f'instance={node}', '-o', 'n.cbor')
    expect('the CoRIM of a node', made.returncode == 0 and 'sha256:0,1,4,7,11' in made.stderr,
           made.stderr)
    corim = cbor2.loads(read('n.cbor')).value
    comid = cbor2.loads(corim[1][0].value)
    os.chdir(home)
    tpms = [json.loads(read(f'{machine}/pcrs.json')) for machine in (OLD, NEW)]
    os.chdir(folder)
    expect('holds the quotes of both boots',
           comid[4][0] == [[{1: uuid.UUID(node)}, [{1: {2: [[1, quote_of(tpm, pcrs)]]}}]]
                           for tpm in tpms])
    assay(*words, f'instance={uuid.UUID(CLASS)}', '-o', 'm.cbor')
    other = cbor2.loads(cbor2.loads(read('m.cbor')).value[1][0].value)
    expect("another node's is another tag", other[1][0] != comid[1][0])
    made = assay('import', 'n.cbor', '--from', 'corim', '-o', 'no.json')
    expect('which nothing is read back from', made.returncode == 2 and
           "a quote's digest" in made.stderr and not os.path.exists('no.json'), made.stderr)


# COSE_Sign1.

def structure(protected, payload):
    return cbor2.dumps(['Signature1', protected, b'', payload])


def integer(number):
    body = number.lstrip(b'\0') or b'\0'
    body = b'\0' + body if body[0] & 0x80 else body
    return bytes([2, len(body)]) + body


def to_der(signature):
    half = len(signature) // 2
    body = integer(signature[:half]) + integer(signature[half:])
    return bytes([0x30, len(body)]) + body


def from_der(der, half):
    first = der[4:4 + der[3]]
    second = der[6 + der[3]:]
    return first.lstrip(b'\0').rjust(half, b'\0') + second.lstrip(b'\0').rjust(half, b'\0')


PSS = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest']
KEYS = {'p256': (-7, '-sha256', 32, ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']),
        'p384': (-35, '-sha384', 48, ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384']),
        'rsa': (-37, '-sha256', 0, ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'])}


def make_keys():
    for name in [*KEYS, 'other']:
        openssl('genpkey', *KEYS.get(name, KEYS['p256'])[3], '-out', f'{name}.pem')
        openssl('pkey', '-in', f'{name}.pem', '-pubout', '-out', f'{name}.pub')
        openssl('req', '-x509', '-new', '-key', f'{name}.pem', '-subj', f'/CN={name}', '-days',
                '36500', '-out', f'{name}.crt')


def is_good(name, message):
    _, digest, half, _ = KEYS[name]
    protected, _, payload, signature = message
    write('tbs', structure(protected, payload))
    write('sig', to_der(signature) if half else signature)
    said = run('openssl', 'dgst', digest, '-verify', f'{name}.pub', '-signature', 'sig',
               *([] if half else PSS), 'tbs')
    return said.returncode == 0 and 'Verified OK' in said.stdout


def check_signed(reference, name):
    alg = KEYS[name][0]
    made = assay('export', reference, '--to', 'corim', '-o', 's.cbor', '--key', f'{name}.pem',
                 '--cert', f'{name}.crt', '--set', 'signer=Release', *PARSEC)
    expect(f'{name} signs', made.returncode == 0, made.stderr)
    item = cbor2.loads(read('s.cbor'))
    protected, unprotected, payload, _ = item.value
    header = cbor2.loads(protected)
    spki = openssl('pkey', '-pubin', '-in', f'{name}.pub', '-outform', 'DER')
    expect('in #6.18', item.tag == 18 and unprotected == {})
    expect('its headers', header == {
        1: alg, 3: 'application/rim+cbor', 4: hashlib.sha256(spki).digest(),
        8: cbor2.dumps({0: {0: 'Release'}}),
        33: openssl('x509', '-in', f'{name}.crt', '-outform', 'DER')})
    expect('its headers are in order', cbor2.dumps(header, canonical=True) == protected)
    expect('its payload is the unsigned one', payload == read('u.cbor'))
    expect(f'openssl finds it good by {name}', is_good(name, item.value))
    for key, status in (f'{name}.pub', 0), (f'{name}.crt', 0), ('other.pub', 1):
        made = assay('import', 's.cbor', '--from', 'corim', '-o', 'x.json', '--trust', key)
        expect(f'read with trust in {key}: {status}', made.returncode == status, made.stderr)


def signed_by_others(name, header, payload):
    _, digest, half, _ = KEYS[name]
    protected = cbor2.dumps(header)
    write('tbs', structure(protected, payload))
    signature = openssl('dgst', digest, '-sign', f'{name}.pem', *([] if half else PSS), 'tbs')
    signature = from_der(signature, half) if half else signature
    return cbor2.dumps(cbor2.CBORTag(18, [protected, {4: b'k'}, payload, signature]))


def import_status(data, *words):
    made = assay('import', write('x.cbor', data), '--from', 'corim', '-o', 'x.json', *words)
    return made.returncode, made.stderr


def check_others_signatures():
    payload = read('u.cbor')
    for name, (alg, *_) in KEYS.items():
        data = signed_by_others(name, {1: alg, 3: 'application/rim+cbor'}, payload)
        trust = '--trust', f'{name}.pub'
        expect(f'what openssl signs with {name} is read', import_status(data, *trust)[0] == 0)
        changed = bytearray(data)
        changed[data.index(payload) + len(payload) // 2] ^= 1
        expect('one bit is another', import_status(bytes(changed), *trust)[0] == 1)
        expect('and no key is trusted', import_status(data)[0] == 0)
    expect('what nobody signed', import_status(payload, '--trust', 'p256.pub')[0] == 1)
    critical = {1: -7, 2: [99], 3: 'application/rim+cbor', 99: 0}
    status, said = import_status(signed_by_others('p256', critical, payload), '--trust', 'p256.pub')
    expect('a critical header: refused, with its place', status == 2 and 'at byte' in said and
           'crit' in said, said)


def check_hostile():
    payload = read('u.cbor')
    twice = payload[:3] + bytes([payload[3] + 1]) + b'\0\x61i' + payload[4:]
    status, said = import_status(twice)
    expect('a key twice: refused, with its place', status == 2 and 'at byte 7' in said, said)
    status, said = import_status(payload[:3] + b'\xbf' + payload[4:] + b'\xff')
    expect('an indefinite length: refused', status == 2 and 'at byte 3' in said, said)


# Trustee.

def trustee(values, machine):
    """Its policy: each claim that it has a list for is in the list."""
    claims = json.loads(read(f'{home}/{machine}/pcrs.json'))['sha256']
    return all(claims[str(int(name[-2:]))] in allowed for name, allowed in values.items())


def check_rvps(reference, one):
    made = assay('export', reference, '--to', 'rvps', '-o', 'm.json')
    expect('a message', made.returncode == 0, made.stderr)
    expect('that mixed boots pass is said', 'mixes them' in made.stderr, made.stderr)
    message = json.loads(read('m.json'))
    values = json.loads(base64.b64decode(message['payload'], validate=True))
    expect('its members', {key: message[key] for key in ('version', 'type')} ==
           {'version': '0.1.0', 'type': 'sample'} and len(message) == 3)
    expect('its names', all(name.startswith('tpm_pcr') and len(name) == 9 for name in values))
    expect('what its own policy asks for is said',
           'PCR 11 alone' in made.stderr and 'trusted_aks' in made.stderr, made.stderr)
    expect('Trustee takes both boots', trustee(values, OLD) and trustee(values, NEW))
    expect('and no third', not trustee(values, f'{MACHINES}/r3-uki252-no-linux'))
    assay('export', one, '--to', 'rvps', '-o', 'one.msg')
    made = assay('import', 'one.msg', '--from', 'rvps', '-o', 'rvps.json')
    expect('a boot comes back', made.returncode == 0, made.stderr)
    assay('export', 'rvps.json', '--to', 'rvps', '-o', 'again.msg')
    expect('and is the same again', read('one.msg') == read('again.msg'))
    made = assay('export', reference, '--to', 'rvps', '--set', 'type=corim', '-o', 'no.msg')
    expect('several triples in a message: refused', made.returncode == 1 and 'last' in made.stderr)
    made = assay('export', one, '--to', 'rvps', '--set', 'type=corim', '-o', 'c.msg')
    expect('one is a CoRIM', len(parse(base64.b64decode(
        json.loads(read('c.msg'))['payload']))[2]) == 1, made.stderr)


home = os.getcwd()
with tempfile.TemporaryDirectory() as folder:
    two, one = os.path.join(folder, 'two.json'), os.path.join(folder, 'one.json')
    made = assay('golden', 'learn', f'old={OLD}/eventlog.bin', f'new={NEW}/eventlog.bin', '-o', two)
    expect('two boots are learnt', made.returncode == 0, made.stderr)
    assay('golden', 'learn', f'{OLD}/eventlog.bin', '-o', one)
    os.chdir(folder)
    check_unsigned(two)
    check_partly()
    check_way_back()
    check_refusal(two)
    check_node(two)
    make_keys()
    for name in KEYS:
        check_signed(two, name)
    check_others_signatures()
    check_hostile()
    check_rvps(two, one)
    os.chdir(home)
finish()
