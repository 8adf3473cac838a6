if (!System.getenv('DISKLESS_IT_KERNEL')) {
    println 'SKIPPED, for it builds a kernel and boots it, which takes a quarter of an hour; set DISKLESS_IT_KERNEL=yes to run it'
    return false
}
def missing = dev.diskless.it.Shell.missing('mmdebstrap', 'qemu-system-x86_64', 'cc', 'make', 'flex', 'bison', 'bc', 'zstd')
if (missing) {
    println "SKIPPED for want of ${missing.join(', ')}: apt-get install mmdebstrap qemu-system-x86 ipxe-qemu gcc libc6-dev make flex bison bc zstd"
}
return missing.isEmpty()
