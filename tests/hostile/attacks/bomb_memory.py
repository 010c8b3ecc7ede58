# tries: to fill the machine's memory in one process
# must: meet the limit of memory
# scores: check_similarity=0 check_predictions<=5

# %% similarity
kept = []
while len(kept) < 64:
    kept.append(b"x" * 2**27)
print("GOT", "IT: 8 GiB")
