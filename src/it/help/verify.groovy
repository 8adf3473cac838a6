def log = new File(basedir, 'build.log').text
['validate', 'generate', 'assemble', 'package', 'show', 'kernel', 'help'].each {
    assert log.contains("diskless:$it\n") || log.contains("diskless:$it\r\n")
}
['diskless.skip', 'diskless.descriptor', 'diskless.cache', 'diskless.mirror', 'diskless.update', 'diskless.compression',
        'diskless.node', 'diskless.file'].each {
    assert log.contains("User property: $it")
}
return true
