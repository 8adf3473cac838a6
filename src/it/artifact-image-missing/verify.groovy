def log = new File(basedir, 'build.log').text
assert log.contains('dev.diskless.it:no-such-image:tar.zst:1.4.0')
assert log.contains('deploy it first')
assert !(log =~ /(?m)^\s+at [\w.]+\(/)
assert !new File(basedir, 'target').listFiles().any { it.name.contains('-tftpboot.tar') }
