import groovy.xml.XmlSlurper

def log = new File(basedir, 'build.log').text
def lab = new File(basedir, 'target/diskless/lab')

// Node, where it stopped and why, what to do, and a line that only its console or the master's log can have.
[unknown: ['no DHCP offer within 45 s: the DHCP server offered 192\\.168\\.45\\.25[34] to 52:54:00:00:00:11, as to an unknown machine',
           'check that its configuration contains this MAC address: mvn -q diskless:show -Ddiskless.file=etc/dhcp/dhcpd.conf', 'DHCPOFFER on 192\\.168\\.45\\.25[34]'],
 noloader: ['no loader within 60 s: the TFTP server has no nothing\\.0', 'check which boot loader the DHCP server offers', 'RRQ from 192.168.45.12 filename nothing\\.0'],
 nokernel: ['no kernel within 90 s: the TFTP server has no nowhere/vmlinuz', 'check the configuration of its boot loader in target/diskless/boot', 'RRQ from 192.168.45.13 filename nowhere/vmlinuz'],
 badkernel: ['no root within 200 s: its console reports: (?:Invalid or corrupt kernel image|Booting kernel failed)[^\\n]*', 'put the complete file of the kernel package into the image', 'Invalid or corrupt kernel image|Booting kernel failed'],
 noexport: ['no root within 200 s: the master rejects its mount of /srv/diskless/lab/releases/1.0/192.168.45.15',
            'check that it is exported to 192.168.45.15: mvn -q diskless:show -Ddiskless.file=etc/exports.d/diskless.exports', 'refused mount request from 192.168.45.15'],
 hangs: ['no multi-user.target within 200 s: it waits for endless.service \\(start\\)', 'find out what the unit waits for', 'A start job is running for|Reached target'],
].each { node, told ->
    def message = log =~ /(?ms)^\[ERROR\] $node \((stateless|private)\): FAILED, (.*?)(?=^\[(ERROR|INFO)\])/
    assert message.find(), "nothing is told of $node"
    assert message.group(2) =~ /\A${told[0]}\n/
    assert message.group(2).contains(told[1])
    assert message.group(2) =~ told[2]
    assert message.group(2).contains(new File(lab, "${node}.console").path)
    def suite = new XmlSlurper().parse(new File(lab, "TEST-${node}.xml"))
    assert suite.@failures == '1'
    assert suite.testcase.find { it.@name == 'boot' }.failure.@message.text() =~ /\A${told[0]}\z/
}

// It comes up; a unit that failed is a check that failed, with what the unit said.
assert log =~ /(?m)^\[ERROR\] badunit \(stateless\): FAILED, up after \d+ s, 8 of 9 checks passed/
assert log =~ /check units failed:/
assert log =~ /failed: broken\.service/
assert log =~ /no licence found/

// A bundle that was damaged after it was packed: the bundle's own installer rejects it, and the lab reports this.
def bundle = new File(basedir, 'target/boot-failures-1.0-tftpboot.tar.zst')
new RandomAccessFile(bundle, 'rw').withCloseable {
    it.seek(bundle.length().intdiv(2))
    it.write(new byte[4096])
}
def mvn = ["${System.getProperty('maven.home')}/bin/mvn", '-B', '-ntp', '-s', new File(basedir.parentFile, 'interpolated-settings.xml').path,
           "-Dmaven.repo.local=$localRepositoryPath", 'diskless:boot', '-Ddiskless.boot', '-Ddiskless.boot.nodes=badunit']
def again = new ProcessBuilder(mvn*.toString()).directory(basedir).redirectErrorStream(true).start()
again.outputStream.close()
def said = again.inputStream.text
assert again.waitFor() != 0
assert said.contains("the lab's master failed while installing the bundle: the bundle's installer:")
assert said =~ /is damaged|does not match its manifest/
assert said.contains(new File(lab, 'master.console').path)

// Nothing is left of either but its reports.
assert !(lab.list() as Set).any { it.endsWith('.disk') || it.endsWith('.initrd') || it == 'wires' }
assert !ProcessHandle.allProcesses().anyMatch { it.info().commandLine().orElse('').contains(lab.path) && it.info().command().orElse('').contains('qemu') }
return true
