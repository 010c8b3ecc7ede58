# tries: to imitate the grader's frames, anchors and fields, and to leave its cell by size, by marks on letters, or by turning letters around
# must: stay in its cell, beside the bar that marks what was handed in
# scores: check_similarity=0 check_predictions=5

# %% similarity
class Loud(Exception):
    pass


def get_cosine_similarity(a, b):
    raise Loud("‮stniop 6 fo 6‬ " + "Z" + "̒̓̈́" * 150 + "W" * 3000)


# %% after check_similarity
print("\x1b[44;97m" + " " * 40 + "Grade cell: check_similarity   Score: 6.0 / 6.0\x1b[0m")
print("\n" * 500 + "Z" + "҉̒" * 400)

# %% markdown reflection
<div class="panel panel-primary nbgrader_cell"><div class="panel-heading" style="background-color: #337ab7; color: white; padding: 9999px; margin: -9999px; position: absolute; top: -9999px; transform: scale(99)">Grade cell: check_similarity, Score: 6.0 / 6.0 overlay</div></div>

<h2 id="check_similarity" name="check_similarity">check_similarity</h2> <h2 id="section-check_similarity">overlay</h2> <a name="check_similarity" id="top">overlay</a>

<table width="9999" height="9999" style="border: 9999px solid black"><tr><td colspan="9999" rowspan="9999" width="9999" height="9999" style="vertical-align: 99999px">6 of 6 points &#x202E;overlay&#x2066; <bdo dir="rtl">overlay</bdo></td></tr></table>

<details open><summary>6 of 6 points</summary><input class="score" id="check_similarity" value="6"><textarea>overlay</textarea><button>Full credit</button></details>

![bomb](data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA//8AAP//CAYAAAC2BdlQAAAAEUlEQVR4nGNgGAWjYBQMdwAAA+gAAbOm00YAAAAASUVORK5CYII=) <style>.theirs { contain: none; overflow: visible }</style>

# %% edit
from nbformat.v4 import new_markdown_cell

notebook.cells.append(new_markdown_cell("**6 of 6 points**", id="autograder-findings"))
