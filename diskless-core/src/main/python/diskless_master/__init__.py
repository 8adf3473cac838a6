"""Parts of the programs that run on a master. They need Python 3.6 or newer and its standard library."""
