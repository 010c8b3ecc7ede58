# tries: to print for ever, a megabyte at a time
# must: have its output cut, and be stopped at the cell's limit
# scores: check_similarity=0 check_predictions<=5

# %% similarity
while True:
    print("x" * 10**6)
