dev.diskless.it.TinyImage.at(new File(basedir, 'image'))
new File(basedir, 'image/usr/sbin/sshd').text = 'not run here'
def app = new File(basedir, 'image/var/lib/app')
app.mkdirs()
new File(app, 'first').text = 'of the image'
new File(basedir, 'nodes/one-runs-3').setExecutable(true)
return true
