import dev.diskless.testing.Shell
import dev.diskless.it.TinyImage

TinyImage.at(new File(basedir, 'image'))
Shell.sh('tar -C "$1" --owner=0 --group=0 --numeric-owner -c . | zstd -q >"$2"', new File(basedir, 'image'), new File(basedir, 'image.tar.zst'))
return true
