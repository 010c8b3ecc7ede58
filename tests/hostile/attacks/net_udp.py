# tries: to send datagrams to the host, to ask a name server, and to open raw, packet, vsock and netlink sockets
# must: reach nobody
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import socket

for place in ("127.0.0.1", "@ADDRESS@", "255.255.255.255", "192.0.2.1"):
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            client.sendto(b"hello from net_udp", (place, @TCP@))
    except OSError as error:
        print(place, error)
try:
    print("GOT", "IT:", socket.getaddrinfo("example.org", 80))
except OSError as error:
    print(error)
for family, kind in ((socket.AF_INET, socket.SOCK_RAW), (socket.AF_PACKET, socket.SOCK_RAW), (socket.AF_VSOCK, socket.SOCK_STREAM)):
    try:
        socket.socket(family, kind)
        print("GOT", "IT:", family, kind)
    except OSError as error:
        print(family, error)
