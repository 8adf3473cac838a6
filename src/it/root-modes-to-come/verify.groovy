def log = new File(basedir, 'build.log').text
assert log.readLines().any { it =~ /^\[ERROR\].*cluster\.yaml:\d+:\d+: .*ram.*(full|overlay)/ }
assert !log.contains('\tat ')
