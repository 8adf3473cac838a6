import dev.diskless.it.Bundle

def built = Bundle.of(basedir)
['resolve/target', 'resolve/target/dependency'].each {
    def resolved = Bundle.at(new File(basedir, "$it/deploy-and-resolve-1.0.tar.zst"))
    assert resolved.sha256() == built.sha256()
}
assert new File(basedir, 'target/repository/dev/diskless/it/deploy-and-resolve/1.0/deploy-and-resolve-1.0.tar.zst').isFile()
