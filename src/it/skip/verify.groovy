import dev.diskless.it.PluginDescriptor

def log = new File(basedir, 'build.log').text
def goals = PluginDescriptor.goals() - 'help'
goals.each { goal ->
    assert log =~ /(?m)(diskless-maven-plugin|diskless):[^:\s]+:${goal} .*\n(.*\n)?.*Skipped: diskless.skip is set./
}
assert log.readLines().count { it.contains('Skipped: ') } == goals.size()
assert !new File(basedir, 'target/diskless').exists()
