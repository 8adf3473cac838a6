"""Exports of several releases."""

from diskless_master.exports import collect_exports, collect_shares
from sample import Case


class ExportsTest(Case):
    def test_lines_of_other_releases_are_added_once(self) -> None:
        own = self.put('own', '# made by diskless\n\n/a 10.0.0.1(ro)\n/a 10.0.0.1(rw)\n/b *(ro)\n')
        first = self.put('first', '# made by diskless\n/a 10.0.0.1(rw,sync)\n/old 10.0.0.1(rw) \n/older *(ro)\n')
        second = self.put('second', '/old 10.0.0.1(ro)\n\n')
        self.assertEqual(
            collect_exports(own, [('1.0', first), ('1.1', second)]),
            '# made by diskless\n\n/a 10.0.0.1(ro)\n/b *(ro)\n'
            '# Of release 1.0, for nodes that run it.\n/old 10.0.0.1(rw) \n/older *(ro)\n')

    def test_nothing_of_others(self) -> None:
        own = self.put('own', '/a b(ro)\n')
        self.assertEqual(collect_exports(own, [('1', own), ('2', self.folder + '/none')]), '/a b(ro)\n')

    def test_numbers_of_shares_stay(self) -> None:
        def share(number: int, path: str, clients: str) -> str:
            lines = ''.join('  CLIENT { Clients = %s; Access_Type = RO; }\n' % client for client in clients)
            return 'EXPORT { Export_Id = %d; Path = %s; Pseudo = %s; Squash = None;\n%s}\n' % (number, path, path, lines)

        own = self.put('own', 'NFSv4 { Grace_Period = 10; }\n' + share(1, '/new', 'a') + share(2, '/both', 'a'))
        other = self.put('other', 'NFSv4 { Other = 1; }\n' + share(1, '/both', 'ab') + share(2, '/old', 'b'))
        live = self.put('live', share(2, '/both', 'a') + share(3, '/old', 'b') + share(9, '/gone', 'c'))
        self.assertEqual(
            collect_shares(own, [('1', other)], live),
            'NFSv4 { Grace_Period = 10; }\n' + share(1, '/new', 'a') + share(2, '/both', 'ab') + share(3, '/old', 'b'))
        self.assertEqual(collect_shares(own, [], self.folder + '/none'), self.read('own'))
