import dev.diskless.it.Bundle
import dev.diskless.it.TinyImage

def bundle = Bundle.of(basedir)
assert bundle.fileName() == 'directory-image-1.0-tftpboot.tar.zst'

// What it is, it stays: links, hard links, modes, names beyond ASCII.
assert bundle.listing('images/tiny/bin').endsWith('images/tiny/bin -> usr/bin')
assert bundle.listing('images/tiny/usr/bin/hello-again').contains('link to images/tiny/usr/bin/hello')
assert bundle.listing('images/tiny/root/').startsWith('drwx------')
assert bundle.listing('images/tiny/tmp/').startsWith('drwxrwxrw')
assert bundle.text('images/tiny/usr/share/b\u00fccher') == 'a name beyond ASCII\n'

// What would make every node the same machine is not there.
assert !bundle.holds('images/tiny/etc/ssh/ssh_host_ed25519_key')
assert !bundle.holds('images/tiny/etc/ssh/ssh_host_ed25519_key.pub')
def everyMachineId = bundle.names().findAll { it.endsWith('etc/machine-id') }
assert everyMachineId.every { !bundle.text(it).contains(TinyImage.MACHINE_ID) }

// An image is in the bundle once, however many nodes use it; nodes add only what differs.
assert bundle.names().count { it.endsWith('usr/bin/hello') } == 1
assert bundle.names().findAll { it.startsWith('nodes/first/') }.every { !it.contains('usr/') }
assert bundle.text('nodes/second/etc/hostname') == 'second\n'

// The TFTP root has kernel, initramfs and loader of that image.
assert bundle.holds('boot/1.0/tiny/vmlinuz')
assert bundle.holds('boot/1.0/tiny/initrd.img')
assert bundle.holds('boot/pxelinux.0')
assert bundle.holds('boot/ldlinux.c32')
