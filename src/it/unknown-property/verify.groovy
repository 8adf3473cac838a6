def log = new File(basedir, 'build.log').text
def errors = log.readLines().findAll { it.startsWith('[ERROR] -D') }.collect { it - '[ERROR] ' }

assert errors == [
    '-Ddiskless.boot=treu: "treu" is neither true nor false',
    '-Ddiskless.boott: no goal has this parameter. Did you mean -Ddiskless.boot?',
    '-Ddiskless.timeout=5s: "5s" is not a whole number between -2147483648 and 2147483647',
    '-Ddiskless.skip=yes: "yes" is neither true nor false',
]
assert log.contains('3 errors (see above)')
assert log.contains('1 error (see above)')
assert log.count('BUILD SUCCESS') == 1
// The first of two goals fails, so the second one does not run.
assert !new File(basedir, 'target/diskless').exists()
assert !(log =~ /(?m)^\s+at [\w.]+\(/)
