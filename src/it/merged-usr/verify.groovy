def log = new File(basedir, 'build.log').text
assert log.readLines().any { it.startsWith('[ERROR]') && it.contains('/bin') && it.contains('usr/bin') }
assert !(log =~ /(?m)^\s+at [\w.]+\(/)
assert !new File(basedir, 'target').listFiles().any { it.name.contains('-tftpboot.tar') }
