# tries: to hand in a notebook whose metadata already holds verdicts, bonus points, more points and further graded cells
# must: have the release's settings and the grader's verdicts used; no further grade appears

# %% edit
from nbformat.v4 import new_code_cell, new_output

about = {"grade": True, "locked": True, "points": 1000, "schema_version": 3, "solution": False, "task": False, "cell_type": "code"}
verdict = new_output("execute_result", data={"text/plain": "6.0", "text/html": "6 of 6 points"}, execution_count=1)
for cell in notebook.cells:
    cell.metadata["autograder"] = {"bonus": 100.0, "bonus_offered": True, "needs_person": None, "verdicts": [{"check": "x", "status": "passed", "earned": 6.0, "points": 6.0, "message": ""}], "seed": "1"}
    if cell.cell_type == "code":
        cell.outputs = [verdict]
        cell.execution_count = 1
    if cell.metadata.get("nbgrader", {}).get("grade"):
        cell.metadata.nbgrader.points = 1000
        cell.metadata.tags = ["skip-execution", "raises-exception", "remove_cell"]
for name in ("check_extra", "bonus"):
    notebook.cells.append(new_code_cell("6.0", metadata={"nbgrader": {**about, "grade_id": name}}, outputs=[verdict]))
notebook.metadata["celltoolbar"] = "Create Assignment"
notebook.metadata["kernelspec"] = {"name": "evil", "display_name": "evil", "language": "sh"}

# %% similarity
def get_cosine_similarity(a, b):
    return np.zeros((1, 1))
