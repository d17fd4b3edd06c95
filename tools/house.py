"""The house rules that a script can see; `make check`. Exit 1 and one line a broken rule.

Arrows: an #include of another room's header goes down the floors, never up or sideways; nothing
includes another room's inner header (*_in.h). Tables: only the room whose schema/ creates a table
writes it. Queries: each is asked by somebody. Texts: every error code used in C has its sentence in an
errors.txt, and the other way
round. Acts: what the record keeps has words for the pages. Data model: docs/data-model.md
lists every table under its room, with its key. Files: C under 1,000 lines."""
import glob
import re
import sys

FLOORS = [['base'], ['crypto'], ['db'], ['blob'], ['feel', 'ofd'], ['flow', 'form', 'page', 'word'], ['core'],
          ['org', 'calendar', 'secret', 'office'], ['module'], ['desk'], ['search', 'spill'],
          ['document', 'exchange', 'seal', 'stats', 'meeting', 'supervise', 'message'],
          ['demo', 'operate'], ['http']]
FLOOR = {room: i for i, rooms in enumerate(FLOORS) for room in rooms}
# what may look upwards, and why: operate's verify recomputes what others keep; none today
ALLOWED = set()
bad = []


def complain(path, line, text):
    bad.append(f'{path}:{line}: {text}')


sources = sorted(glob.glob('src/*/*.[ch]'))
tables = {}
for path in sorted(glob.glob('src/*/schema/*.sql')):
    for name in re.findall(r'^CREATE TABLE (\w+)', open(path, encoding='utf-8').read(), re.M):
        if name in tables:
            complain(path, 1, f'table {name} is also in {tables[name]}')
        tables[name] = path.split('/')[1]

for path in sources:
    room = path.split('/')[1]
    if room not in FLOOR:
        complain(path, 1, f'room {room} has no floor in tools/house.py')
        continue
    text = open(path, encoding='utf-8').read()
    for n, line in enumerate(text.split('\n'), 1):
        m = re.match(r'#include "(\w+)/([\w.]+)"', line)
        if not m:
            continue
        other, header = m.groups()
        if other == room or (room, other) in ALLOWED:
            continue
        if other not in FLOOR:
            complain(path, n, f'includes {other}/, which has no floor')
        elif FLOOR[other] >= FLOOR[room]:
            complain(path, n, f'{room}/ may not use {other}/ (arrows go down)')
        if header.endswith('_in.h') or header.endswith('.sql.h'):
            complain(path, n, f'{other}/{header} is for {other}/ alone')
    if path.endswith('.c') and text.count('\n') > 1000:
        complain(path, 1, f'{text.count(chr(10))} lines; perhaps two subjects')

# --- named queries that nobody asks ---------------------------------------------------------------------
code = ''.join(open(path, encoding='utf-8').read() for path in sources)
asked = set(re.findall(r'\bq_\w+', code))
for path in sorted(glob.glob('src/*/*.sql')):
    for n, line in enumerate(open(path, encoding='utf-8').read().split('\n'), 1):
        m = re.match(r'-- name: (\w+)', line)
        if m and m.group(1) not in asked:
            complain(path, n, f'{m.group(1)} is asked by nobody')

# --- docs/data-model.md against the schema files ---------------------------------------------------
schema = {}
for path in sorted(glob.glob('src/*/schema/*.sql')):
    text = open(path, encoding='utf-8').read()
    for name, body in re.findall(r'^CREATE TABLE (\w+) \(\n(.*?)^\)', text, re.M | re.S):
        key = (re.search(r'PRIMARY KEY \(([^)]*)\)', body)
               or re.search(r'^\s*(\w+) \w+ PRIMARY KEY', body, re.M))
        schema[name] = (path.split('/')[1], key.group(1) if key else '')
MODEL = 'docs/data-model.md'
told, room = {}, ''
for n, line in enumerate(open(MODEL, encoding='utf-8').read().split('\n'), 1):
    head = re.match(r'### (\w+)', line)
    room = head.group(1) if head else room
    row = re.match(r'\| `(\w+)` \| ([^|]*) \| ([^|]+) \| ([^|]+) \|$', line)
    if line.startswith('| `') and not row:
        complain(MODEL, n, 'a table has four columns: table, key, what, grows; stays')
    if not row:
        continue
    name = row.group(1)
    if name not in schema:
        complain(MODEL, n, f'there is no table {name}')
    elif schema[name] != (room, row.group(2)):
        complain(MODEL, n, f'{name} is {schema[name][0]}/\'s with the key {schema[name][1]}')
    if name in told:
        complain(MODEL, n, f'{name} is also in line {told[name]}')
    told[name] = n
for name, (owner, _) in schema.items():
    if name not in told:
        complain(MODEL, 1, f'table {name} of {owner}/ is missing')

WRITE = re.compile(r'\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)')
for path in sorted(glob.glob('src/*/*.sql')) + sources:
    room = path.split('/')[1]
    if room in ('db', 'operate', 'base'):
        continue
    for n, line in enumerate(open(path, encoding='utf-8').read().split('\n'), 1):
        for table in WRITE.findall(line):
            if table in tables and tables[table] != room:
                complain(path, n, f'{room}/ writes {table}, which is {tables[table]}/\'s')

codes, used = {}, {}
for path in sorted(glob.glob('src/*/errors.txt')):
    for n, line in enumerate(open(path, encoding='utf-8').read().split('\n'), 1):
        if not line:
            continue
        parts = line.split('\t')
        if len(parts) != 3:
            complain(path, n, 'not code, TAB, zh-CN, TAB, en')
            continue
        if parts[0] in codes:
            complain(path, n, f'{parts[0]} is also in {codes[parts[0]]}')
        codes[parts[0]] = f'{path}:{n}'
everything = '\n'.join(open(p, encoding='utf-8').read() for p in sources + glob.glob('src/*.c'))
for path in sources + glob.glob('src/*.c'):
    text = open(path, encoding='utf-8').read()
    for m in re.finditer(r'ERR_(?:INVALID|UNAUTHENTICATED|FORBIDDEN|NOT_FOUND|CONFLICT|STATE|'
                         r'TOO_LARGE|BUSY|INTERNAL),\s*\n?\s*"([a-z_0-9.]+)"', text):
        if m.group(1) not in codes:
            complain(path, text[:m.start()].count('\n') + 1, f'no text for code {m.group(1)}')
for code, where in codes.items():
    if f'"{code}"' not in everything:
        complain(where.rsplit(':', 1)[0], where.rsplit(':', 1)[1], f'code {code} is used nowhere')

# Acts: what is written into a record that pages show has its words there, in both languages.
SHOWN = ('desk', 'document', 'exchange', 'org', 'module', 'seal')
NOT_SHOWN = {  # commands that leave no entry of their own name, or one in the node's own stream
    'attachment.convert', 'delivery.sign_for_none', 'doc.buffer', 'doc.import', 'document.dispatch', 'matter.urge_batch', 'matter.watch', 'phrases.set',
    'reading.decide', 'reading.read_batch', 'received.register_paper', 'recipients.expand',
    'register.export', 'seal.check_file', 'seal.check_upload', 'studio.save', 'secret.refused', 'secret.set_marks', 'spill.take', 'number_books.import', 'authority.found', 'authority.list', 'authority.trust'}
acts = {}
for path in sources:
    text = open(path, encoding='utf-8').read()
    if path.split('/')[1] not in SHOWN or not path.endswith('.c'):
        continue
    for m in re.finditer(r'\{\s*"([a-z_]+\.[a-z_]+)",\s*POST,\s*"|'
                         r'\b(?:trace_write|matter_trace|matter_note|note_end|doc_note|step_of|item_act_begin|'
                         r'directed|spill_trace|trace_reading|acting_begin|acting_stop|end_due|hold|item_urge|'
                         r'do_step|mend|group_note|trace_sent)\([^;"]*"([a-z_]+\.[a-z_]+)"|'
                         r'\.op = "([a-z_]+\.[a-z_]+)"', text):
        acts[next(filter(None, m.groups()))] = (path, text[:m.start()].count('\n') + 1)
for lang in ('zh-CN', 'en'):
    words = ''.join(open(p, encoding='utf-8').read() for p in
                    (f'web/text/{lang}/desk.json', f'web/text/{lang}/org.json'))
    for act, (path, line) in acts.items():
        if act not in NOT_SHOWN and f'"op_{act.replace(".", "_")}"' not in words:
            complain(path, line, f'{act} has no words: op_… in web/text/{lang}/desk.json or org.json')

for line in bad:
    print(line)
sys.exit(1 if bad else 0)
