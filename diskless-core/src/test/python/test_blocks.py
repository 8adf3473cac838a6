"""Blocks in files of others."""

import os
import random
from typing import List

from diskless_master.blocks import Blocks
from diskless_master.hostfiles import HostFiles
from diskless_master.layout import split_lines
from sample import Case


class BlocksTest(Case):
    def setUp(self) -> None:
        super().setUp()
        self.blocks = Blocks(HostFiles(self.layout))
        self.begin, self.end = self.blocks.begin, self.blocks.end

    def laid(self, *lines: str) -> str:
        return ''.join(line + '\n' for line in (self.begin,) + lines + (self.end,))

    def test_a_block_comes_last_and_stays_in_its_place(self) -> None:
        text = self.blocks.with_block('127.0.0.1 localhost', ['1 a'])
        self.assertEqual(text, '127.0.0.1 localhost\n' + self.laid('1 a'))
        self.assertEqual(self.blocks.with_block(text + 'later\n', ['2 b']), '127.0.0.1 localhost\n' + self.laid('2 b') + 'later\n')
        self.assertEqual(self.blocks.with_block(text + 'later\n', []), '127.0.0.1 localhost\nlater\n')
        self.assertEqual(self.blocks.with_block('', []), '')

    def test_a_second_block_goes(self) -> None:
        self.assertEqual(self.blocks.with_block(self.laid('1') + 'x\n' + self.laid('2'), ['3']), self.laid('3') + 'x\n')

    def test_without_an_end_nothing_is_removed(self) -> None:
        text = self.begin + '\nmine\n'
        self.assertEqual(self.blocks.with_block(text, ['1']), text + self.laid('1'))
        self.assertEqual(self.blocks.with_block(text, []), text)

    def test_marks_inside_of_a_block_are_left_out(self) -> None:
        self.assertEqual(self.blocks.with_block('', [self.begin, '1', self.end]), self.laid('1'))

    def test_random_texts(self) -> None:
        chance = random.Random(21)
        words = ['a', '', '# x', self.begin, self.end, 'b\r', self.begin + ' ', '# BEGIN diskless cluster other']
        for _ in range(5000):
            text = '\n'.join(chance.choice(words) for _ in range(chance.randrange(9))) + chance.choice(['', '\n'])
            block = [chance.choice(words) for _ in range(chance.randrange(4))]
            once = self.blocks.with_block(text, block)
            laid = [line for line in block if line not in (self.begin, self.end)]
            if laid:
                self.assertEqual(self.blocks.with_block(once, block), once, (text, block))
                self.assertIn(self.laid(*laid), once)
                self.assertEqual(split_lines(self.blocks.with_block(once, [])), self.others(text), (text, block))
            else:
                self.assertEqual(split_lines(once), self.others(text), (text, block))

    def others(self, text: str) -> List[str]:
        """The lines outside of complete blocks."""
        lines, start = [], None
        for line in split_lines(text):
            if line == self.begin:
                start = len(lines)
            elif line == self.end and start is not None:
                del lines[start:]
                start = None
                continue
            lines.append(line)
        return lines

    def test_which_files_can_have_a_block(self) -> None:
        self.assertFalse(self.blocks.can_have_block('/etc/hosts'))
        os.mkdir(self.folder + '/etc')
        self.assertTrue(self.blocks.can_have_block('/etc/hosts'))
        self.put('etc/hosts')
        self.assertTrue(self.blocks.can_have_block('/etc/hosts'))
        self.assertEqual(self.said(), '')
        os.rename(self.folder + '/etc/hosts', self.folder + '/etc/real')
        os.symlink('real', self.folder + '/etc/hosts')
        self.assertFalse(self.blocks.can_have_block('/etc/hosts'))
        self.assertIn('is not a plain file and was left alone', self.said())

    def test_new_files_have_the_mode_of_the_old_one(self) -> None:
        master = self.release('1', {'master/etc/hosts.diskless': '10.0.0.1 n\n'}) + '/master'
        self.put('etc/hosts', 'mine\n', 0o640)
        self.blocks.write_new(master, '/etc/hosts', self.folder + '/new')
        self.assertEqual(self.read('new'), 'mine\n' + self.laid('10.0.0.1 n'))
        self.assertEqual(os.stat(self.folder + '/new').st_mode & 0o777, 0o640)
        self.blocks.write_new(None, '/etc/hosts', self.folder + '/new')
        self.assertEqual(self.read('new'), 'mine\n')

    def test_the_way_back_keeps_later_lines(self) -> None:
        journal = self.folder + '/journal'
        self.put('journal/old/etc/hosts', 'mine\n' + self.laid('1'))
        self.put('etc/hosts', 'mine\n' + self.laid('2') + 'later\n')
        self.blocks.restore(journal, '/etc/hosts')
        self.assertEqual(self.read('etc/hosts'), 'mine\n' + self.laid('1') + 'later\n')
        os.unlink(self.folder + '/etc/hosts')
        self.blocks.restore(journal, '/etc/hosts')
        self.assertEqual(self.read('etc/hosts'), 'mine\n' + self.laid('1'))

    def test_the_way_back_to_no_file(self) -> None:
        self.blocks.restore(self.folder + '/journal', '/etc/hosts')
        self.put('etc/hosts', self.laid('2'))
        self.blocks.restore(self.folder + '/journal', '/etc/hosts')
        self.assertEqual(os.listdir(self.folder + '/etc'), [])
        self.put('etc/hosts', self.laid('2') + 'later\n')
        self.blocks.restore(self.folder + '/journal', '/etc/hosts')
        self.assertEqual(self.read('etc/hosts'), 'later\n')
