def log = new File(basedir, 'build.log').text
def kernel = 'image/boot/vmlinuz-6.1.0-test'

assert log.contains('image tiny, /boot/vmlinuz-6.1.0-test: Linux 6.1.0-test (somebody@example)')
assert log.contains("$kernel: Linux 6.1.0-test (somebody@example)")
assert log.contains('  bzImage, boot protocol 2.15, not packed, command line up to 2,047 bytes')
assert log.contains('  with an initramfs: root: full, shared, overlay, ram')
assert log.contains('root device 0x00FF, root flags 0 (for writing)')
assert new File(basedir, 'target/diskless/kernel/6.1.0-test.config').readLines().containsAll(['CONFIG_IP_PNP=y', 'CONFIG_ROOT_NFS=y', 'CONFIG_NFS_FS=y'])

// The kernel in the image is as it was; the copy differs in the two fields.
def original = new File(basedir, kernel).bytes
def copy = new File(basedir, 'target/diskless/kernel/vmlinuz-6.1.0-test').bytes
assert original.length == copy.length
assert (0..<copy.length).findAll { original[it] != copy[it] }.every { it in [498, 499, 508, 509] }
assert (copy[508] & 0xFF) == 0xFF && copy[509] == 0 && copy[498] == 0

assert log.contains('[ERROR] the network driver e1001 is unknown; choose from virtio_net, e1000,')
assert !log.contains('at dev.diskless')
return true
