return dev.diskless.it.Needs.root()
