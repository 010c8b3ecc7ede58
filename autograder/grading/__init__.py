"""Many submissions: what `nbgrader autograde` does, in parallel, on one machine or many, and resumable.

command         `autograder grade`
run             one run: gives out jobs, keeps results, has them recorded
plan            which submissions, and in which order
trees           a folder as data
messages        what travels between a run and its workers
worker          a worker process; private_course: the course of its own in which stock nbgrader grades
pool            workers on this machine: given jobs, watched, replaced; worker_process: one of them, and its start
cluster         the same on a Dask cluster; cluster_worker: its end there
journal         what was done, on the disk
writer          the one who writes: rows into the gradebook, folders to their places
gradebook       its connection, one transaction a submission
progress        what a run has come to, as data and as lines
"""
