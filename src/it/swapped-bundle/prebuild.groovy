// What an earlier run has resolved must not pass for what this one deploys.
new File(localRepositoryPath, 'dev/diskless/it/swapped-bundle').deleteDir()
dev.diskless.it.TinyImage.at(new File(basedir, 'image'))
// The root of a project of its own.
new File(basedir, 'elsewhere/.mvn').mkdir()
