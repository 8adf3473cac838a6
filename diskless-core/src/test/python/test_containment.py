"""Bundles that lead elsewhere."""

from diskless_master.containment import Containment, own_part
from diskless_master.lists import Lists
from diskless_master.manifest import Manifest
from sample import Case, escape

TREES = 'first\t192.0.2.1\tfull\tgolden\tcompute\n'
KEPT = ('host-keys\tcompute\nmembers-key\tcompute\nstate\tcompute\t/var/lib/x\n'
        'secret\tcompute\tnode\trandom\troot\troot\t0600\t/opt/deep/key\n')


class ContainmentTest(Case):
    def check(self, *lines: str, trees: str = TREES, kept: str = KEPT, deleted: str = '') -> None:
        Containment(Manifest('\n'.join(lines), True), Lists(trees, kept, deleted), '/srv/diskless').check()

    def refuses(self, problem: str, *lines: str, **lists: str) -> None:
        with self.subTest(lines=lines, lists=lists), self.stops(problem):
            self.check(*lines, **lists)

    def test_what_bundles_have(self) -> None:
        self.check('./images type=dir', './images/golden type=dir', './images/golden/bin type=link link=usr/bin',
                   './images/golden/etc/mtab type=link link=/proc/mounts', './images/golden/dev/null type=char device=native,1,3',
                   './groups/compute/etc/motd type=file', './nodes/first/etc/hostname type=file', './boot/x type=file',
                   './master type=dir', './master/etc/link type=link link=/x', './master/etc/a type=file mode=0755',
                   './master/tftpboot type=dir', './META-INF/diskless/trees type=file', './master/etc/diskless/x type=file')

    def test_names(self) -> None:
        for name in ('..', '../x', '/x', 'images/../x', 'boot//x', 'boot/./x', 'boot/', '.', 'images/golden/a\0b'):
            self.refuses('not a path of a release', './%s type=file' % escape(name))
        self.refuses('not a part of a release', './etc/passwd type=file')
        self.refuses('not a name: images/Golden', './images/Golden/x type=file')
        self.refuses('not a name: nodes/a.b', './nodes/a.b type=dir')

    def test_types(self) -> None:
        for kind in ('char', 'block', 'fifo'):
            self.refuses('a %s among files' % kind, './master/x type=' + kind)
            self.refuses('a %s among files' % kind, './boot/x type=' + kind)
        self.refuses('a link among files', './boot/x type=link link=/x')
        self.refuses('a link among files', './META-INF/diskless/x type=link link=/x')

    def test_a_link_is_not_a_tree(self) -> None:
        for name in ('images', 'groups', 'nodes', 'master', 'images/golden', 'groups/compute', 'nodes/first'):
            self.refuses('a tree that is not a directory: ' + name, './%s type=link link=../../../..' % name)
            self.refuses('a tree that is not a directory: ' + name, './%s type=file' % name)

    def test_files_of_diskless_and_dangerous_files(self) -> None:
        for name in ('tftpboot/x', 'srv/diskless/lab/active', 'srv/diskless', 'etc/diskless/allowed_signers',
                     'etc/diskless/revoked_signers', 'usr/local/sbin/diskless-install'):
            self.refuses('a file of diskless itself', './master/%s type=file' % name)
        self.refuses('a file of diskless itself', './master/tftpboot type=file')
        for mode in ('4755', '2755', '1644'):
            self.refuses('a set-uid, set-gid or sticky file', './master/x type=file mode=' + mode)
        self.refuses('not a path of a host', './master/a\\012b type=file')
        self.refuses('a signature that the manifest contains', './META-INF/diskless/signature type=file')

    def test_links_on_the_way(self) -> None:
        link = ' type=link link=/etc'
        for lines in (('./images/golden/etc' + link, './nodes/first/etc/hostname type=file'),
                      ('./images/golden/a' + link, './groups/compute/a/b type=file'),
                      ('./groups/compute/a' + link, './nodes/first/a/b type=file'),
                      ('./nodes/first/opt' + link,),  # the way to a secret
                      ('./images/golden/opt/deep' + link,),
                      ('./images/golden/etc/ssh' + link,),  # to host keys
                      ('./groups/compute/etc' + link,),
                      ('./groups/compute/etc/ssh/members' + link,),
                      ('./images/golden/var/lib/x' + link,),  # to state
                      ('./images/golden/var' + link,)):
            self.refuses('a symbolic link leads to a path of', *lines)

    def test_links_that_a_layer_takes_away(self) -> None:
        image = './images/golden/etc type=link link=/etc'
        self.check(image, './groups/compute/etc type=dir', kept='', deleted='groups/compute\treplace\tetc\n')
        self.check(image, './nodes/first/etc/x type=file', kept='', deleted='nodes/first\treplace\tetc\n')
        self.refuses('leads to a path', image, './groups/compute/etc/x type=file', kept='', deleted='nodes/first\treplace\tetc\n')

    def test_deletions_through_links(self) -> None:
        self.refuses('leads to a path', './images/golden/a type=link link=/', kept='', deleted='groups/compute\twhiteout\ta/etc/passwd\n')
        self.check('./images/golden/a type=link link=/', kept='', deleted='groups/compute\twhiteout\ta\n')

    def test_a_group_has_one_image(self) -> None:
        self.refuses('a group with two images: compute', trees=TREES + 'second\t192.0.2.2\tfull\tother\tcompute\n')

    def test_lists_that_were_refused(self) -> None:
        self.refuses('not a node', trees='x\n')


class OwnPartTest(Case):
    def test_the_part_of_one_master(self) -> None:
        text = '\n'.join([
            '#mtree', './META-INF/diskless/bundle.json type=file', './META-INF/diskless/masters/a/trees type=file',
            './META-INF/diskless/masters/b/trees type=file', './boot/x type=file', './images/golden type=dir',
            './masters/a type=dir', './masters/a/etc/x type=file link=./masters/a/y', './masters/ab/x type=file', './masters/b/etc/x type=file',
            './nodes/one/x type=file', './nodes/two type=dir', './nodes/two/etc/x\\040y type=file', ''])
        others = {'masters/b', 'masters/ab', 'nodes/two', 'META-INF/diskless/masters/b'}
        self.assertEqual(own_part(text, 'a', others), '\n'.join([
            '#mtree', './META-INF/diskless/bundle.json type=file', './META-INF/diskless/trees type=file', './boot/x type=file',
            './images/golden type=dir', './master type=dir', './master/etc/x type=file link=./masters/a/y', './nodes/one/x type=file', '']))
