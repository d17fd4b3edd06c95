"""Writes the assembler file that carries data inside the program (.incbin).

    embed.py OUT [without-pages]

Two texts get symbols of their own (errors, schema); every file of modules/, data/ and the built
pages goes into one table: embed_files, sorted by name, NULL at the end. The program without pages
is what the pages are built with: it tells their types (Makefile, web/api/schema.d.ts)."""
import os
import sys

out = sys.argv[1]
has_pages = sys.argv[2:] != ['without-pages']
lines = ['.section .rodata']


def incbin(symbol, path):
    lines.extend([f'.global {symbol}', f'.global {symbol}_end', '.balign 16', f'{symbol}:',
                  f'.incbin "{path}"', f'{symbol}_end:', '.byte 0'])


incbin('embed_errors_txt', 'build/gen/errors.txt')
incbin('embed_schema_sql', 'build/gen/schema.sql')
files = []
for root, name in (('modules', 'modules'), ('data', 'data'), ('build/web', 'web')):
    if name == 'web' and not has_pages:
        continue
    for folder, dirs, names in os.walk(root):
        dirs.sort()
        for f in sorted(names):
            path = os.path.join(folder, f)
            files.append((name + path[len(root):], path))
files.sort()
for i, (name, path) in enumerate(files):
    incbin(f'embed_file_{i}', path)
    lines.extend([f'embed_name_{i}:', f'.asciz "{name}"'])
lines.extend(['.section .data.rel.ro', '.balign 8', '.global embed_files', 'embed_files:'])
for i in range(len(files)):
    lines.append(f'.quad embed_name_{i}, embed_file_{i}, embed_file_{i}_end')
lines.append('.quad 0, 0, 0')
lines.append('.section .note.GNU-stack,"",@progbits')
text = '\n'.join(lines) + '\n'
with open(out, 'w') as f:
    f.write(text)
