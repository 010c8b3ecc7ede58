# tries: to keep busy who makes and who opens its page: empty lines, commands for a terminal, formulae and brackets without an end, pictures named often
# must: be cut, or shown as it was written
# scores: check_similarity=6 check_predictions=5
# work: right

# %% after check_similarity
print("\x1b[31ma" * 270_000)

# %% edit
from nbformat.v4 import new_code_cell, new_markdown_cell

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
notebook.cells.append(new_code_cell("x = 1" + "\n" * 12_000 + "x = 2"))
notebook.cells.append(new_code_cell("x = 1 # " + " \n" * 10_000 + "x = 2"))
notebook.cells.append(new_code_cell("#" + "." * 200_000))
notebook.cells.append(new_markdown_cell("\\\\[" * 6_000))
notebook.cells.append(new_markdown_cell("```python\n" + "\n" * 15_000 + "x\n```"))
notebook.cells.append(new_markdown_cell("$x$ " * 4_900))
notebook.cells.append(new_markdown_cell("![x](attachment:x) " * 900, attachments={"x": {"image/png": PNG + "A" * 1_000_000}}))
notebook.cells += [new_markdown_cell("`a`") for _ in range(1_500)]
