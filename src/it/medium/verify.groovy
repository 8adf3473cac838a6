def target = new File(basedir, 'target')
def iso = new File(target, 'medium-1.0-medium.iso')
def log = new File(basedir, 'build.log').text

def run = { String... command ->
    def process = command.toList().execute(null, target)
    def text = process.text
    assert process.waitFor() == 0
    return text
}
def install = log.readLines().findAll { it.contains('Installing ') && it.contains('medium-1.0-medium.iso') }
assert install.size() == 1

// The same bytes each time, with no name of a release or of a node.
assert iso.bytes == new File(target, 'again.iso').bytes

// A disc for BIOS and UEFI, and a disk with an EFI system partition.
def report = run('xorriso', '-indev', iso.path, '-report_el_torito', 'plain', '-report_system_area', 'plain')
assert report =~ /El Torito boot img :   1  BIOS/
assert report =~ /El Torito boot img :   2  UEFI/
assert report.contains('MBR isohybrid')
assert report =~ /MBR partition      :   2   0x00  0xef/
def files = run('xorriso', '-indev', iso.path, '-find', '/', '-type', 'f')
assert files.contains("'/isolinux/network.ipx'") && !files.contains('vmlinuz')

// With a kernel: once for both nodes.
def withKernel = run('xorriso', '-indev', new File(target, 'kernel.iso').path, '-find', '/', '-type', 'f')
assert withKernel.contains("'/kernel/1/vmlinuz'") && withKernel.contains("'/kernel/1/initrd.img'")
assert !withKernel.contains('/kernel/2')
assert log =~ /WARNING.*starts that release only/

assert log =~ /medium-1\.0-medium\.iso: [\d.]+ MB; write it to a stick with `dd if=target\/medium-1\.0-medium\.iso of=\/dev\/sdX bs=1M conv=fsync`/
assert log =~ /ERROR.*a medium with a kernel needs the nodes that it is for/
assert log =~ /ERROR.*no node and no group with nodes has the name fisrt/
assert log =~ /ERROR.*diskless.medium.nodes is set, but the medium is the same for all nodes/
assert !(log =~ /(?m)^\s+at [\w.]+\(/)
return true
