"""Collecting from pull requests: from a list of links to `submitted/`, by the times at which the collector has looked.

links     a link or address to a remote and a ref; no credentials, no options, no other protocols
roster    the list of students and links, as a spreadsheet has saved it
git       one command of git: bounded in time, output and files, without configuration, hooks or credentials
remotes   what a ref is at now, the snapshot of a commit, whether one commit grew out of another
trees     what a snapshot holds, which of its files are the assignment's, and their contents
seen      the log of what the collector has seen, and when; `.autograder-collect/` in the course
due       the due time, from the command line or the gradebook
choose    which commit counts, by that log
placing   files into `submitted/`; what is replaced is kept
student   all of that for one student
run       for everybody, in parallel; progress and summary
command   `autograder collect`
"""
