// Copying a project does not keep who may execute a file.
new File(basedir, 'src/test/cluster').eachFileRecurse { if (it.isFile()) { assert it.setExecutable(true) } }

// The kernel goes where the group's own files are; one that was built before is taken from the cache.
def base = basedir
while (!new File(base, 'src/kernel/build.sh').exists()) { base = base.parentFile }
def script = new File(base, 'src/kernel/build.sh')
def log = new File(basedir, 'kernel.log')
def process = new ProcessBuilder(script.path, new File(basedir, 'src/main/cluster/files/groups/small').path)
        .redirectErrorStream(true).redirectOutput(log).start()
process.outputStream.close()
assert process.waitFor() == 0: log.text
return true
