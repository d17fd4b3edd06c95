"""Our longest files and functions: `make sizes`."""
import glob
import re

files, functions = [], []
for path in glob.glob('src/**/*.[ch]', recursive=True) + glob.glob('tests/**/*.c', recursive=True):
    lines = open(path, encoding='utf-8').read().split('\n')
    files.append((len(lines), path))
    start = None
    for i, line in enumerate(lines):
        if line == '{' and i and re.search(r'\)\s*$', lines[i - 1]):
            start = i
        elif line == '}' and start is not None:
            head = next((lines[k] for k in range(start - 1, -1, -1) if re.match(r'\w', lines[k])), '')
            functions.append((i - start, path, head[:70]))
            start = None
print('files')
for n, path in sorted(files, reverse=True)[:12]:
    print(f'  {n:5} {path}')
print('functions')
for n, path, head in sorted(functions, reverse=True)[:15]:
    print(f'  {n:5} {path}: {head}')
