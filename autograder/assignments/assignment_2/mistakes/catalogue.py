"""Every mistake that the grader knows by name: its id, its name, where it is made, a hint, and what to read again.

An id stays as it is once it stands here: records of grades, the corpus and the class report refer to it.
Signs that give a mistake away stand elsewhere (`autograder.diagnosis.signs`); here is only what people read.
Two mistakes that no black-box sign can tell apart share one entry, and its name says both.
"""

from __future__ import annotations

from dataclasses import replace

from autograder.assignments.assignment_2.mistakes.words import OF_A_CELL
from autograder.mistakes import LEFTOVER, OUT_OF_ORDER, Catalogue, Misconception

SETUP = "0 Setup"
LOADING = "Task 1.1: The test split and its loader"
NORMALISED = "Why the embeddings are normalised"
TEXTS = "Task 2.1: Text embeddings"
IMAGES = "Task 2.2: Image embeddings"
SIMILARITY = "Task 2.3: Cosine similarity"
PREDICTIONS = "Task 2.4: Predictions"
LOOP = "Task 2.5: The loop over the test set"
BASELINE = "Task 2.6: The baseline"
PROMPTS = "Task 3.1: Ten better prompts"
PROMPTS_RUN = "Task 3.2: Measuring them"
UMAP_EMBED = "Task 4.1: All embeddings and their labels"
UMAP_PROJECT = "Task 4.2: Down to two dimensions"
UMAP_PLOT = "Task 4.3: The picture"
EXPERIMENT = "5 Mini-experiment"
EXPERIMENT_A = "Experiment A: Another model"
EXPERIMENT_B = "Experiment B: Several prompts a class"
EXPERIMENT_C = "Experiment C: Top-K"
TOP = "Assignment 2: classifying clothes without training"


def _cells(names: str) -> tuple[str, ...]:
    return tuple(f"check_{name}" for name in names.split())


_FIGURES = "loading baseline prompts umap experiment"
_EVERYWHERE = _cells(
    "setup loading embeddings similarity predictions loop baseline prompts umap experiment"
)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    # --- set-up, and what is overwritten later ---------------------------------------------------------
    Misconception(
        "hard-coded-cuda",
        "`cuda` is written into the code by hand",
        _cells("setup loading embeddings similarity loop baseline prompts umap experiment"),
        SETUP,
        "A machine without an NVIDIA GPU has no device of that name. The variable `device` says what there"
        " is: let it be found out once, and use it wherever a device is named.",
    ),
    Misconception(
        "train-mode-left-on",
        "the model was left in training mode",
        _cells("setup embeddings"),
        SETUP,
        "Training mode switches on what is random in a network, so the same image may give another row each"
        " time. The set-up puts the model into evaluation mode; nothing after it may take it out again.",
    ),
    Misconception(
        "model-overwritten",
        "`clip_model` or `clip_processor` was overwritten by another one",
        _cells("setup embeddings loop baseline prompts umap experiment"),
        EXPERIMENT_A,
        "All functions of Section 2 use these two names. Whoever assigns to them again changes every later"
        " result without an error message: give another model and its processor names of their own.",
    ),
    Misconception(
        "class-names-overwritten",
        "`CLASS_NAMES` was overwritten",
        _cells("baseline prompts experiment"),
        PROMPTS,
        "The list names the classes in every table and belongs to the baseline. Prompts get a name of their"
        " own; then run the cell that gives `CLASS_NAMES` again, and everything after it.",
    ),
    # --- loading ---------------------------------------------------------------------------------------
    Misconception(
        "train-split",
        "the training split was taken instead of the test split",
        _cells(_FIGURES),
        LOADING,
        "60,000 images are for learning, 10,000 for measuring. Read in the documentation of `FashionMNIST`"
        " which of the two it gives if nothing is said.",
    ),
    Misconception(
        "double-rescaling",
        "the grey levels were divided by 255 twice",
        _cells("loading embeddings loop baseline prompts umap experiment"),
        LOADING,
        "`ToTensor` brings pixels to [0, 1], and the processor then does the same again: what is left is"
        " nearly black, and all images look alike to the model. Let one of the two do it: the processor.",
    ),
    Misconception(
        "images-processed-twice",
        "the images went through the processor twice",
        _cells("loading embeddings loop baseline prompts umap experiment"),
        IMAGES,
        "What `collate_clip` gives is ready for the model: resized, rescaled, normalised. Ask of each step what"
        " comes in and what goes out, and let the processor appear in one of them only.",
    ),
    Misconception(
        "subset-as-whole",
        "only a part of the test split was measured, and reported as the whole",
        _cells(f"loop {_FIGURES}"),
        BASELINE,
        "The first batches or the first thousand images are another, smaller test, whose accuracy is off by"
        " some per cent. While you try things out a few batches will do; what is reported is all 10,000.",
    ),
    Misconception(
        "drop-last",
        "the loader drops the last batch if it is smaller",
        _cells("loading"),
        LOADING,
        "Dropping is for training. Whoever measures needs every image once, whatever the batch size.",
    ),
    Misconception(
        "drawn-with-replacement",
        "the loader draws images with replacement, so some come twice and others never",
        _cells("loading"),
        LOADING,
        "Drawing with replacement is for training on classes of unlike size. Whoever measures needs every image once:"
        " `shuffle=True` gives each of them, in another order.",
    ),
    Misconception(
        "wrong-collate",
        "the loader does not put its batches together with `collate_clip`",
        _cells("loading"),
        LOADING,
        "The data set gives PIL images; somebody has to turn a list of them into one tensor for the model."
        " `collate_clip` does that, and the `DataLoader` has an argument for it.",
    ),
    Misconception(
        "labels-from-another-pass",
        "labels stand beside other images than their own: from another pass, or only one of the two was moved",
        _cells("loading baseline prompts umap experiment"),
        UMAP_EMBED,
        "A shuffled loader gives another order each time it is read, and neither is the order of the data set. Take"
        " an image and its label from the same batch of the same pass, and whatever you sort, join or permute"
        " afterwards: do it to both in the same way.",
    ),
    Misconception(
        "not-shuffled",
        "the loader does not shuffle",
        _cells("loading"),
        LOADING,
        "The task asks for a shuffled loader: later cells draw its first batch as a sample of the split."
        " `DataLoader` has an argument for it.",
    ),
    Misconception(
        "wrong-batch-size",
        "the batches have another size than 16",
        _cells("loading"),
        LOADING,
        "The task gives the size of a batch; memory and the later cells are laid out for it.",
    ),
    Misconception(
        "other-transform",
        "the data set changes its images before the processor sees them",
        _cells("loading"),
        LOADING,
        "The processor expects PIL images as they are in the data set, and does all that the model needs."
        " Give the data set no `transform`.",
    ),
    Misconception(
        "splits-joined",
        "the training and the test split were put together",
        _cells("loading umap"),
        LOADING,
        "What is measured on images that a model may have been trained on says nothing of new ones. The data set"
        " of the task is the test split alone, 10,000 images.",
    ),
    Misconception(
        "images-altered",
        "the images were changed before the model got them",
        _cells("loading embeddings loop umap"),
        LOADING,
        "Flipped, cropped, inverted, blurred or clipped images are other images. Give the processor what the data"
        " set holds, and the model what the processor gives.",
    ),
    Misconception(
        "not-rescaled",
        "a step of the processor was switched off or replaced, such as the rescaling or the normalisation",
        _cells("loading embeddings baseline prompts umap experiment"),
        LOADING,
        "The model has learned from images of one range, mean and spread. The processor brings every image there:"
        " call it as the set-up does, without switching its steps off.",
    ),
    # --- embeddings ------------------------------------------------------------------------------------
    Misconception(
        "transformers-output-object",
        "the output object of transformers 5 was taken for a tensor",
        _cells("embeddings loop baseline prompts umap experiment"),
        TEXTS,
        "Since version 5 `get_text_features` and `get_image_features` return an object that *holds* the"
        " embedding, as `pooler_output`; before that they returned the embedding itself.",
    ),
    Misconception(
        "projected-twice",
        "the embedding was put through the projection a second time",
        _cells("embeddings"),
        TEXTS,
        "Whatever the field is called, what `get_text_features` and `get_image_features` give is in the shared"
        " space already. The projection belongs to what the towers alone give.",
    ),
    Misconception(
        "not-normalised",
        "the rows were not brought to length 1",
        _cells("embeddings similarity umap experiment"),
        NORMALISED,
        "A dot product grows with the lengths of the two vectors; a cosine must not. Make one of two arrows"
        " twice as long: which of the two numbers stays as it was, and what has to be divided by?",
    ),
    Misconception(
        "only-one-side-normalised",
        "only one of the two sides was brought to length 1",
        _cells("embeddings similarity"),
        NORMALISED,
        "The formula of the cosine has two lengths in its denominator, one for images and one for texts."
        " Compare what you do for the one with what you do for the other.",
    ),
    Misconception(
        "norm-of-whole-matrix",
        "the norm was taken over the whole matrix instead of each row",
        _cells("embeddings similarity"),
        TEXTS,
        "Without further arguments `norm` gives one number for everything. Print its shape: with N rows there"
        " have to be N lengths. Which two arguments make it so?",
    ),
    Misconception(
        "norm-over-columns",
        "the norm was taken down the columns instead of along the rows",
        _cells("embeddings similarity"),
        TEXTS,
        "A row is one text or one image, a column is one coordinate of all of them. Ask which of the two should"
        " have length 1, and along which dimension its entries lie.",
    ),
    Misconception(
        "squared-norm",
        "the rows were divided by the square of their length",
        _cells("embeddings similarity"),
        NORMALISED,
        "The length of a vector is the *root* of the sum of its squares. Try it by hand with (3, 4).",
    ),
    Misconception(
        "l1-norm",
        "the rows were divided by the sum of their absolute values",
        _cells("embeddings similarity"),
        NORMALISED,
        "That is another norm. The length in the formula of the cosine is the Euclidean one: try it by hand"
        " with (3, 4), whose length is 5, not 7.",
    ),
    Misconception(
        "unpooled-output",
        "an item of the model's output was taken by its number, not the pooled, projected embedding",
        _cells("embeddings"),
        TEXTS,
        "The first item of an output holds a vector for each token or patch, or a single row. Compare the shape"
        " that you get with the one that the task asks for: one row an input.",
    ),
    Misconception(
        "unprojected-output",
        "the output of a tower was taken before its projection into the shared space",
        _cells("embeddings"),
        TEXTS,
        "The two towers end in spaces of their own; only after the projection can a text be compared with an"
        " image. `get_text_features` and `get_image_features` include it; the towers alone do not.",
    ),
    Misconception(
        "gradients-kept",
        "the embeddings still carry gradients",
        _cells("embeddings"),
        TEXTS,
        "Nothing is trained here. Whatever is computed outside `torch.no_grad()` is kept for a backward pass that"
        " never comes, and fills the memory over 10,000 images.",
    ),
    Misconception(
        "array-instead-of-tensor",
        "a list or a NumPy array is returned where a torch tensor is asked for",
        _cells("embeddings"),
        TEXTS,
        "The next function multiplies tensors and moves them between devices. Read the `Returns:` part of the"
        " docstring, and stay with tensors until the similarities.",
    ),
    Misconception(
        "stale-cache",
        "an earlier result is returned again, whatever the argument is",
        _cells("embeddings similarity predictions loop experiment"),
        TEXTS,
        "A result that is kept belongs to the argument it was made from. Before it is used again, the function"
        " has to make sure that the argument is the same; it is simpler to compute afresh.",
    ),
    Misconception(
        "order-not-kept",
        "the rows do not come back in the order of the inputs",
        _cells("embeddings predictions loop umap experiment"),
        TEXTS,
        "Row i belongs to input i. Sorting, or going through a set or a dictionary, changes that: all the later"
        " cells read the class from the position.",
    ),
    Misconception(
        "depends-on-batch",
        "the answer for an input depends on what else is in its batch",
        _cells("embeddings predictions loop experiment"),
        IMAGES,
        "Means, maxima or norms over a whole batch mix its images. Each row is computed from its own input"
        " alone, so that an image gets the same row in any company.",
    ),
    Misconception(
        "ensemble-not-renormalised",
        "the mean of several embeddings was not brought back to length 1",
        _cells("embeddings"),
        NORMALISED,
        "The mean of unit vectors is shorter than 1 unless all are the same: its length says how much they"
        " agree. And the task is one row for each text as it was given.",
    ),
    Misconception(
        "template-added",
        "words were put around the texts before they were embedded",
        _cells("embeddings"),
        TEXTS,
        "The function embeds the texts that it is given, so that bare names can be compared with prompts. Put the"
        " words of a caption into the prompts of Section 3.",
    ),
    Misconception(
        "global-instead-of-argument",
        "a variable of the notebook is read instead of the argument",
        _cells("embeddings similarity predictions loop experiment"),
        PREDICTIONS,
        "Inside a function only its arguments say what it works on. A variable of another cell holds the right"
        " thing once by luck. Compare the names in the body with those in the first line of the function.",
    ),
    Misconception(
        "correlation-instead-of-cosine",
        "the mean of each row was taken off before its length was, so that correlations come out",
        _cells("embeddings similarity"),
        NORMALISED,
        "A correlation is the cosine of rows whose mean was taken off. CLIP's embeddings are compared as they"
        " are: read the formula of the cosine again and do nothing else.",
    ),
    Misconception(
        "wrong-length",
        "the rows point the right way, but their length is not 1",
        _cells("embeddings"),
        NORMALISED,
        "After the division the root of the sum of squares of every row has to be 1. Print it for three rows:"
        " what does it come to, and what have you divided by or multiplied with?",
    ),
    Misconception(
        "values-rounded",
        "the numbers were rounded",
        _cells("embeddings similarity baseline prompts experiment"),
        TEXTS,
        "What two classes differ by may stand in the third digit. Round what you print, never what later cells"
        " compute with.",
    ),
    Misconception(
        "texts-truncated",
        "the texts were cut off: what stands further back makes no difference",
        _cells("embeddings"),
        TEXTS,
        "CLIP reads up to 77 tokens. Two texts that differ only at their ends have to get different rows: look at"
        " the arguments of the processor, and at what you do to a text before it.",
    ),
    Misconception(
        "texts-altered",
        "the texts were changed before they were embedded: letters, marks or words",
        _cells("embeddings"),
        TEXTS,
        "The function embeds the texts as it is given them. Whoever wants other texts passes other texts; what is"
        " changed inside the function nobody sees from outside.",
    ),
    Misconception(
        "axis-squeezed",
        "a dimension of length 1 was lost: of one row, or of one column",
        _cells("embeddings similarity predictions loop experiment"),
        SIMILARITY,
        "`squeeze` drops every dimension of length 1, also one that holds a single image or a single text. Try"
        " the function with one row: it has to come back as a table of one row, or an array of one entry.",
    ),
    Misconception(
        "part-of-the-argument",
        "only a part of the argument is looked at",
        _cells("embeddings similarity predictions loop experiment"),
        PREDICTIONS,
        "Change the last entry of what you pass, or the first: the answer has to follow. Look for numbers that"
        " are written into a slice or a `range`, and take the sizes from the argument.",
    ),
    Misconception(
        "sizes-taken-for-granted",
        "the function is right for arguments of some sizes only",
        _cells("embeddings similarity predictions loop experiment"),
        PREDICTIONS,
        "Any number of images may come, any number of texts, and any number of guesses. Call it with one row, with"
        " two, with as many rows as columns and with a thousand, and look where it begins to go wrong.",
    ),
    # --- similarity ------------------------------------------------------------------------------------
    Misconception(
        "transposed",
        "the table is transposed: texts stand in the rows",
        _cells("similarity"),
        SIMILARITY,
        "Say the shapes aloud: (N, D) and (M, D) go in, (N, M) comes out. Which factor stands first, and which"
        " one is turned?",
    ),
    Misconception(
        "factor-not-turned",
        "none of the two factors was turned before the matrix product",
        _cells("similarity"),
        SIMILARITY,
        "The inner sizes of a matrix product must be equal: (N, D) times (D, M). It is an accident if they are equal"
        " without turning anything; then the numbers mean nothing.",
    ),
    Misconception(
        "cosine-along-wrong-axis",
        "the cosine was taken along another axis than that of the coordinates",
        _cells("similarity"),
        SIMILARITY,
        "Products are added up over the D coordinates of a row, and one number for each image and each text is"
        " left. Print the shapes before and after: which axis has gone?",
    ),
    Misconception(
        "reshaped-not-transposed",
        "a table was reshaped where it has to be transposed",
        _cells("similarity"),
        SIMILARITY,
        "`reshape` and `view` read the same numbers on in another shape, and tear rows apart. Transposing turns the"
        " table, so that its rows become columns. Try both on a table of 2 x 3.",
    ),
    Misconception(
        "element-wise-product",
        "the entries were multiplied one by one, without a matrix product",
        _cells("similarity"),
        SIMILARITY,
        "`*` pairs entry with entry and needs equal shapes. Every image is to meet *every* text: that is a matrix"
        " product, which also adds up over the D coordinates.",
    ),
    Misconception(
        "one-pair-only",
        "each image was compared with one text only, or one pair stands for all",
        _cells("similarity"),
        SIMILARITY,
        "A function that compares two vectors, or row i with row i, gives one number a pair. There are N times"
        " M pairs; think of how each image can meet each text.",
    ),
    Misconception(
        "softmax-wrong-axis",
        "softmax was applied, and down the columns",
        _cells("similarity"),
        SIMILARITY,
        "The task asks for cosines, between -1 and 1, so no softmax is needed. If you ever want probabilities:"
        " they have to sum to 1 over the texts of one image.",
    ),
    Misconception(
        "softmax-applied",
        "softmax was applied to the cosines",
        _cells("embeddings similarity"),
        SIMILARITY,
        "Softmax turns a row into shares that sum to 1, and what the cosines were is lost. Return them as they are:"
        " the same direction gives 1, a right angle 0.",
    ),
    Misconception(
        "distance-instead-of-similarity",
        "a distance was computed instead of a similarity",
        _cells("similarity"),
        SIMILARITY,
        "The two run opposite ways: what fits best has the smallest distance and the largest cosine. What does"
        " your function give for two equal vectors, and what should it give?",
    ),
    Misconception(
        "scaled-similarity",
        "the cosines were multiplied by a constant, such as the model's logit scale",
        _cells("similarity"),
        SIMILARITY,
        "CLIP multiplies its cosines before a softmax. The task asks for the cosines themselves: never above 1.",
    ),
    Misconception(
        "tensor-instead-of-array",
        "a torch tensor is returned where a NumPy array is asked for",
        _cells("similarity predictions loop umap experiment"),
        SIMILARITY,
        "From the similarities on the notebook works with NumPy. Read the `Returns:` part of the docstring.",
    ),
    Misconception(
        "result-on-gpu",
        "the result is a tensor that still lies on the GPU",
        _cells("similarity predictions loop umap experiment"),
        SIMILARITY,
        "NumPy cannot see the memory of a GPU. The tensor has to move to the processor first, and then becomes"
        " an array.",
    ),
    Misconception(
        "mixed-devices",
        "the two inputs lie on different devices, and neither was moved",
        _cells("similarity loop experiment"),
        SIMILARITY,
        "A matrix product needs both factors in one place, and the task says that they may come from two."
        " Move one of them to where the other is, or both to the processor.",
    ),
    Misconception(
        "negatives-cut",
        "values below zero were set to zero, or left out",
        _cells("similarity predictions loop experiment"),
        SIMILARITY,
        "A cosine goes from -1 to 1, and with some models all of them are negative: then the least negative one"
        " is the best. Nothing may be cut off at zero.",
    ),
    Misconception(
        "length-matters",
        "the result changes with the length of the rows",
        _cells("similarity"),
        NORMALISED,
        "A cosine is one of directions: a row that is ten times as long, or a tenth, has the same cosines. Call your"
        " function with `10 * image_feats` and with `image_feats / 10`, and find out which of them it does not like.",
    ),
    Misconception(
        "range-changed",
        "the cosines were brought to another range, such as from 0 to 1",
        _cells("similarity"),
        SIMILARITY,
        "The function returns the cosines themselves: 1 for the same direction, 0 for a right angle, -1 for the"
        " opposite. What is made of them for a picture or a table belongs elsewhere.",
    ),
    Misconception(
        "function-of-cosine",
        "the cosines were put through another function",
        _cells("similarity"),
        SIMILARITY,
        "The order may be right, but the numbers are no cosines any more. Return them as they come out of the"
        " product.",
    ),
    Misconception(
        "rows-rescaled",
        "each row of the table was brought to a scale of its own",
        _cells("similarity"),
        SIMILARITY,
        "Images with a poor best match then look as sure as those with a good one. The function returns the"
        " cosines as they are.",
    ),
    Misconception(
        "axis-by-size",
        "the axis was chosen by comparing sizes",
        _cells("similarity predictions experiment"),
        PREDICTIONS,
        "Whether there are more images than texts says nothing about which is which: the rows are the images,"
        " always. Try it with three images and ten texts, and with ten and three.",
    ),
    # --- predictions -----------------------------------------------------------------------------------
    Misconception(
        "argmax-wrong-axis",
        "the largest value was looked for down the columns, not along the rows",
        _cells("predictions loop experiment"),
        PREDICTIONS,
        "A row is one image, a column one class; with N images there are N predictions. Try a table with two rows"
        " and three columns: how many numbers should come out?",
    ),
    Misconception(
        "argmax-of-everything",
        "one winner was looked for in the whole table",
        _cells("predictions loop experiment"),
        PREDICTIONS,
        "Without an axis the table is read as one long row, and there is one winner for all images together."
        " Each image needs its own.",
    ),
    Misconception(
        "argmin",
        "the *least* similar class was taken",
        _cells("predictions loop experiment"),
        PREDICTIONS,
        "A cosine is large where image and text fit. (For a distance it would be the other way round.)",
    ),
    Misconception(
        "values-instead-of-indices",
        "the largest values are returned instead of their positions",
        _cells("predictions loop experiment"),
        PREDICTIONS,
        "The value says how well the best text fits, its position says which text it is. The class is the position.",
    ),
    Misconception(
        "wrong-index-dtype",
        "the class indices are no integers",
        _cells("predictions loop experiment"),
        PREDICTIONS,
        "Indices are used to look things up, and 3.0 is no place in a list. See which step of yours turned whole"
        " numbers into something else.",
    ),
    Misconception(
        "extra-dimension",
        "the result has a dimension too many",
        _cells("predictions loop experiment"),
        PREDICTIONS,
        "One prediction an image is a flat array of shape (N,). Compared with labels of that shape, a column (N, 1)"
        " becomes a table (N, N), and the accuracy is nonsense without an error message.",
    ),
    Misconception(
        "class-names-returned",
        "names of classes are returned instead of their indices",
        _cells("predictions loop experiment"),
        PREDICTIONS,
        "The labels are numbers, and names never equal numbers. Return the index; `CLASS_NAMES` gives the name"
        " where a person reads it.",
    ),
    Misconception(
        "list-returned",
        "a list is returned where a NumPy array is asked for",
        _cells("similarity predictions loop umap experiment"),
        PREDICTIONS,
        "Two lists are compared as wholes and give one True or False; arrays are compared entry by entry. Read the"
        " `Returns:` part of the docstring.",
    ),
    Misconception(
        "argument-changed",
        "the function changes what it was given",
        _cells("embeddings similarity predictions loop experiment"),
        SIMILARITY,
        "`a /= b`, `a[i] = …`, `list.sort()` and operations whose name ends in `_` change the object itself, and"
        " whoever called the function holds the same one: `.cpu().numpy()` shares its memory, too. Make a new one.",
    ),
    Misconception(
        "random-answers",
        "the same question gets another answer each time",
        _cells("embeddings predictions loop"),
        PREDICTIONS,
        "Nothing here is to be drawn: the best class is the one with the largest value, and an embedding is what the"
        " model gives in evaluation mode. Two runs of a notebook have to come to the same figures.",
    ),
    Misconception(
        "rounded-before-argmax",
        "values were rounded before they were compared",
        _cells("predictions loop experiment"),
        PREDICTIONS,
        "Cosines of one image with ten texts often differ in the third digit or later. Rounded, or in half precision,"
        " they become equal, and the first one wins. Compare first; round what is printed.",
    ),
    Misconception(
        "predictions-replaced",
        "`get_predictions` was replaced by a function that returns several classes",
        _cells("experiment"),
        EXPERIMENT_C,
        "What Section 2 defined is used elsewhere. Give the new function the name that the task names, and leave the"
        " old one alone.",
    ),
    Misconception(
        "prompts-of-numbers",
        "the prompts differ by a number only",
        _cells("prompts"),
        PROMPTS,
        "The text tower knows words, not the numbers that this data set gives its classes. Each prompt has to say in"
        " words what its pictures show.",
    ),
    Misconception(
        "ties-give-several",
        "an image gets several answers where two classes are equally similar",
        _cells("predictions loop"),
        PREDICTIONS,
        "Looking for all places that equal the maximum finds more than one if there is a tie, and all later"
        " predictions slip. Exactly one index an image, whichever of the winners it is.",
    ),
    Misconception(
        "absolute-values",
        "the sign of the similarities was ignored",
        _cells("predictions similarity loop experiment"),
        PREDICTIONS,
        "A cosine of -0.9 means opposite, not similar. The largest value counts, not the one farthest from zero.",
    ),
    Misconception(
        "one-based-indices",
        "the classes are counted from 1",
        _cells("loading predictions loop experiment"),
        PREDICTIONS,
        "Labels and columns are counted from 0: class 0 is the first entry of `CLASS_NAMES`.",
    ),
    Misconception(
        "rank-instead-of-index",
        "ranks are returned where positions are asked for",
        _cells("predictions experiment"),
        PREDICTIONS,
        "`argsort` gives positions in order; `argsort` of `argsort` gives each entry's rank. The question is"
        " where the best one stands, not how good each one is.",
    ),
    Misconception(
        "second-best-taken",
        "the second best class was taken",
        _cells("predictions loop experiment"),
        PREDICTIONS,
        "Sort one row by hand. The last of an ascending order is number -1, the first of a descending one is"
        " number 0.",
    ),
    Misconception(
        "classes-renumbered",
        "the classes are numbered in another order than that of `CLASS_NAMES`",
        _cells("loading predictions loop baseline prompts experiment"),
        PREDICTIONS,
        "Position i in every table is class i of `CLASS_NAMES`. Sorting, sets and `np.unique` number what is there"
        " in an order of their own: positions among them have to be looked up there before they are classes.",
    ),
    Misconception(
        "class-zero-lost",
        "class 0 is treated as if it were none",
        _cells("predictions loop experiment"),
        PREDICTIONS,
        "In a condition 0 counts as false. Class 0 is a class like the others: ask for what you mean, such as `is"
        " not None`.",
    ),
    Misconception(
        "one-hot-returned",
        "a table of zeros and ones is returned where indices are asked for",
        _cells("predictions loop"),
        PREDICTIONS,
        "One number for each image is asked for: the position of its best class, and not a row with a 1 there.",
    ),
    Misconception(
        "answers-sorted",
        "the answers are sorted, or repeated ones left out, so that they no longer belong to their rows",
        _cells("similarity predictions loop experiment"),
        PREDICTIONS,
        "Entry i is the class of image i. `sort`, `unique` and sets put the answers into an order of their own.",
    ),
    Misconception(
        "level-matters",
        "the values are compared with a fixed number, not with one another",
        _cells("predictions experiment"),
        PREDICTIONS,
        "Which class is the best does not change if 0.2 is added to all of them. Cosines of CLIP may all lie"
        " between 0.15 and 0.35: there is no threshold that fits every model.",
    ),
    # --- loop and baseline -----------------------------------------------------------------------------
    Misconception(
        "images-left-out",
        "some images are left out of the result",
        _cells("loop"),
        LOOP,
        "Every image of the loader gets its label and its prediction, also where the model is not sure, and in"
        " every round. Whoever leaves some out measures the easy ones, or a few batches.",
    ),
    Misconception(
        "places-left-empty",
        "places that were made beforehand were not all filled",
        _cells("loop"),
        LOOP,
        "The number of batches times their size is more than the number of images where the last batch is smaller, and"
        " a variable outside the function knows another loader's. Append to a list, and join"
        " it at the end.",
    ),
    Misconception(
        "uneven-last-batch",
        "batches of different sizes were put into one array as if they were a rectangle",
        _cells("loop"),
        LOOP,
        "A list of batches is a rectangle only while all are equally large, and the last one need not be. NumPy"
        " has a function that puts arrays of different lengths one after the other.",
    ),
    Misconception(
        "lists-not-reset",
        "a second run adds to the results of the first",
        _cells("loop"),
        LOOP,
        "Lists that are made outside the function, or as a default value of an argument, live on between calls."
        " Where would they have to be made to be empty at the start of each run?",
    ),
    Misconception(
        "mean-of-batch-means",
        "accuracies of batches were averaged",
        _cells("loop baseline prompts experiment"),
        BASELINE,
        "A small last batch then counts as much as a full one. Collect true and predicted classes of all images"
        " first, and compute one share over all of them.",
    ),
    Misconception(
        "accuracy-not-from-predictions",
        "the accuracy is not what the notebook's own predictions give: typed in, or left over from another run",
        _cells("baseline prompts experiment"),
        BASELINE,
        "The computer fills in the figure: the share of images whose predicted class is the true one. Then it is"
        " right on every model and after every change. Restart the kernel and run all cells.",
    ),
    Misconception(
        "confusion-axes-swapped",
        "true and predicted classes changed places in the confusion matrix",
        _cells("baseline prompts"),
        BASELINE,
        "A row is a true class, so each row of the whole test split sums to 1,000. If the columns do, the two"
        " arguments were exchanged, and every sentence about the matrix would be the wrong way round.",
        sections=(("check_prompts", PROMPTS_RUN),),
    ),
    Misconception(
        "labels-not-in-step",
        "true labels and predictions are not in the same order",
        _cells("loop"),
        LOOP,
        "Entry i of both belongs to the same image. Take images and labels from the same batch, and do to the one"
        " list whatever you do to the other.",
    ),
    Misconception(
        "predictions-as-labels",
        "the predictions stand in the place of the true labels as well",
        _cells("loop"),
        LOOP,
        "Then every prediction is right. Look which names are assigned to in the loop: the labels of a batch must"
        " not be overwritten before they are collected.",
    ),
    Misconception(
        "pair-swapped",
        "predictions and true labels are returned in the wrong order",
        _cells("loop"),
        LOOP,
        "The docstring says which comes first. The accuracy does not notice, but a confusion matrix would have its"
        " axes exchanged.",
    ),
    Misconception(
        "only-last-batch",
        "only the last batch was kept",
        _cells("loop"),
        LOOP,
        "A variable that is assigned anew in each round holds the last round in the end. Collect what each round"
        " gives.",
    ),
    Misconception(
        "only-first-batch",
        "only the first batch was classified",
        _cells("loop"),
        LOOP,
        "The function ends where it returns. Is the `return` inside the loop, or does something leave it early?",
    ),
    Misconception(
        "last-batch-dropped",
        "the last batch is left out",
        _cells("loop"),
        LOOP,
        "Every image counts once, also those in a last batch that is not full. Whoever computes how many batches"
        " there are has to round up, and whoever fetches one ahead has to use the one that comes last, too.",
    ),
    Misconception(
        "batches-not-joined",
        "the results are still in batches, not in one flat array",
        _cells("loop"),
        LOOP,
        "For N images there are N entries, whatever the batches were. Put the batches one after the other at the end.",
    ),
    Misconception(
        "accuracy-instead-of-pair",
        "the function returns an accuracy instead of the labels and the predictions",
        _cells("loop"),
        LOOP,
        "The loop only collects; what is made of it (an accuracy, a matrix) comes later and needs every single"
        " prediction. Return the pair that the docstring names.",
    ),
    Misconception(
        "text-encoded-every-batch",
        "the texts are embedded again inside the function, instead of once before it",
        _cells("loop"),
        LOOP,
        "The texts do not change from batch to batch, so 625 rounds give 625 times the same numbers. They are"
        " embedded once, before the loop, and come in as an argument.",
    ),
    Misconception(
        "first-batch-skipped",
        "the first batch is left out",
        _cells("loop"),
        LOOP,
        "An iterator from which one batch was taken, to look at it, goes on with the second. Count how many"
        " labels come back, and compare with the length of the data set.",
    ),
    Misconception(
        "batch-counted-twice",
        "batches are counted more than once",
        _cells("loop"),
        LOOP,
        "Every image counts once. Look for a second `append` or `extend`, for a line in the loop that belongs"
        " before or behind it, and for an iterator that is made anew in each round: it begins with the first batch"
        " again.",
    ),
    Misconception(
        "sorted-apart",
        "what belongs together was put in order apart: one of two arrays alone, or each for itself",
        _cells("loop umap"),
        LOOP,
        "Two arrays of which one is sorted, or each for itself, no longer belong together: entry i of the one and"
        " entry i of the other are of different images.",
    ),
    Misconception(
        "percentage",
        "the accuracy is given in per cent",
        _cells("baseline prompts experiment"),
        BASELINE,
        "The task asks for a share from 0 to 1, so that all figures can be compared. Per cent are for the text.",
    ),
    Misconception(
        "function-used-is-wrong",
        "the mistake is in a function of Section 2 that is used here",
        _cells("loop baseline prompts umap experiment"),
        LOOP,
        "This result is built on earlier functions, and at least one of them gives a wrong answer by itself. Look"
        " at the checks of Tasks 2.1 to 2.4 first; what is wrong here may then be right.",
    ),
    Misconception(
        "no-figure-drawn",
        "the cell does not show the picture that it is asked for",
        _cells("baseline prompts umap"),
        BASELINE,
        "The picture belongs to the cell of the task itself, and it has to be shown there. Run the cell, look"
        " below it, and compare what you see with what the task asks for.",
        sections=(("check_prompts", PROMPTS_RUN), ("check_umap", UMAP_PLOT)),
    ),
    Misconception(
        "labels-of-figure-out-of-order",
        "the names in the figure belong to other classes",
        _cells("baseline prompts umap"),
        BASELINE,
        "A class is known by its number, and its name is the entry at that place in `CLASS_NAMES`. Where numbers"
        " and names are brought into a figure in two orders, each mark gets another class's name.",
        sections=(("check_prompts", PROMPTS_RUN), ("check_umap", UMAP_PLOT)),
    ),
    Misconception(
        "old-matrix-drawn",
        "the matrix of the bare names was drawn once more",
        _cells("prompts"),
        PROMPTS_RUN,
        "After the second run there are two pairs of true and predicted classes in the notebook. Look at which of"
        " them the accuracy comes from, and which of them the figure gets.",
    ),
    Misconception(
        "coloured-by-predictions",
        "the points have the colours of their predicted classes",
        _cells("umap"),
        UMAP_PLOT,
        "The picture is to show where the images of a class lie, whatever the model takes them for: colours by"
        " predictions would hide every mistake. The true classes stand beside the embeddings.",
    ),
    Misconception(
        "map-not-coloured",
        "all points of the map have one colour",
        _cells("umap"),
        UMAP_PLOT,
        "A cloud of points in one colour does not show which classes lie apart and which lie on one another."
        " `scatter` takes a colour for each point, or can be called once for each class.",
    ),
    # --- prompts ---------------------------------------------------------------------------------------
    Misconception(
        "prompts-out-of-order",
        "prompts stand in the places of other classes",
        _cells("prompts experiment"),
        PROMPTS,
        "The position of a prompt in the list, or its key in the dictionary, says which class it stands for. Print"
        " names and prompts side by side.",
    ),
    Misconception(
        "not-ten-prompts",
        "there are not exactly ten prompts",
        _cells("prompts"),
        PROMPTS,
        "One prompt for each class: a class without one can never win, and an eleventh stands for no class. Where a"
        " comma is missing between two texts Python joins them. Several prompts a class are experiment B.",
    ),
    Misconception(
        "prompts-equal-names",
        "prompts are still the bare class names",
        _cells("prompts"),
        PROMPTS,
        "The bare name is the baseline, and a comparison with itself says nothing. Take the class that the"
        " confusion matrix shows to be weakest, and say what tells it from its neighbours.",
    ),
    Misconception(
        "prompt-too-long",
        "a prompt is longer than the model can read",
        _cells("prompts experiment"),
        PROMPTS,
        "CLIP reads 77 tokens of a text, its beginning and end included, which are some 60 words: a longer text stops"
        " it, or is cut off in the middle. Say what tells the class apart, in one sentence.",
        sections=(("check_experiment", EXPERIMENT_B),),
    ),
    Misconception(
        "not-a-list",
        "a dictionary, a text or something else stands where a list of texts is asked for",
        _cells("prompts experiment"),
        PROMPTS,
        "Going through a dictionary gives its keys, and through a text its letters, without an error. Where a list of"
        " texts is asked for, write one: `[..., ...]`.",
        sections=(("check_experiment", EXPERIMENT_B),),
    ),
    Misconception(
        "same-prompt-twice",
        "several classes have the same prompt",
        _cells("prompts"),
        PROMPTS,
        "Equal texts have equal embeddings, so nothing can tell these classes apart: the first one always wins. Is"
        " there a template whose place for the name was never filled in?",
    ),
    Misconception(
        "accuracy-not-from-prompts",
        "the accuracy comes from other texts than those that the task names",
        _cells("baseline prompts experiment"),
        PROMPTS_RUN,
        "Where the ten bare names are asked for, no words belong around them, and other prompts have a figure of"
        " their own. Where prompts are: did you embed *these*, and pass their embeddings on? A cell that was not"
        " run again keeps the figure of the texts before.",
    ),
    Misconception(
        "class-shares-averaged",
        "another figure than the accuracy is reported: precision, recall, F1 or a mean over classes",
        _cells("baseline prompts experiment"),
        BASELINE,
        "Accuracy is one number: right images divided by all images. Precision and F1 look at each class and are"
        " averaged; they come out near it, and are something else.",
    ),
    Misconception(
        "labels-among-predictions",
        "the true labels were used to make predictions, or to mend them",
        _cells("loop baseline prompts"),
        LOOP,
        "Whoever predicts does not know the label; it is there to count with afterwards. A wrong prediction stays"
        " wrong, also where it is a near tie, or between classes that look alike.",
    ),
    Misconception(
        "wrong-denominator",
        "the number of right images was divided by another number than that of all images",
        _cells("baseline prompts experiment"),
        BASELINE,
        "`len` of a loader counts its batches, and `len` of a data set its images. Print what you divide by: it has to"
        " be 10,000.",
    ),
    Misconception(
        "gain-instead-of-accuracy",
        "two accuracies were compared with one another, and that is reported in the place of one of them",
        _cells("prompts experiment"),
        PROMPTS_RUN,
        "The variable is to hold the accuracy of the new prompts itself. What has been gained, everybody can read from"
        " the two figures.",
    ),
    Misconception(
        "not-the-share-of-right",
        "the figure is another one than the share of right answers among the notebook's own predictions",
        _cells("baseline prompts experiment"),
        BASELINE,
        "The predictions are there, and the figure does not follow from them: something was left out, put together"
        " of several parts, or computed otherwise. Compare all true labels with all predictions, once, and take the"
        " mean.",
    ),
    Misconception(
        "all-pairs-compared",
        "every label was compared with every prediction, not each with its own",
        _cells("baseline prompts experiment"),
        BASELINE,
        "An array of shape (N, 1) beside one of shape (N,) becomes a table of N x N without an error. Print the"
        " shape of what you compare: it has to be (N,).",
    ),
    Misconception(
        "mean-of-several",
        "the mean of several tries is reported",
        _cells("baseline prompts experiment"),
        PROMPTS_RUN,
        "A mean over several lists of prompts belongs to none of them. Report what the texts give that the notebook"
        " holds.",
    ),
    Misconception(
        "classes-merged",
        "two classes were made one",
        _cells("loading baseline prompts experiment"),
        BASELINE,
        "Then another problem is measured, with fewer classes, and its figure cannot be set beside others. All ten"
        " classes count, also those that are hard to tell apart.",
    ),
    Misconception(
        "best-of-several",
        "the best of several tries is reported, and it belongs to another one than what the notebook holds",
        _cells("baseline prompts experiment"),
        PROMPTS_RUN,
        "A figure belongs to the texts that gave it. Choose what you report before you measure, or keep texts and"
        " figure together; the maximum of several tries on the test split is no measure.",
    ),
    # --- UMAP ------------------------------------------------------------------------------------------
    Misconception(
        "columns-rescaled",
        "the columns of the embeddings were brought to another scale after they were computed",
        _cells("umap"),
        UMAP_EMBED,
        "A scaler moves every coordinate on its own, so that rows point elsewhere and are no embeddings any more."
        " `all_img_emb` holds what `get_image_embeddings` gives; give what you compute from it another name.",
    ),
    Misconception(
        "map-of-similarities",
        "the map was made of similarities with the texts, not of the embeddings",
        _cells("umap"),
        UMAP_PROJECT,
        "A similarity tells what the *texts* make of an image; the map is to show how the image tower sees it,"
        " without any words. Reduce all D numbers of each embedding.",
    ),
    Misconception(
        "one-batch-only",
        "only one batch was embedded",
        _cells("umap"),
        UMAP_EMBED,
        "A variable that is assigned anew in each round holds one batch in the end. Collect what each round gives,"
        " and put it together after the loop.",
    ),
    Misconception(
        "linear-map-instead-of-umap",
        "the map is a linear one, such as principal components or two columns of the embeddings",
        _cells("umap"),
        UMAP_PROJECT,
        "A plane that is laid through D dimensions puts things onto one another that are far apart. UMAP bends: it"
        " looks for places in which near things stay near. Use it, and not PCA or a choice of columns.",
    ),
    Misconception(
        "tsne-instead-of-umap",
        "the map is made by t-SNE, and not by UMAP",
        _cells("umap"),
        UMAP_PROJECT,
        "t-SNE keeps near things near, too, but has other settings, and says less about what lies far apart. The task"
        " asks for UMAP: `umap.UMAP`, with the settings that it gives.",
    ),
    Misconception(
        "part-of-more-dimensions",
        "the map is two of the more dimensions that UMAP was asked for",
        _cells("umap"),
        UMAP_PROJECT,
        "UMAP keeps neighbours in all of its dimensions together. What is near in two of ten may be far in the other"
        " eight: ask for two, `n_components=2`.",
    ),
    Misconception(
        "labels-in-the-map",
        "the map was made with the labels, as its target (`y`) or as columns beside the embeddings",
        _cells("umap"),
        UMAP_PROJECT,
        "The map is to show what the embeddings tell of the classes. If UMAP is told the classes as well, it draws them"
        " apart whatever the model makes of the images. Labels are for the colours only.",
    ),
    Misconception(
        "map-rows-out-of-step",
        "the points of the map are not in the order of the embeddings and labels",
        _cells("umap"),
        UMAP_PROJECT,
        "Point i is to be image i. Sorting or shuffling between the embeddings and the map breaks that, and the"
        " colours become confetti.",
    ),
    Misconception(
        "map-not-two-dimensional",
        "the map has another number of dimensions than two",
        _cells("umap"),
        UMAP_PROJECT,
        "A picture on paper has two axes. UMAP has an argument for the number of dimensions.",
    ),
    Misconception(
        "map-transposed",
        "rows and columns were exchanged before or after the reduction",
        _cells("umap"),
        UMAP_PROJECT,
        "UMAP takes one row for each thing to be placed. The things are images, so there are 10,000 rows going in"
        " and 10,000 points coming out.",
    ),
    Misconception(
        "one-coordinate-twice",
        "one coordinate of the map stands on both axes",
        _cells("umap"),
        UMAP_PLOT,
        "The points lie on a line. The first column belongs on one axis, the second on the other: `[:, 0]` and"
        " `[:, 1]`.",
    ),
    Misconception(
        "classes-left-out",
        "some classes do not appear in the map",
        _cells("umap"),
        UMAP_PLOT,
        "There are ten classes, 0 to 9. `range(1, 10)` and `range(9)` have nine; compare the legend with"
        " `CLASS_NAMES`.",
    ),
    # --- experiments -----------------------------------------------------------------------------------
    Misconception(
        "new-model-old-processor",
        "the other model was given images that the first model's processor had prepared",
        _cells("experiment"),
        EXPERIMENT_A,
        "Models differ in the size and the normalisation of their images and in the tokens of their texts. Each"
        " model needs the processor of its own name, for images and for texts.",
    ),
    Misconception(
        "another-model-loaded",
        "another model was loaded than the one that `alternative_model_name` names",
        _cells("experiment"),
        EXPERIMENT_A,
        "The figure belongs to the model that you load. Load it by the variable, so that the name cannot be another.",
    ),
    Misconception(
        "weights-not-loaded",
        "the model was built from its configuration alone, without the weights",
        _cells("experiment"),
        EXPERIMENT_A,
        "A configuration says how large a model is, and not what it has learned: a model that is made of it begins"
        " with random numbers. `from_pretrained` loads both.",
    ),
    Misconception(
        "same-model-again",
        "the model of Section 2 was measured a second time",
        _cells("experiment"),
        EXPERIMENT_A,
        "A comparison needs two different models. Look at the name that you load from, and whether what you then"
        " call really uses the new one.",
    ),
    Misconception(
        "prompt-ids-not-mapped",
        "the number of the best prompt was taken for a class",
        _cells("experiment"),
        EXPERIMENT_B,
        "There are more columns than classes now. Which prompt has won is one question, whose prompt it is another:"
        " `prompt_class` answers the second.",
    ),
    Misconception(
        "prompt-class-ignored",
        "the class was computed from the number of the best prompt, as if all classes had equally many in order",
        _cells("experiment"),
        EXPERIMENT_B,
        "`prompt_class` says which class each column belongs to, in any order and in any numbers. Use it, and the"
        " function is right for every set of prompts.",
    ),
    Misconception(
        "keys-not-class-names",
        "the keys of `prompts_by_class` are not the entries of `CLASS_NAMES`",
        _cells("experiment"),
        EXPERIMENT_B,
        "A dictionary finds a key only if it is spelled exactly so, capitals and slashes included. Let the list give"
        " the keys instead of typing them.",
    ),
    Misconception(
        "unequal-prompt-counts",
        "some classes have more prompts than others",
        _cells("experiment"),
        EXPERIMENT_B,
        "Where the single best prompt decides, each prompt is a ticket in a lottery, and a class with more tickets"
        " wins more often. Give every class equally many.",
    ),
    Misconception(
        "mean-over-prompts",
        "the mean over a class's prompts was compared, not the best of them",
        _cells("experiment"),
        EXPERIMENT_B,
        "A mean lets a poor prompt spoil a good one. In this experiment a class wins if *any* of its prompts is the"
        " best of all.",
    ),
    Misconception(
        "sum-over-prompts",
        "the similarities of a class's prompts were added up",
        _cells("experiment"),
        EXPERIMENT_B,
        "A sum grows with the number of prompts. In this experiment a class wins if *any* of its prompts is the best"
        " of all.",
    ),
    Misconception(
        "top-k-ascending",
        "the k *least* similar classes were taken",
        _cells("experiment"),
        EXPERIMENT_C,
        "`argsort` sorts upwards: what stands first is the worst. Print one row with its similarities beside it.",
    ),
    Misconception(
        "best-guess-last",
        "the right classes stand in the wrong order: the best guess last",
        _cells("experiment"),
        EXPERIMENT_C,
        "The last k of an ascending order are the best k, but still ascending: the first of them is the worst of the"
        " k. Column 0 has to be the best guess.",
    ),
    Misconception(
        "top-k-unordered",
        "the right classes are there, and do not stand with the best first",
        _cells("experiment"),
        EXPERIMENT_C,
        "A partial sort finds the k best without ordering them, and the order of their numbers is another one. Put"
        " those k in the order of their similarity afterwards, best first.",
    ),
    Misconception(
        "best-guess-skipped",
        "the best class is missing: the guesses begin with the second best",
        _cells("experiment"),
        EXPERIMENT_C,
        "Count the columns of a row that you have sorted yourself, from the end: which number has the very last one?",
    ),
    Misconception(
        "isin-over-batch",
        "labels were looked for among the guesses of all images",
        _cells("experiment"),
        EXPERIMENT_C,
        "`np.isin` over the whole table asks whether a label occurs *anywhere*; with many rows it nearly always does."
        " An image is right only if its own row holds its own label.",
    ),
    Misconception(
        "k-ignored",
        "the number of guesses does not depend on k",
        _cells("experiment"),
        EXPERIMENT_C,
        "For k guesses there are k columns. Look for a number in your function where k should stand.",
    ),
    Misconception(
        "k-plus-one",
        "there is one guess too many",
        _cells("experiment"),
        EXPERIMENT_C,
        "A slice ends *before* its second number. Count the columns for k = 1.",
    ),
    Misconception(
        "largest-k-not-one",
        "with k = 10 not every class is among the guesses",
        _cells("experiment"),
        EXPERIMENT_C,
        "Among ten guesses of ten classes the right one is always found, so the accuracy is 1 exactly. Try your"
        " functions with the largest k on three rows.",
    ),
    Misconception(
        "smallest-k-not-top-1",
        "with k = 1 the result is not the prediction of Section 2",
        _cells("experiment"),
        EXPERIMENT_C,
        "One guess is a prediction: K = 1 has to give the accuracy of the baseline. Compare the two row by row.",
    ),
    Misconception(
        "ties-repeat-a-class",
        "the same class is named twice where two are equally similar",
        _cells("experiment"),
        EXPERIMENT_C,
        "Looking a *value* up again finds its first place each time. Sort positions instead of values.",
    ),
    Misconception(
        "only-first-guess-counts",
        "only one of the k guesses, the first or the last, was compared with the label",
        _cells("experiment"),
        EXPERIMENT_C,
        "One guess is the case of K = 1. An image is right if its label is *any* of its k guesses.",
    ),
    Misconception(
        "hits-over-all-guesses",
        "the hits were divided by the number of guesses, not of images",
        _cells("experiment"),
        EXPERIMENT_C,
        "There is at most one hit in a row of k guesses. The share is one of images, so K = 10 gives 1, not 0.1.",
    ),
    Misconception(
        "counts-not-shares",
        "the number of right images stands where their share is asked for",
        _cells("baseline prompts experiment"),
        BASELINE,
        "An accuracy is a share from 0 to 1: right images divided by all images.",
    ),
    Misconception(
        "wrong-answers-counted",
        "the share of *wrong* answers stands where that of right ones is asked for",
        _cells("baseline prompts experiment"),
        BASELINE,
        "Try it with guesses that are all right: what should come out, and what does?",
    ),
    Misconception(
        "prompts-vote",
        "a class's prompts were counted or voted, not the single best one taken",
        _cells("experiment"),
        EXPERIMENT_B,
        "In this experiment the best of all prompts decides alone. How many prompts of a class stand near the top"
        " does not matter.",
    ),
    Misconception(
        "prompts-of-other-classes",
        "prompts were counted for other classes than theirs",
        _cells("experiment"),
        EXPERIMENT_B,
        "`prompt_class` has to follow the order in which the prompts were embedded: all of the first class and then all"
        " of the second, or one of each in turn, and classes numbered as in `CLASS_NAMES`. Print three of them side by"
        " side.",
    ),
    Misconception(
        "right-in-any-try",
        "an image counts as right if any of several guesses or runs is right",
        _cells("prompts experiment"),
        EXPERIMENT_B,
        "Whoever looks afterwards which of them was right knows the label already. One prediction for each image"
        " has to come out of all texts together.",
        sections=(("check_prompts", PROMPTS_RUN),),
    ),
    Misconception(
        "keys-not-k",
        "the keys of `top_k_results` are not the numbers of guesses",
        _cells("experiment"),
        EXPERIMENT_C,
        "`top_k_results` says for each K, a whole number, which accuracy it gave: `{1: 0.62, 3: 0.9}`, without"
        " words or positions.",
    ),
    Misconception(
        "guesses-weighted",
        "a guess further back counts less than one",
        _cells("experiment"),
        EXPERIMENT_C,
        "A hit is a hit, in whichever of the k places: the share of images whose label is among their guesses is"
        " asked for, not a mean of ranks.",
    ),
    Misconception(
        "all-guesses-have-to-be-right",
        "an image counts only if all of its guesses are its label",
        _cells("experiment"),
        EXPERIMENT_C,
        "The k guesses are k different classes, so at most one can be right. One hit among them is enough: `any`,"
        " not `all`.",
    ),
    Misconception(
        "text-features-overwritten",
        "the texts behind the top-K are not the ten class names",
        _cells("experiment"),
        EXPERIMENT_C,
        "With K = 1 the baseline has to come out, so the texts are the bare names: neither better prompts nor several a"
        " class. A variable of text embeddings may have been filled again since; embed the ten texts that you mean in"
        " the cell that uses them.",
    ),
    # --- the notebook as a whole -----------------------------------------------------------------------
    replace(OUT_OF_ORDER, exercises=_EVERYWHERE, section=TOP),
    replace(LEFTOVER, exercises=_EVERYWHERE, section=TOP),
)

CATALOGUE = Catalogue(MISCONCEPTIONS, OF_A_CELL)
BY_ID = CATALOGUE.by_id
