return dev.diskless.it.Needs.programs('ssh-keygen': 'openssh-client')
