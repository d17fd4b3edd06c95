"""Joins the rooms' schema files (src/ROOM/schema/*.sql) into one text, rooms in the order of the
floors, for embedding. db/ translates the few words in which the engines differ."""
import sys

FLOORS = ['core', 'blob', 'org', 'module', 'desk', 'search', 'document', 'exchange']


def rank(path):
    room = path.split('/')[1]
    return (FLOORS.index(room) if room in FLOORS else len(FLOORS), path)


for path in sorted(sys.argv[1:], key=rank):
    print(f'-- file: {path}')
    sys.stdout.write(open(path, encoding='utf-8').read())
