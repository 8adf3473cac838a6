// What an earlier run has resolved must not pass for what this one deploys.
new File(localRepositoryPath, 'dev/diskless/it/deploy-and-resolve').deleteDir()
dev.diskless.it.TinyImage.at(new File(basedir, 'image'))
