def log = new File(basedir, 'build.log').text
['validate', 'generate', 'assemble', 'package', 'show'].each { goal ->
    assert log =~ /diskless-maven-plugin:[^:]+:${goal} |diskless:[^:]+:${goal} /
}
assert log.readLines().count { it.contains('skipped') } == 5
assert !new File(basedir, 'target/diskless').exists()
