"""Mistakes with a name: what they are called, the signs that give them away, and the smallest failing example.

catalogue    ids, names, hints and the section to read again: what people see
evidence     what a student's work was asked and answered
signs        what a sign is; a simulated mistake is the strongest
compare      whether an answer is the one that a mistake would give
wrappings    signs of right numbers in the wrong wrapping
relations    signs in how answers hang together, true of many mistakes
raised       signs in what a student's code raised
state        signs in what the notebook holds
figures      signs in a reported accuracy
winners      whether indices name the largest entries, where several answers are right
upstream     whether the functions that an exercise builds on are right
towers       what a model gives at each step
loading, embeddings, similarity, predictions, loop, reports, maps, experiment
             the signs of each exercise
diagnosis    from a failed check to a name
smallest     the smallest example of a mistake without a name; `shrinkable` says how inputs are cut
flow         mistakes of a notebook as a whole
"""
