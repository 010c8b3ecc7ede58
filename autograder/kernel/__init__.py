"""Where a student's code runs, and the only ways in and out of it.

wire      what travels: plain data in both directions, never pickled
probe     the text that runs in the student's kernel and answers one request
runner    a kernel, the notebook's cells one after another, limits
"""
