def log = new File(basedir, 'build.log').text
def told = log.readLines().findAll { it =~ /^\[ERROR\] .*cluster\.yaml:\d+:\d+: / }.collect { it - '[ERROR] ' }
def expected = [] as Set

new File(basedir, 'src/main/cluster/cluster.yaml').readLines().eachWithIndex { line, index ->
    def parts = line.startsWith('#') ? [line] : line.split('#!')
    parts.drop(1).each { mark ->
        def (whole, at, words) = (mark =~ /^ "(.*?)"(?!") (.*?)\s*$/)[0]
        // The value is searched from its right, for a text may also stand in a key or name before it.
        def place = "src/main/cluster/cluster.yaml:${index + 1}:${parts[0].lastIndexOf(at) + 1}: ".toString()
        assert told.any { it.startsWith(place) && it.contains(words) }: "no word of '$words' at $place"
        expected << place
    }
}
assert expected.size() >= 20

// Each says what to write, nothing else is told of, and no line of a stack trace.
assert told.every { it.contains('; ') }
assert told.collect { (it =~ /^\S+ /)[0].toString() }.toSet() == expected
assert !log.contains('\tat ')
