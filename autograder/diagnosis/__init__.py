"""From a failed check to the name of a mistake, or to the smallest example of one that has no name.

evidence    what a student's work was asked and answered
signs       what a sign is; a simulated mistake is the strongest
agreement   whether an answer is the one that a mistake would give
wrappings   signs of right numbers in the wrong wrapping
relations   signs in how answers hang together, true of many mistakes
raised      signs in what a student's code raised
matching    the failed checks of an exercise, against the signs that an assignment declares
smallest    the smallest example of a mistake without a name
flow        mistakes of a notebook as a whole

Which mistakes there are, and which signs give them away, is an assignment's own (`autograder.mistakes`).
"""
