// Runs after the scaffolded project was packaged as it is, without an edit.
def project = new File(basedir, 'project/basic-cluster')
if (!project.isDirectory()) {
    project = basedir
}

// What the properties were given for.
def descriptor = new File(project, 'src/main/cluster/cluster.yaml').text
assert descriptor.startsWith('# yaml-language-server: $schema=cluster.schema.json\n')
assert descriptor.contains('cluster: basic\n')
assert descriptor.contains('subnet: 10.20.30.0/24\n')
assert descriptor.contains('address: 10.20.30.101+')
assert new File(project, 'README.md').text.contains('basic-cluster-1.0.0-tftpboot.tar.zst')

// What has no letter of Velocity's left or lost.
assert !(descriptor =~ /#set|#\[\[|\$\{(?!project\.version)/)
assert new File(project, 'src/main/cluster/templates/all/etc/motd.vm').text.contains('$cluster.name')
assert new File(project, '.gitignore').text == 'target/\n'
assert new File(project, '.gitlab-ci.yml').isFile()
def javaOptions = new File(project, '.mvn/jvm.config').readLines()
assert javaOptions.contains('-XX:+UseSerialGC') && javaOptions.every { it.startsWith('-XX:') }
assert new File(project, 'src/test/cluster/all/cluster-info').text.startsWith('#!/bin/sh\n')
assert new File(project, 'src/main/cluster/cluster.schema.json').text.contains('"cluster"')

// The bundle, with the template and the file that the scaffold brings.
def bundle = new File(project, 'target/basic-cluster-1.0.0-tftpboot.tar.zst')
assert bundle.isFile()
def tar = { String... arguments ->
    def process = (['tar'] + arguments.toList()).execute()
    def output = process.text
    assert process.waitFor() == 0
    output
}
assert tar('-xOf', bundle.path, 'groups/compute/etc/motd').contains('Cluster basic, release 1.0.0. Questions: root@basic.example')
assert tar('-xOf', bundle.path, 'boot/pxelinux.cfg/default').contains('ask root@basic.example')
assert tar('-tvf', bundle.path, 'groups/compute/usr/local/bin/cluster-info').startsWith('-rwxr-xr-x')
assert tar('-tf', bundle.path, 'nodes/node04/etc/hostname', 'boot/1.0.0/debian/vmlinuz', 'boot/pxelinux.0')
