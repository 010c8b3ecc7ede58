# tries: never to end
# must: be interrupted at the cell's limit; the next exercise is graded

# %% similarity
while True:
    pass
