import dev.diskless.it.Bundle

def bundle = Bundle.of(basedir)
assert bundle.text('images/tiny/usr/bin/hello').contains('echo hello')
assert bundle.listing('images/tiny/usr/bin/hello').startsWith('-rwxr-xr-x 0/0')
assert bundle.holds('boot/1.0/tiny/vmlinuz')
assert bundle.text('nodes/first/etc/hostname') == 'first\n'
