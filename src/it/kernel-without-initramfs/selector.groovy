return dev.diskless.it.Needs.asked('DISKLESS_IT_KERNEL', 'it builds a kernel and boots it, which takes a quarter of an hour') &&
    dev.diskless.it.Needs.programs(mmdebstrap: 'mmdebstrap', 'qemu-system-x86_64': 'qemu-system-x86 ipxe-qemu', cc: 'gcc libc6-dev',
        make: 'make', flex: 'flex', bison: 'bison', bc: 'bc', zstd: 'zstd')
