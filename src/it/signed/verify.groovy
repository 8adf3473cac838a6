import dev.diskless.it.Bundle
import dev.diskless.testing.Shell

def bundle = Bundle.of(basedir)
def names = bundle.names()
assert names.takeRight(2) == ['META-INF/diskless/manifest', 'META-INF/diskless/signature']
assert bundle.listing('META-INF/diskless/signature').startsWith('-rw-r--r-- 0/0 ')

def entry = bundle.text('META-INF/diskless/signature')
def begin = entry.indexOf('-----BEGIN SSH SIGNATURE-----')
def text = entry.substring(0, begin)
new File(basedir, 'text').text = text
new File(basedir, 'text.sig').text = entry.substring(begin)
new File(basedir, 'allowed_signers').text = 'admin@example.com ' + new File(basedir, 'signer.pub').text
def verified = Shell.sh('cd "$1" && ssh-keygen -Y verify -f allowed_signers -I admin@example.com -n diskless-bundle -s text.sig <text', basedir)
assert verified.contains('Good "diskless-bundle" signature for admin@example.com')

new File(basedir, 'manifest').text = bundle.text('META-INF/diskless/manifest')
def digest = Shell.output('sha256sum', new File(basedir, 'manifest').path).split(' ')[0]
def lines = text.readLines()
assert lines[0] == 'diskless-bundle 2'
assert lines[1] == 'cluster tiny'
assert lines[2] == 'version 1.0'
assert lines[5] == digest + '  META-INF/diskless/manifest'

// The second build printed the serial of the first one, and the file has it: it was not signed again.
def log = new File(basedir, 'build.log').readLines()
def signed = log.findAll { it.startsWith('[INFO] signed by SHA256:') }
assert signed.size() == 2
assert signed[0] == signed[1]
assert signed[0].contains(', ' + lines[3] + ';')
assert log.count { it.contains('waiting for ssh-keygen to sign with ') } == 1
def summaries = log.findAll { it.contains('-tftpboot.tar.zst') && it.contains('(SHA-256 without the signature ') }
assert summaries.size() == 2
assert summaries[1].contains(' is up to date (')
def size = (signed[0] =~ /first (\d+) bytes/)[0][1]
def content = Shell.sh('head -c "$2" "$1" | sha256sum', new File(basedir, 'target/' + bundle.fileName()), size).split(' ')[0]
assert summaries.every { it.endsWith(content + ')') }

assert lines[4] == 'content ' + size + ' ' + content

// The third build has no key.
assert log.any { it.startsWith('[ERROR] diskless.sign.key: ') && it.contains('missing does not exist; ') }
assert !new File(basedir, 'target').list().any { it.endsWith('.partial') || it.endsWith('.manifest') }
