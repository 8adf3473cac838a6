import dev.diskless.it.Bundle

def here = Bundle.of(basedir)
def elsewhere = Bundle.of(new File(basedir, 'elsewhere/deeper'))
assert here.sha256() == elsewhere.sha256()
