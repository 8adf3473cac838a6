import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').text.readLines().collect { it.replaceFirst(/^\[(INFO|ERROR)\] /, '') }
def first = '  - { name: "node003", mac: "00:22:72:00:09:0a", address: 192.168.45.103, group: compute }'
def second = '  - { name: "node004", mac: "52:54:00:00:09:09", address: 192.168.45.104, group: compute }'

assert log.any { it.startsWith('00:22:72:00:09:0a  American Micro-Fuel Device Corp.  x64 UEFI') && it.endsWith('192.168.45.200') }
assert log.any { it.startsWith('52:54:00:00:09:09  (local)') && it.contains('x86 BIOS') && it.contains('2026-11-23T15:36:02Z') }
assert log.contains('2 machines that cellar does not know, and 1 that it knows')
// Printed and appended; and the release knows the second one, but has the same names free.
assert log.count(first) == 3 && log.count(second) == 2

assert log.any { it.contains('was not added: choose a group with -Ddiskless.group=, one of compute, login') }
assert log.any { it.contains('the cluster cellar has no group gpu') }

def lines = new File(basedir, 'src/main/cluster/cluster.yaml').readLines()
def old = lines.findIndexOf { it.endsWith('# the old ones') }
assert lines[old + 1] == first
assert lines[old + 2] == second
assert lines[old + 3] == ''
assert lines[old + 4] == '# No node below this line.'
assert lines.size() == 19

def json = new JsonSlurper().parse(new File(basedir, 'target/appended.json'))
assert json.machines*.node*.name == ['node003', 'node004']
assert json.machines[0].vendor == 'American Micro-Fuel Device Corp.'
assert json.machines[1].architecture == 0
assert json.appendedTo.endsWith('cluster.yaml')
assert log.contains('0 machines that cellar does not know, and 3 that it knows')

assert log.contains('  - { name: "rack1-2", mac: "00:22:72:00:09:0a", address: 192.168.45.103, group: compute }')
assert log.any { it.contains('this directory has no descriptor to append to') }
assert log.any { it.startsWith('watching ') }
return true
