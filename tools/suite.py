"""Runs the suites and counts: suite.py SUITE [words …]

    unit BIN …            the cmocka programs given
    flow                  tests/flow/*.test.mjs and *.test.py
    api [sqlite|pgsql] [part of a file's name …]     both engines when none is named
    browser, fault, page  tests/browser, tests/fault, tests/page: *.test.mjs
    invariants [BIN …]    API tests that move flows, on the program that looks at FLOW §4's invariants
                          after every command; the cmocka programs given first
    old_browsers          tests/browser/old, not part of all
    all BIN …             every suite there is

The last line is "N passed, N failed" and nothing else; the exit status follows it. What fails is
printed whole, what passes is counted. A program that dies or says nothing counts as one failure."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from multiprocessing.pool import ThreadPool

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PG_BIN = '/usr/lib/postgresql/15/bin'
os.environ['PATH'] = PG_BIN + ':' + os.environ['PATH']  # psql itself, not Debian's wrapper around it


class Count:
    passed = failed = 0


counting = threading.Lock()


def add(name, passed, failed, started):
    with counting:
        Count.passed += passed
        Count.failed += failed
    took = time.monotonic() - started
    print(f'{name}: {passed} passed, {failed} failed ({took:.1f} s)', flush=True)


# --- unit -----------------------------------------------------------------------------------------

def cmocka(binary):
    started = time.monotonic()
    try:
        p = subprocess.run([binary], cwd=ROOT, capture_output=True, timeout=900, text=True,
                           errors='replace')
        text, code = p.stdout + p.stderr, p.returncode
    except subprocess.TimeoutExpired as e:
        text, code = f'no end after {e.timeout} s', -1
    passed = sum(int(n) for n in re.findall(r'\[  PASSED  \] (\d+) test', text))
    failed = sum(int(n) for n in re.findall(r'\[  FAILED  \] (?:\w+: )?(\d+) test', text))
    if passed + failed == 0 or (code != 0 and failed == 0):
        failed += 1
    if failed:
        print(f'--- {binary} (exit {code})\n{text}', flush=True)
    add(os.path.basename(binary), passed, failed, started)


# --- node's tests -----------------------------------------------------------------------------------

def node(name, files, env):
    if not files:
        return
    started = time.monotonic()
    p = subprocess.Popen(['node', '--test', '--test-reporter=tap',
                          f'--test-concurrency={os.environ.get("JOBS", env.get("JOBS", "3"))}', *files], cwd=ROOT,
                         env={**os.environ, **env}, stdout=subprocess.PIPE, text=True,
                         errors='replace')
    passed, failed, bad = 0, 0, []
    for line in p.stdout:
        m = re.match(r'# (pass|fail|cancelled) (\d+)$', line)
        if m and m.group(1) == 'pass':
            passed = int(m.group(2))
        elif m:
            failed += int(m.group(2))
        if re.match(r'\s*not ok', line):
            bad = [line]
        elif bad:
            bad.append(line)
        if bad and re.match(r'\s*\.\.\.$', line):
            print(''.join(bad), end='', flush=True)
            bad = []
    code = p.wait()
    if passed + failed == 0 or (code != 0 and failed == 0):
        failed += 1
    add(name, passed, failed, started)


# --- PostgreSQL of our own --------------------------------------------------------------------------

def as_postgres(args, **kw):
    if os.geteuid() == 0:
        args = ['runuser', '-u', 'postgres', '--', *args]
    return subprocess.run(args, capture_output=True, text=True, **kw)


class Cluster:
    """A private cluster on a unix socket only, thrown away afterwards."""

    def __enter__(self):
        self.dir = tempfile.mkdtemp(prefix='tongban-pg-')
        if os.geteuid() == 0:
            shutil.chown(self.dir, 'postgres')
        p = as_postgres([f'{PG_BIN}/initdb', '-D', f'{self.dir}/data', '-A', 'trust', '-U', 'tongban',
                         '-E', 'UTF8', '--locale=C', '-N'], cwd=self.dir)
        options = (f"-c listen_addresses='' -c unix_socket_directories={self.dir} "
                   '-c max_connections=300 -c fsync=off -c shared_buffers=64MB')
        if p.returncode == 0:
            p = as_postgres([f'{PG_BIN}/pg_ctl', '-D', f'{self.dir}/data', '-w', '-l',
                             f'{self.dir}/log', '-o', options, 'start'], cwd=self.dir)
        if p.returncode != 0:
            raise RuntimeError(p.stdout + p.stderr)
        os.chmod(self.dir, 0o755)
        return self.dir

    def __exit__(self, *_):
        as_postgres([f'{PG_BIN}/pg_ctl', '-D', f'{self.dir}/data', '-m', 'immediate', 'stop'],
                    cwd='/')
        shutil.rmtree(self.dir, ignore_errors=True)


# --- suites -----------------------------------------------------------------------------------------

def tests_in(folder, words=()):
    """The long ones first, as far as their size tells, so that none is left over at the end."""
    files = sorted(glob.glob(f'{ROOT}/tests/{folder}/*.test.mjs'), key=os.path.getsize, reverse=True)
    return [f for f in files if not words or any(w in os.path.basename(f) for w in words)]


def unit(binaries):
    with ThreadPool(2) as two:
        two.map(cmocka, binaries, chunksize=1)


def flow(_):
    for f in sorted(glob.glob(f'{ROOT}/tests/flow/test_*.py')):
        started = time.monotonic()
        p = subprocess.run([sys.executable, f], cwd=ROOT, capture_output=True, text=True)
        m = re.search(r'^(\d+) passed, (\d+) failed$', p.stdout, re.M)
        good, bad = (int(m.group(1)), int(m.group(2))) if m else (0, 1)
        if bad or p.returncode:
            print(f'--- {f}\n{p.stdout}{p.stderr}', flush=True)
            bad = bad or 1
        add(os.path.basename(f), good, bad, started)
    node('flow', tests_in('flow'), {})


def api(words):
    engines = [w for w in words if w in ('sqlite', 'pgsql')] or ['sqlite', 'pgsql']
    files = tests_in('api', [w for w in words if w not in engines])
    if 'sqlite' in engines:
        node('api on SQLite', files, {'DB': 'sqlite'})
    if 'pgsql' not in engines:
        return
    try:
        with Cluster() as folder:
            node('api on PostgreSQL', files, {'DB': 'pgsql', 'TONGBAN_TEST_PG': folder})
    except (RuntimeError, OSError) as e:
        print(f'PostgreSQL could not be started: {e}')
        add('api on PostgreSQL', 0, 1, time.monotonic())


# Whatever opens, moves, sends back or ends a flow; the rest of the API tests would show it nothing new.
FLOWS = ('flow_', 'desk_flow', 'desk_hand_over', 'desk_leaders', 'desk_own_people', 'desk_recorded', 'desk_stale',
         'document_cosign', 'document_countersign', 'document_send', 'dry_run', 'exchange_instructions', 'exchange_receive',
         'modules_roads', 'verify_replay', 'withdraw_signature')


def invariants(binaries):
    for b in binaries:
        cmocka(b)
    files = [f for f in tests_in('api') if os.path.basename(f).startswith(FLOWS)]
    node('api with invariants', files, {'DB': 'sqlite', 'PROGRAM': 'checked/tongban'})


def browser(words):
    node('browser', tests_in('browser', words), {})


def page(words):
    node('page', tests_in('page', words), {})


def old_browsers(words):
    node('old browsers', tests_in('browser/old', words), {'JOBS': '1'})


def fault(words):
    node('fault', tests_in('fault', words), {'JOBS': '1'})
    both = [f for f in tests_in('fault', words) if 'kill' in f or 'crash' in f]
    try:
        with Cluster() as folder:
            node('fault on PostgreSQL', both,
                 {'DB': 'pgsql', 'TONGBAN_TEST_PG': folder, 'ROUNDS': '15'})
    except (RuntimeError, OSError) as e:
        print(f'PostgreSQL could not be started: {e}')
        add('fault on PostgreSQL', 0, 1, time.monotonic())


def everything(binaries):
    os.environ['TB_FLOW_REWINDS'] = '100000'  # the property of FLOW §4; make unit stops earlier
    unit(binaries)
    del os.environ['TB_FLOW_REWINDS']
    flow([])
    page([])
    api([])
    invariants(sorted(glob.glob(f'{ROOT}/build/release/checked/test_*')))
    browser([])
    fault([])


SUITES = {'unit': unit, 'flow': flow, 'api': api, 'invariants': invariants, 'browser': browser, 'page': page,
          'old_browsers': old_browsers, 'fault': fault,
          'all': everything}

if __name__ == '__main__':
    if len(sys.argv) < 2 or sys.argv[1] not in SUITES:
        print(__doc__)
        sys.exit(2)
    SUITES[sys.argv[1]](sys.argv[2:])
    print(f'{Count.passed} passed, {Count.failed} failed')
    sys.exit(1 if Count.failed or not Count.passed else 0)
