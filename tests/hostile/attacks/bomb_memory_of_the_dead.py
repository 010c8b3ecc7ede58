# tries: to hold the memory of a process that has ended, by reading it from another one, slowly
# must: be ended: nobody in a room reads another process's memory
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import os
import time

told, tell = os.pipe()
other = os.fork()
if other == 0:
    held = bytearray(400 * 2**20)
    os.write(tell, b"!")
    time.sleep(10**6)
os.read(told, 1)
memory = open(f"/proc/{other}/mem", "rb", 0)
time.sleep(3)
print("GOT", "IT: it is still open")
