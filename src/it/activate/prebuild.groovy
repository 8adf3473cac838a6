dev.diskless.it.TinyImage.at(new File(basedir, 'image'))
new File(basedir, 'target/empty').mkdirs()
