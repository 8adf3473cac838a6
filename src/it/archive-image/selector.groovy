return dev.diskless.it.Needs.programs(setcap: 'libcap2-bin', getcap: 'libcap2-bin')
