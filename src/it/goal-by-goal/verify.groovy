import dev.diskless.it.Bundle

assert new File(basedir, 'target/diskless/master/etc/exports.d').isDirectory() || new File(basedir, 'target/diskless/master/etc/exports').isFile()
assert Bundle.of(basedir).sha256() == Bundle.of(new File(basedir, 'one-run')).sha256()
