# tries: to connect to the host and to the world over TCP
# must: reach nobody
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import socket
import urllib.request

for family, place in (
    (socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "@ADDRESS@"), (socket.AF_INET, "0.0.0.0"),
    (socket.AF_INET6, "::1"), (socket.AF_INET, "192.0.2.1"), (socket.AF_INET, "169.254.169.254"),
):
    try:
        with socket.socket(family) as client:
            client.settimeout(0.3)
            client.connect((place, @TCP@))
            client.sendall(b"hello from net_tcp")
            print("GOT", "IT:", place)
    except OSError as error:
        print(place, error)
try:
    urllib.request.urlopen("http://@ADDRESS@:@TCP@/", timeout=0.3)
    print("GOT", "IT: HTTP")
except OSError as error:
    print(error)
