"""What runs in the student's kernel: it answers from a store what would otherwise be computed there.

The *text* of these modules is what the kernel gets, so they import nothing of the kit but each other, by relative
names: there they belong to a package of another name. They hold no check and no secret. A student's code may undo or
change all of it, and thereby changes its own answers only: verdicts are made elsewhere.

The grader uses the same modules to fill the store, so that both sides mean the same by a key.

fingerprint  which model, which processor
stored       one store: what it knows, and under which keys
lazy         an output of transformers whose other fields are computed when somebody asks
answers      decides whether a call may be answered from a store, and answers it
install      puts that in front of transformers' own methods
"""
