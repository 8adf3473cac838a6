import dev.diskless.testing.Shell
import dev.diskless.it.TinyImage

def image = new File(basedir, 'image')
TinyImage.at(image)
if (Shell.isRoot()) {
    Shell.output(Shell.path('setcap'), 'cap_net_raw=ep', new File(image, 'usr/bin/hello').path)
}
Shell.sh('tar -C "$1" --owner=0 --group=0 --xattrs --xattrs-include="*" -czf "$1.tar.gz" . && rm -r "$1"', image)
return true
