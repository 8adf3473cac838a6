def image = new File(basedir, 'image')
dev.diskless.it.TinyImage.at(image)

// What the nodes of both times have.
['usr/sbin/slurmd', 'usr/sbin/munged', 'usr/share/doc/text', 'usr/X11R6/lib/libX11.so.6'].each {
    def file = new File(image, it)
    file.parentFile.mkdirs()
    file.text = 'of the master\n'
}
new File(image, 'etc/passwd') << 'munge:x:107:113::/nonexistent:/usr/sbin/nologin\n'
new File(image, 'etc/group') << 'munge:x:113:\n'
return true
