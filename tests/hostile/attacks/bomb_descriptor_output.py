# tries: to fill the grader's log or pipes through the descriptors of standard output and error
# must: be read and thrown away; its work is graded
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import os

for _ in range(12):
    os.write(2, b"y" * 2**20)
    os.write(1, b"y" * 2**20)
