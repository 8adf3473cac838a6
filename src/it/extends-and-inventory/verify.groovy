import dev.diskless.it.Bundle

def bundle = Bundle.of(basedir)
def place = { node -> bundle.text("nodes/$node/etc/place").trim() }
// The group's own value over the inherited one; what it does not say is inherited.
assert place('login') == 'login.hpc.example R1 1.0'
assert place('gpu1') == 'gpu1.hpc.example R2 1.0'
assert place('gpu2') == 'gpu2.hpc.example R2 1.0'
assert bundle.text('boot/pxelinux.cfg/01-52-54-00-00-00-12').contains('console=ttyS0')
def gpuFstab = bundle.names().find { it == 'nodes/gpu1/etc/fstab' || it == 'groups/gpu/etc/fstab' }
assert bundle.text(gpuFstab).contains('/home')
// Files of a group are also laid over the trees of the groups that extend it.
assert bundle.text('groups/gpu/etc/lineage') == 'base\n'
