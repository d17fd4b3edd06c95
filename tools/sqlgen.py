"""Turns a room's SQL file into a header of struct query constants.

Queries begin with a line `-- name: item_todo_page`; further comment lines before the SQL are kept
out. Named parameters (:name) become ?1, ?2 … in order of first appearance, and $1, $2 … for
PostgreSQL. A line `-- pg:` starts the PostgreSQL wording of the same query where the two differ;
instr and group_concat are translated, and a parameter that PostgreSQL cannot type by itself is written CAST(:q AS
text), which both understand. What several queries share begins with `-- part: sent_row` and stands
in them, and in later parts, as {sent_row}."""
import re
import sys

src, out = sys.argv[1:3]
room = src.split('/')[-1][:-4]
queries, parts, name, sqlite, pg, target = [], {}, None, [], [], None


def flush():
    if name in parts:
        parts[name] = '\n'.join(sqlite).strip()
    elif name:
        queries.append((name, '\n'.join(sqlite).strip(), '\n'.join(pg).strip()))


for line in open(src, encoding='utf-8'):
    line = line.rstrip('\n')
    m = re.match(r'--\s*(name|part):\s*(\w+)\s*$', line)
    if m:
        flush()
        name, sqlite, pg = m.group(2), [], []
        target = sqlite
        if m.group(1) == 'part':
            parts[name] = ''
    elif re.match(r'--\s*pg:\s*$', line):
        target = pg
    elif line.startswith('--') or name is None:
        continue
    else:
        target.append(re.sub(r'\{(\w+)\}', lambda m: parts[m.group(1)], line))
flush()

TOKEN = re.compile(r"'(?:[^']|'')*'|::\w+|:(\w+)")


def bind(sql, sign, order):
    def sub(m):
        if not m.group(1):
            return m.group(0)
        if m.group(1) not in order:
            order.append(m.group(1))
        return sign + str(order.index(m.group(1)) + 1)
    text = TOKEN.sub(sub, sql).rstrip(';')
    if sign == '$':
        return re.sub(r'\bgroup_concat\(', 'string_agg(', re.sub(r'\binstr\(', 'strpos(', text))
    return re.sub(r'\s+FOR UPDATE( OF [\w, ]+)?( SKIP LOCKED)?', '', text)


def quote(s):
    return '\n        '.join('"' + l.replace('\\', '\\\\').replace('"', '\\"') + '\\n"'
                             for l in s.split('\n'))


with open(out, 'w', encoding='utf-8') as f:
    f.write(f'/* Made from {src} by tools/sqlgen.py. */\n#include "db/db.h"\n\n')
    for name, sqlite, pg in queries:
        order = []
        a = bind(sqlite, '?', order)
        b = bind(pg or sqlite, '$', order)
        params = ', '.join(order)
        f.write(f'/* {params or "no parameters"} */\n'
                f'__attribute__((unused)) static const struct query {name} = {{\n'
                f'    .name = "{name}", .parameters = {len(order)},\n'
                f'    .sqlite = {quote(a)},\n    .pgsql = {quote(b)} }};\n\n')
