def log = new File(basedir, 'build.log').readLines()
assert log.contains('[INFO] BUILD SUCCESS')
def warnings = log.findAll { it.startsWith('[WARNING]') }
assert warnings.isEmpty()
assert !log.any { it.contains('Plugin validation issues') }
