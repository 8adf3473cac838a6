"""The lists of a bundle."""

from diskless_master.lists import Lists, Secret, is_label, is_line, is_path
from sample import Case

NODE = 'first\t192.0.2.1\tfull\tgolden\tcompute'


class ListsTest(Case):
    def test_labels_and_paths(self) -> None:
        for text in ('a', '0', 'a-b', 'n' * 80):
            self.assertTrue(is_label(text), text)
        for text in ('', '-a', 'A', 'a.b', 'a/b', 'a\n', 'ä', '..'):
            self.assertFalse(is_label(text), text)
        for text in ('a', 'a/b', '.a', 'a..', '...', 'a/.b./c', ' ', '\udcff'):
            self.assertTrue(is_path(text), text)
        for text in ('', '/', '/a', 'a/', 'a//b', '.', '..', './a', 'a/..', 'a/./b', '../a', 'a\0b'):
            self.assertFalse(is_path(text), text)
        self.assertTrue(is_line('a b\udcff\\'))
        for text in ('a\nb', '\t', '\x7f', '\x1b', '\0', 'a\r'):
            self.assertFalse(is_line(text), text)

    def test_nodes(self) -> None:
        lists = Lists(NODE + '\nsecond\t192.0.2.2\tram\tgolden\tother\n', '', '')
        self.assertEqual([node.name for node in lists.nodes], ['first', 'second'])
        lists.need_nothing_refused()
        for line in ('', NODE + '\t', NODE.replace('first', '..'), NODE.replace('192.0.2.1', '../..'), NODE.replace('full', 'Full'),
                     NODE.replace('golden', 'a/b'), NODE.replace('compute', ''), NODE.replace('\t', ' '), NODE + '\r'):
            lists = Lists(line + '\n', '', '')
            self.assertEqual((lists.nodes, len(lists.refused)), ([], 1), line)

    def test_what_is_kept(self) -> None:
        lists = Lists('', 'host-keys\tg\nmembers-key\tg\nmaster\tm\t192.0.2.9\nstate\tg\t/var/lib/x\n'
                      'secret\tg\tnode\trandom\troot\t42\t0640\t/etc/key\n', '')
        lists.need_nothing_refused()
        self.assertEqual((lists.host_keys, lists.members_key, lists.masters), ({'g'}, {'g'}, {'m': '192.0.2.9'}))
        self.assertEqual(lists.state, {'g': ['/var/lib/x']})
        self.assertEqual(lists.secrets, {'g': [Secret('node', 'random', 'root', '42', 0o640, '/etc/key')]})

    def test_what_cannot_be_kept(self) -> None:
        secret = 'secret\tg\tnode\trandom\troot\t42\t0640\t/etc/key'
        for line in ('', 'x', 'x\tg', 'host-keys\tG', 'host-keys\tg\tx', 'host-keys', 'master\tm\tlocalhost', 'master\tm', 'state\tg\tvar',
                     'state\tg\t/', 'state\tg\t/a/../b', 'state\tg\t/a/', 'state\tg\t/a\x1b', 'state\tg\t/a\0', 'state\tg\t/a\t/b',
                     secret.replace('/etc/key', '/../key'), secret.replace('node', 'all'), secret.replace('random', 'other'),
                     secret.replace('root', '-x'), secret.replace('root', 'a b'), secret.replace('0640', '4755'),
                     secret.replace('0640', '888'), secret.replace('0640', ''), secret + '\t/x'):
            lists = Lists('', line + '\n', '')
            self.assertEqual(len(lists.refused), 1, line)
            self.assertEqual((lists.state, lists.secrets, lists.masters), ({}, {}, {}), line)

    def test_deletions(self) -> None:
        lists = Lists('', '', 'groups/g\twhiteout\tetc/a\nnodes/n\treplace\tb\n')
        self.assertEqual([deletion.layer for deletion in lists.deleted], ['groups/g', 'nodes/n'])
        lists.need_nothing_refused()
        for line in ('', 'images/g\twhiteout\ta', 'groups/..\twhiteout\ta', 'groups/g\tother\ta', 'groups/g\twhiteout\t/a',
                     'groups/g\twhiteout\t../a', 'groups/g\twhiteout\t', 'groups/g\twhiteout\ta\tb', 'groups/g/x\twhiteout\ta'):
            self.assertEqual(len(Lists('', '', line + '\n').refused), 1, line)

    def test_the_message_has_five_of_them(self) -> None:
        lists = Lists('a\x1b\n' * 9, '', '')
        with self.stops(r'because it leads elsewhere; nothing was installed:(\n  not a node: a\?){5}$'):
            lists.need_nothing_refused()
