# tries: to run a script from the notebook's own metadata: title, language, lexer, tags, cell ids, raw cells; to hide its source
# must: not run; the source is shown
# scores: check_similarity=6 check_predictions=5
# work: right

# %% edit
from nbformat.v4 import new_code_cell, new_raw_cell

payload = "\"'></title></pre></div><script>document.title+='!xss_metadata!'</script><x "
notebook.metadata["title"] = payload
notebook.metadata["language"] = payload
notebook.metadata["language_info"] = {"name": payload, "pygments_lexer": payload, "codemirror_mode": payload, "file_extension": payload, "mimetype": payload}
notebook.metadata["kernelspec"] = {"name": payload, "display_name": payload, "language": payload}
for cell in notebook.cells:
    cell.metadata["tags"] = [payload.replace(",", ""), "remove_cell", "hide_input"]
    cell.metadata["transient"] = {"remove_source": True}
    cell.metadata["magics_language"] = payload
    cell.metadata["alt"] = payload
notebook.cells.append(new_raw_cell("<script>document.title+='!xss_metadata raw!'</script>", metadata={"raw_mimetype": "text/html", "format": "text/html"}))
notebook.cells.append(new_raw_cell("<script>document.title+='!xss_metadata raw!'</script>"))
notebook.cells.append(new_code_cell("print('shown after all')", metadata={"transient": {"remove_source": True}}))
