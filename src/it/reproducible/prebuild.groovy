import dev.diskless.testing.Shell
import dev.diskless.it.TinyImage

TinyImage.at(new File(basedir, 'image'))
def elsewhere = new File(basedir, 'elsewhere/deeper')
elsewhere.mkdirs()
// The copy has files of another age, and an owner's file modes of another umask.
Shell.sh('umask 077; cp -r "$1/pom.xml" "$1/src" "$2"; cp -a "$1/image" "$2"; find "$2/src" -exec touch -d 2001-01-01 {} +', basedir, elsewhere)
return true
