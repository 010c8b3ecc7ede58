# tries: to connect to Unix sockets of the host: abstract ones, and by path
# must: reach nobody
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import glob
import socket

names = ["\0@ABSTRACT@", "@SOCKET@", *glob.glob("/run/**/*.sock", recursive=True), *glob.glob("/tmp/**/*.sock", recursive=True)]
names += ["/var/run/docker.sock", "/run/dbus/system_bus_socket", "\0/tmp/.X11-unix/X0", "/tmp/.X11-unix/X0"]
for name in names:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            with socket.socket(socket.AF_UNIX, kind) as client:
                client.settimeout(0.3)
                client.connect(name)
                client.send(b"hello from net_unix")
                print("GOT", "IT:", repr(name))
        except OSError:
            pass
