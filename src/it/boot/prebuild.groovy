// Copying a project does not keep who may execute a file.
new File(basedir, 'src/test/cluster').eachFileRecurse { if (it.isFile()) { assert it.setExecutable(true) } }
return true
