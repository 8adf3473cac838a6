return dev.diskless.it.Needs.lab()
