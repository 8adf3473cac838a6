"""Messages, programs, signals and locks."""

import os
import signal
import subprocess
import sys
import unittest
from unittest import mock

from diskless_master import host
from sample import Case

SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../main/python')


def child(code: str, **options: object) -> 'subprocess.Popen[bytes]':
    return subprocess.Popen([sys.executable, '-c', code], env=dict(os.environ, PYTHONPATH=SOURCES), stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, **options)  # type: ignore


class HostTest(Case):
    def test_messages_accept_every_text(self) -> None:
        process = child('from diskless_master.host import report, say; say("a\\udcffb"); report("c")')
        output, errors = process.communicate()
        self.assertEqual((output, errors), (b'c\n', b'install: a\\udcffb\n'))

    def test_the_output_of_a_program(self) -> None:
        self.assertEqual(host.run(['sh', '-c', 'echo out; echo err >&2; exit 3']), (3, 'out\nerr'))
        self.assertEqual(host.run(['cat']), (0, ''))
        self.assertEqual(host.run(['sh', '-c', r"printf '\377'"]), (0, '\\xff'))

    def test_programs_speak_english_and_know_no_time_of_a_build(self) -> None:
        with mock.patch.dict(os.environ, {'LC_ALL': 'de_DE.UTF-8', 'SOURCE_DATE_EPOCH': '1'}):
            self.assertEqual(host.run(['sh', '-c', 'echo $LC_ALL $SOURCE_DATE_EPOCH']), (0, 'C'))

    def test_a_program_that_fails(self) -> None:
        self.assertEqual(host.need_success(['echo', 'x'], 'no'), 'x')
        with self.stops('^it failed: last$'):
            host.need_success(['sh', '-c', 'echo first; echo last; echo; exit 1'], 'it failed')
        with self.stops('^it failed: exit status 7$'):
            host.need_success(['sh', '-c', 'exit 7'], 'it failed')

    def test_the_reason_of_tar(self) -> None:
        with self.stops('^it failed: tar: /none: Cannot open'):
            host.need_success(['tar', '-tf', '/none'], 'it failed')

    def test_a_program_that_is_missing(self) -> None:
        self.assertTrue(host.has_program('sh'))
        host.need_program('sh')
        with self.stops(r'^no-such-program is missing\. Install it\.$'):
            host.need_program('no-such-program')
        with self.stops(r'^no-such-program is missing \(why\)\. Install it\.$'):
            host.need_program('no-such-program', 'why')

    def test_errors_name_the_file(self) -> None:
        self.assertEqual(host.explain(FileNotFoundError(2, 'No such file', '/a')), '/a: No such file')
        self.assertEqual(host.explain(FileNotFoundError(2, 'No such file', b'/a\xff')), '/a\udcff: No such file')
        self.assertEqual(host.explain(OSError('text')), 'text')
        for number in (28, 122):
            self.assertIn('Free space on this disk', host.explain(OSError(number, 'full'), 'b'))

    def test_a_lock_is_held_by_one_process_and_its_children(self) -> None:
        path = self.folder + '/lock'
        code = 'from diskless_master import host; print(host.lock(%r) is None)' % path
        descriptor = host.lock(path)
        self.assertIsNotNone(descriptor)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        self.assertEqual(child(code).communicate()[0], b'True\n')
        holding = host.start(['sleep', '60'])
        assert descriptor is not None
        os.close(descriptor)
        host.LOCKS.remove(descriptor)
        self.assertEqual(child(code).communicate()[0], b'True\n')
        self.assertRegex(host.holder_of(path), r'^process %d of user \d+: sleep 60$' % holding.pid)
        holding.kill()
        holding.wait()
        self.assertEqual(child(code).communicate()[0], b'False\n')
        self.assertEqual(host.holder_of(path), 'an unknown process')

    def test_a_link_is_not_a_lock(self) -> None:
        os.symlink(self.folder + '/other', self.folder + '/lock')
        with self.assertRaises(OSError):
            host.lock(self.folder + '/lock')
        self.assertFalse(os.path.exists(self.folder + '/other'))

    def test_a_second_signal_does_not_interrupt_the_cleanup(self) -> None:
        for first in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            process = child("""
import os, signal, sys
from diskless_master.host import stop_on_signals
stop_on_signals()
try:
    os.kill(os.getpid(), %d)
    signal.pause()
finally:
    for each in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        os.kill(os.getpid(), each)
    print('clean', flush=True)
""" % first)
            self.assertEqual(process.communicate()[0], b'clean\n')
            self.assertEqual(process.returncode, 128 + first)


if __name__ == '__main__':
    unittest.main()
