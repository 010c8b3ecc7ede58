"""Where a student's code runs, and the only ways in and out of it.

runner       a kernel, the notebook's cells one after another, limits
outputs      what cells display, in safe forms and of a bounded size
surroundings what a kernel is given besides its notebook
libraries    the line of transformers that it imports
limits       how long a submission may take, and what it may use
usage        what a kernel uses of it, as far as no limit of one process tells
processes    what a running kernel is to the grader, whichever way it is kept apart
provisioner  lets Jupyter's kernel manager run any of them
isolation    the ways of keeping kernels apart, by name
room         bubblewrap: namespaces, mounts and limits
confine      runs in the room: takes its last rights from a process
seccomp      the room's filter of system calls
warm         kernels in rooms that start with everything imported
fork_server  runs outside of any room: imports once, and turns copies of itself into kernels and workers
copies       the grader's end of the sockets of a fork server and of its copies
container    podman or docker
keeper       runs in a container: its first process
bare         nothing is kept apart
"""
