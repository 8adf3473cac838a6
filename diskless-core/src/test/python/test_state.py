"""The state of nodes."""

import os
from typing import List

from diskless_master.kept import Kept
from diskless_master.layout import read_lines
from diskless_master.state import merge_tree, seed_state
from sample import Case, only_root

TREES = 'first\t192.0.2.1\tfull\tgolden\tcompute\n'


@only_root
class StateTest(Case):
    def setUp(self) -> None:
        super().setUp()
        self.state = self.layout.state + '/first/'
        self.paths = self.state + 'paths/'

    def seed(self, *paths: str, deleted: str = '', active: str = '') -> None:
        os.makedirs(self.layout.state, exist_ok=True)
        staging = self.staging(TREES, ''.join('state\tcompute\t%s\n' % path for path in paths), deleted)
        staging.active = active
        seed_state(Kept(staging))

    def below(self) -> List[str]:
        return sorted(os.path.join(folder, name)[len(self.paths):] for folder, _, files in os.walk(self.paths) for name in files)

    def test_the_first_content_is_that_of_all_layers(self) -> None:
        self.put('partial/images/golden/var/lib/x/a', 'image')
        self.put('partial/images/golden/var/lib/x/gone', 'image')
        self.put('partial/images/golden/var/lib/x/b', 'image')
        self.put('partial/groups/compute/var/lib/x/b', 'group', 0o600)
        self.put('partial/nodes/first/var/lib/x/c', 'node')
        os.chmod(self.folder + '/partial/nodes/first/var/lib/x', 0o750)
        self.seed('/var/lib/x', deleted='groups/compute\twhiteout\tvar/lib/x/gone\n')
        self.assertEqual(self.below(), ['var/lib/x/a', 'var/lib/x/b', 'var/lib/x/c'])
        self.assertEqual(self.read('srv/diskless/lab/state/first/paths/var/lib/x/b'), 'group')
        self.assertEqual([os.stat(self.paths + name).st_mode & 0o777 for name in ('var', 'var/lib/x', 'var/lib/x/b')], [0o755, 0o750, 0o600])
        self.assertEqual(read_lines(self.state + 'seeded'), ['/var/lib/x'])
        self.assertEqual(os.stat(self.state).st_mode & 0o777, 0o700)

    def test_a_path_that_no_layer_has(self) -> None:
        self.seed('/new')
        self.assertEqual(os.listdir(self.paths + 'new'), [])

    def test_a_layer_may_take_everything_away(self) -> None:
        self.put('partial/images/golden/var/x/a')
        self.put('partial/nodes/first/var/x/b')
        self.seed('/var/x', deleted='nodes/first\treplace\tvar\n')
        self.assertEqual(self.below(), ['var/x/b'])

    def test_a_file_in_place_of_a_directory(self) -> None:
        self.put('partial/images/golden/x/a')
        self.put('partial/groups/compute/x', 'file')
        self.seed('/x')
        self.assertEqual(self.below(), ['x'])

    def test_state_never_changes_again(self) -> None:
        self.put('partial/images/golden/x/a', 'first')
        self.seed('/x')
        self.put('srv/diskless/lab/state/first/paths/x/a', 'of the node')
        self.put('partial/images/golden/x/a', 'second')
        self.put('partial/images/golden/x/b', 'second')
        self.said()
        self.seed('/x')
        self.assertEqual((self.below(), self.read('srv/diskless/lab/state/first/paths/x/a')), (['x/a'], 'of the node'))
        self.assertEqual(self.said(), '')

    def test_what_a_node_has_in_its_tree_comes_first(self) -> None:
        self.release('1')
        self.put('partial/images/golden/x/a', 'image')
        self.put('srv/diskless/lab/releases/1/192.0.2.1/x/own', 'node')
        self.seed('/x', active='1')
        self.assertEqual(self.below(), ['x/own'])

    def test_a_tree_in_which_a_link_is_in_the_way(self) -> None:
        self.release('1')
        self.put('outside/x/secret')
        self.put('partial/images/golden/a/x/image')
        os.mkdir(self.layout.release('1') + '/192.0.2.1')
        os.symlink(self.folder + '/outside', self.layout.release('1') + '/192.0.2.1/a')
        self.seed('/a/x', active='1')
        self.assertEqual(self.below(), ['a/x/image'])
        self.assertIn('/a/x of first is not what the node has in its tree: a: is a symbolic link', self.said())

    def test_a_link_as_state_is_copied_as_a_link(self) -> None:
        self.release('1')
        self.put('outside/secret')
        os.mkdir(self.layout.release('1') + '/192.0.2.1')
        os.symlink(self.folder + '/outside', self.layout.release('1') + '/192.0.2.1/x')
        self.seed('/x', active='1')
        self.assertTrue(os.path.islink(self.paths + 'x'))

    def test_widening(self) -> None:
        self.put('partial/images/golden/var/lib/x/a', 'image')
        self.put('partial/images/golden/var/lib/y/b', 'image')
        self.put('partial/images/golden/var/c', 'image')
        self.seed('/var/lib/x')
        self.put('srv/diskless/lab/state/first/paths/var/lib/x/a', 'of the node')
        os.chmod(self.folder + '/partial/images/golden/var', 0o711)
        self.seed('/var/lib/x', '/var')
        self.assertEqual(self.below(), ['var/c', 'var/lib/x/a', 'var/lib/y/b'])
        self.assertEqual(self.read('srv/diskless/lab/state/first/paths/var/lib/x/a'), 'of the node')
        self.assertEqual(os.stat(self.paths + 'var').st_mode & 0o777, 0o711)
        self.assertEqual(read_lines(self.state + 'seeded'), ['/var/lib/x', '/var'])

    def test_widening_again_after_a_killed_run(self) -> None:
        self.put('partial/images/golden/var/c', 'image')
        self.put('partial/images/golden/var/d', 'image')
        self.put('srv/diskless/lab/state/first/paths/var/c', 'of the killed run')
        self.put('srv/diskless/lab/state/first/seeded', '/var/lib/x\n')
        self.seed('/var')
        self.assertEqual(self.below(), ['var/c', 'var/d'])
        self.assertEqual(self.read('srv/diskless/lab/state/first/paths/var/c'), 'of the killed run')

    def test_links_of_a_node_in_the_way_of_widening(self) -> None:
        self.put('outside/file', 'mine')
        self.put('partial/images/golden/var/lib/x/a')
        self.put('partial/images/golden/var/lib/y')
        self.seed('/var/lib/x')
        for place, target in (('var/lib', 'outside'), ('var', 'outside')):
            os.rename(self.paths + place, self.folder + '/moved')
            os.symlink(self.folder + '/' + target, self.paths + place)
            with self.stops('the state of first cannot be extended: var.*: is a symbolic link, not a directory. Remove it on the node'):
                self.seed('/var')
            self.assertEqual((os.listdir(self.folder + '/outside'), read_lines(self.state + 'seeded')), (['file'], ['/var/lib/x']))
            os.unlink(self.paths + place)
            os.rename(self.folder + '/moved', self.paths + place)
        self.seed('/var')
        self.assertEqual(self.below(), ['var/lib/x/a', 'var/lib/y'])

    def test_files_of_a_node_in_the_way(self) -> None:
        self.put('srv/diskless/lab/state/first/paths/var', 'a file')
        self.put('srv/diskless/lab/state/first/seeded', '/other\n')
        with self.stops('cannot be extended: var: is a regular file'):
            self.seed('/var/lib/x')

    def test_merging(self) -> None:
        self.put('one/a/x', 'one')
        self.put('one/b', 'one')
        self.put('one/c/y', 'one')
        self.put('two/a/z', 'two')
        self.put('two/b/w', 'two')
        self.put('two/c', 'two')
        os.symlink(self.folder + '/outside', self.folder + '/one/d')
        self.put('two/d/v', 'two')
        self.put('outside/mine')
        merge_tree(self.folder + '/two', self.folder + '/one')
        found = sorted(os.path.join(folder, name)[len(self.folder) + 5:] for folder, _, files in os.walk(self.folder + '/one') for name in files)
        self.assertEqual(found, ['a/x', 'a/z', 'b/w', 'c', 'd/v'])
        self.assertEqual(os.listdir(self.folder + '/outside'), ['mine'])
