// What an earlier run has resolved must not pass for what this one deploys.
new File(localRepositoryPath, 'dev/diskless/it/diff').deleteDir()
dev.diskless.it.TinyImage.at(new File(basedir, 'image'))
new File(basedir, 'damaged.tar.zst').bytes = [0x28, 0xB5, 0x2F, 0xFD, 1, 2, 3] as byte[]
return true
