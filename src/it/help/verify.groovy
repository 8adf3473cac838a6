def log = new File(basedir, 'build.log').text
['validate', 'generate', 'assemble', 'package', 'kernel', 'medium', 'show', 'preflight', 'activate', 'rollback', 'diff', 'status', 'drift', 'prune', 'exec', 'push', 'discover', 'help'].each {
    assert log.contains("diskless:$it\n") || log.contains("diskless:$it\r\n")
}
['diskless.skip', 'diskless.descriptor', 'diskless.cache', 'diskless.mirror', 'diskless.update', 'diskless.compression',
        'diskless.node', 'diskless.file', 'diskless.medium.kernel', 'diskless.medium.nodes', 'diskless.ssh', 'diskless.timeout',
        'diskless.from', 'diskless.to', 'diskless.limit', 'diskless.sizes', 'diskless.output', 'diskless.keep', 'diskless.prune.unreachable', 'diskless.prune.drift',
        'diskless.drift.ignore', 'diskless.drift.thorough', 'diskless.preflight.wait', 'diskless.nodes', 'diskless.command', 'diskless.parallel', 'diskless.source',
        'diskless.target', 'diskless.watch', 'diskless.watch.seconds', 'diskless.append', 'diskless.name', 'diskless.group', 'diskless.journal'].each {
    assert log.contains("User property: $it")
}
return true
