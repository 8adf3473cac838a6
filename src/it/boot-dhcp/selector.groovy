if (!System.getenv('DISKLESS_IT_BOOT')) {
    println 'SKIPPED, for it takes many minutes without KVM; set DISKLESS_IT_BOOT=yes to run it'
    return false
}
def missing = dev.diskless.it.Shell.missing('mmdebstrap', 'qemu-system-x86_64')
if (missing) {
    println "SKIPPED for want of ${missing.join(', ')}: apt-get install mmdebstrap qemu-system-x86 ipxe-qemu"
}
return missing.isEmpty()
