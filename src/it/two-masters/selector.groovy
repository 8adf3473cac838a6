if (!dev.diskless.it.Shell.isRoot()) {
    println 'SKIPPED: activating restores owners, which needs root; run it as root'
    return false
}
return true
