#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Random policies, step by step by tb_polgen and by assay vlp, where tb_polgen is installed: the
files stay the same byte by byte, and what tb_polgen shows of ours is what we show. Left out is what
tb_polgen does wrongly: it takes the entry for any module for that of a number that has none."""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

from suite import expect, finish

ASSAY = sys.argv[1]
POLICIES, STEPS = 25, 10


def run(*words):
    return subprocess.run(words, capture_output=True, text=True)


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def images(folder, choose):
    """Files of any size, some of them compressed."""
    names = []
    for number in range(4):
        name = os.path.join(folder, f'image{number}')
        with open(name, 'wb') as file:
            file.write(choose.randbytes(choose.choice([1, 63, 64, 1000, 70000])))
        if number % 2:
            subprocess.run(['gzip', '-f', '-n', name], check=True)
            name += '.gz'
        names.append(name)
    return names


def change(choose, files, digests):
    """The words of a command after its policy; `digests` has how many each number's entry has."""
    num = str(choose.choice(['any', 0, 1, 2, 127]))
    if digests.get(num, 0) > 0 and choose.random() < 0.4:
        position = choose.randrange(digests[num])
        digests[num] -= 1
        if digests[num] == 0:
            del digests[num]
        return 'del', ['--num', num, '--pos', str(position)]
    if 'any' in digests and num != 'any':
        num = 'any'
    words = ['--num', num, '--pcr', str(choose.choice(['none', 0, 17, 23]))]
    digests.setdefault(num, 0)
    if choose.random() < 0.3:
        return 'add', words + ['--hash', 'any']
    digests[num] += 1
    cmdline = ''.join(choose.choices('abc =,"', k=choose.randrange(40)))
    return 'add', words + ['--hash', 'image', '--cmdline', cmdline, '--image', choose.choice(files)]


def shown(path):
    """What tb_polgen says of a policy: its lines of digests, each without blanks."""
    said = run('tb_polgen', '--show', path).stdout
    return [line.split(':', 1)[1].replace(' ', '') for line in said.splitlines()
            if 'hashes[' in line]


def ours(path):
    document = json.loads(run(ASSAY, 'vlp', 'show', '--format', 'json', path).stdout)
    return [digest for entry in document['policy']['entries'] for digest in entry['hashes']]


def one_policy(folder, seed):
    choose = random.Random(seed)
    files = images(folder, choose)
    theirs, mine = os.path.join(folder, 'theirs'), os.path.join(folder, 'mine')
    words = ['--type', choose.choice(['nonfatal', 'continue', 'halt']),
             '--alg', choose.choice(['sha256', 'sha384', 'sha512'])]
    control = choose.choice(['0', '1'])
    for path in (theirs, mine):
        if os.path.exists(path):
            os.remove(path)
    run('tb_polgen', '--create', *words, '--ctrl', control, theirs)
    run(ASSAY, 'vlp', 'create', '-q', *words, '--control', control, '-o', mine)
    digests = {}
    for step in range(STEPS):
        verb, words = change(choose, files, digests)
        a = run('tb_polgen', f'--{verb}', *words, theirs)
        b = run(ASSAY, 'vlp', verb, '-q', *words, mine)
        if a.returncode or b.returncode or read(theirs) != read(mine):
            return (f'step {step}: {verb} {words}: {a.returncode} {a.stderr}'
                    f' {b.returncode} {b.stderr}')
    return None if shown(mine) == ours(theirs) else 'shown otherwise'


if shutil.which('tb_polgen'):
    with tempfile.TemporaryDirectory() as temporary:
        for seed in range(POLICIES):
            wrong = one_policy(temporary, seed)
            expect(f'policy {seed}: {wrong}', wrong is None)
else:
    print('skipped: tb_polgen is not installed, so there is nothing to compare with')
finish()
