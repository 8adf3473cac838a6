import dev.diskless.it.Bundle
import java.nio.file.Files

def repository = new File(basedir, 'target/repository/dev/diskless/it/swapped-bundle')
def bundle = { String version -> new File(repository, "$version/swapped-bundle-${version}.tar.zst") }
assert Bundle.at(bundle('1.0')).sha256() == Bundle.at(bundle('2.0')).sha256()

def log = new File(basedir, 'build.log').text
assert !(log =~ /(?m)^\s+at [\w.]+\(/)
def refused = log.readLines().findAll {
    it.contains('[ERROR] bundle dev.diskless.it:swapped-bundle:1.0 does not match its checksum in the repository, or has none: ')
}
assert refused.size() == 2
assert refused.every { it.endsWith('; find out who changed the bundle or its checksum, then deploy the bundle again') }

assert !new File(basedir, 'elsewhere/target/root/srv').exists()
def active = new File(basedir, 'elsewhere/target/other/srv/diskless/tiny/active').toPath()
assert Files.readSymbolicLink(active).toString() == 'releases/2.0'
return true
