import dev.diskless.testing.Shell
import dev.diskless.it.TinyImage

TinyImage.at(new File(basedir, 'image'))
Shell.output('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'admin@example.com', '-f', new File(basedir, 'signer').path)
return true
