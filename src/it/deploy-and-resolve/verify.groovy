import dev.diskless.it.Bundle

def built = Bundle.of(basedir)
def resolved = Bundle.at(new File(basedir, 'resolve/target/deploy-and-resolve-1.0.tar.zst'))
assert resolved.sha256() == built.sha256()
