"""All that passes between a student's kernel and a check: requests, and plain data.

student  what a check may do with a submission
wire     what travels, never pickled
probe    the text that runs in the kernel and answers one request
drawn    the text that keeps there what shown figures are made of
figures  a drawn figure, as a check looks at it

Whatever is added here is added to what a stranger's code can say to the grader.
"""
