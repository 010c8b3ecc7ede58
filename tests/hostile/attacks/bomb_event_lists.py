# tries: to take all entries of event lists that a user's processes may have on the whole machine, so that no other kernel can start
# must: be ended before others miss any
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import os
import select
import time

# A list has one entry for each number under which it has seen a file, also when that number leads elsewhere by now.
lists = [select.epoll() for _ in range(60)]
made = 0
for file in [os.eventfd(0) for _ in range(15)]:
    for number in range(300, 1000):
        os.dup2(file, number)
    for events in lists:
        for number in range(300, 1000):
            events.register(number, select.EPOLLIN)
            made += 1
time.sleep(2.5)
print("GOT", "IT:", made, "entries")
