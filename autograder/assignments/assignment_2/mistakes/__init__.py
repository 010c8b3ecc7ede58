"""The mistakes of the assignment: names, hints, and the signs that give them away.

catalogue     ids, names, hints and the section to read again: what people see; words: what errors give away
of_exercises  the signs, exercise by exercise
state         signs in what the notebook holds
figures       signs in a reported accuracy
typed         whether a figure was typed in
winners       whether indices name the largest entries, where several answers are right
upstream      whether the functions that an exercise builds on are right
towers        what a model gives at each step
loading, embeddings, similarity, predictions, loop, reports, maps, experiment
              the signs of each exercise
shrinkable    how inputs are cut, for the smallest example
"""
