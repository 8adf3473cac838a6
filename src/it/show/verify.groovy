def log = new File(basedir, 'build.log').text
def lines = log.readLines()

// 1: the bare file, so that a shell can go on with it.
assert lines.contains('first')
// 2: the master's, rendered from the same descriptor.
assert log =~ /(?i)hardware ethernet 52:54:00:00:00:02;/
// 3: a tree, each path with the layer that it came from.
assert lines.any { it.contains('etc/motd') && it.contains('files/nodes/first') }
assert lines.any { it.contains('usr/bin/hello') && it.contains('image tiny') }
// 4: the master's files.
assert lines.any { it.contains('etc/exports') }
// 5: a mistake in the name is answered with the nearest.
assert lines.any { it.startsWith('[ERROR]') && it.contains('fisrt') && it.contains('first') }
assert !(log =~ /(?m)^\s+at [\w.]+\(/)
