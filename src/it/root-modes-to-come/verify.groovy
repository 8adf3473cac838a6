def log = new File(basedir, 'build.log').text
assert log.readLines().any { it =~ /^\[ERROR\].*\bram\b.*(full|overlay)/ }
assert !(log =~ /(?m)^\s+at [\w.]+\(/)
