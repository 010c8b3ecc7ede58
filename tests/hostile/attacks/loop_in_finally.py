# tries: to end only when interrupted, and then to loop in `finally`
# must: be given up with its kernel shortly after the cell's limit
# scores: check_similarity=0 check_predictions=0

# %% similarity
try:
    while True:
        pass
finally:
    while True:
        try:
            while True:
                pass
        finally:
            continue
