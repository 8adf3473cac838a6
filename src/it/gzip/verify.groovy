import dev.diskless.it.Bundle
import dev.diskless.testing.Shell

def bundle = Bundle.of(basedir)
assert bundle.fileName() == 'gzip-1.0-tftpboot.tar.gz'
Shell.output('gzip', '-t', new File(basedir, 'target/gzip-1.0-tftpboot.tar.gz').path)
def installed = Bundle.at(new File(localRepositoryPath, 'dev/diskless/it/gzip/1.0/gzip-1.0.tar.gz'))
assert installed.sha256() == bundle.sha256()
if (Shell.isRoot()) {
    assert new File(bundle.install(new File(basedir, 'target/master')), 'nodes/first/etc/hostname').text == 'first\n'
}
