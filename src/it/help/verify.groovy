import dev.diskless.it.PluginDescriptor

def log = new File(basedir, 'build.log').text
def goals = PluginDescriptor.goals()
assert goals.size() > 15 && goals.contains('boot')
goals.each {
    assert log.contains("diskless:$it\n") || log.contains("diskless:$it\r\n")
}
def properties = PluginDescriptor.properties()
assert properties.size() > 40 && properties.containsAll(['diskless.boot', 'diskless.boot.nodes', 'diskless.boot.start'])
properties.each {
    assert log.contains("User property: $it")
}
return true
