dev.diskless.it.TinyImage.at(new File(basedir, 'image'))
