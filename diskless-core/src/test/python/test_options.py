"""The options of the installer."""

import contextlib
import io

from diskless_master.options import Options, parse_options
from sample import Case


class OptionsTest(Case):
    def parse(self, *arguments: str) -> Options:
        return parse_options('install', list(arguments))

    def refuses(self, problem: str, *arguments: str) -> None:
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors), self.assertRaises(SystemExit) as end:
            self.parse(*arguments)
        self.assertEqual(end.exception.code, 2)
        self.assertIn(problem, errors.getvalue())

    def test_an_installation(self) -> None:
        options = self.parse('b')
        self.assertEqual((options.action, options.bundle, options.destdir, options.master), ('install', 'b', '', ''))
        self.assertTrue(options.is_switching)
        self.assertFalse(options.is_replacing or options.is_older_allowed or options.is_verifying_links or options.is_dry
                         or options.is_locked)

    def test_every_option(self) -> None:
        options = self.parse('--destdir', '/d//', '--no-switch', '--replace', '--allow-older', '--verify-links', '--master=m', '--dry-run',
                             '--locked', 'b')
        self.assertEqual((options.action, options.bundle, options.destdir, options.master), ('install', 'b', '/d', 'm'))
        self.assertFalse(options.is_switching)
        self.assertTrue(options.is_replacing and options.is_older_allowed and options.is_verifying_links and options.is_dry
                        and options.is_locked)

    def test_actions(self) -> None:
        self.assertEqual((self.parse('--switch', '1').action, self.parse('--switch', '1').wanted), ('switch', '1'))
        self.assertEqual((self.parse('--rollback').action, self.parse('--rollback').wanted), ('rollback', ''))
        self.assertEqual(self.parse('--rollback', '1').wanted, '1')
        self.assertEqual((self.parse('--remove', '1', '2').action, self.parse('--remove', '1', '2').removed), ('remove', ['1', '2']))
        for action in ('undo', 'status', 'recover'):
            self.assertEqual(self.parse('--' + action).action, action)
        self.assertEqual(self.parse('--which-master', 'b').action, 'which-master')

    def test_the_root_directory_is_the_machine_itself(self) -> None:
        self.assertEqual(self.parse('--destdir', '/', 'b').destdir, '')

    def test_versions(self) -> None:
        for version in ('1', '1.0-SNAPSHOT', '2026.1+x@y_z', 'A', '_'):
            self.assertEqual(self.parse('--switch', version).wanted, version)
        for version in ('..', '.hidden', 'a/b', '1\n', 'ä', '@a', 'a b'):
            for option in ('--switch', '--rollback', '--remove'):
                with self.subTest(version=version), self.stops('" is not a valid version'):
                    self.parse(option, version)
        with self.stops('"../1" is not a valid version'):
            self.parse('--remove', '1', '../1')

    def test_mistakes(self) -> None:
        self.refuses('BUNDLE is missing')
        self.refuses('BUNDLE is missing', '--which-master')
        self.refuses('unrecognized arguments: c', 'b', 'c')
        self.refuses('unrecognized arguments: --dry', '--dry', 'b')
        self.refuses('unrecognized arguments', '--no-such-option', 'b')
        self.refuses('expected one argument', '--switch')
        self.refuses('expected at least one argument', '--remove')
        self.refuses('not allowed with argument', '--undo', '--status')
        self.refuses('not allowed with argument', '--switch', '1', '--remove', '1')

    def test_help_lists_every_option_but_one(self) -> None:
        output = io.StringIO()
        with contextlib.redirect_stdout(output), self.assertRaises(SystemExit) as end:
            self.parse('--help')
        self.assertEqual(end.exception.code, 0)
        for option in ('--destdir', '--no-switch', '--replace', '--allow-older', '--verify-links', '--master', '--dry-run', '--switch',
                       '--rollback', '--undo', '--status', '--remove', '--recover', '--which-master'):
            self.assertIn(option, output.getvalue())
        self.assertNotIn('--locked', output.getvalue())
