if (!System.getenv('DISKLESS_IT_BOOT')) {
    println 'SKIPPED, for it takes many minutes without KVM; set DISKLESS_IT_BOOT=yes to run it'
    return false
}
def missing = dev.diskless.it.Shell.missing('mmdebstrap', 'qemu-system-x86_64')
if (missing) {
    println "SKIPPED for want of ${missing.join(', ')}: apt-get install mmdebstrap qemu-system-x86 ipxe-qemu"
}
if (!new File('/usr/share/OVMF/OVMF_CODE_4M.ms.fd').exists()) {
    println 'SKIPPED for want of UEFI firmware: apt-get install ovmf'
    return false
}
return missing.isEmpty()
