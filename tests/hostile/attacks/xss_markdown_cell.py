# tries: to run a script from its written answer: HTML, links, attached pictures, headings, code, formulae
# must: be shown as text
# scores: check_similarity=6 check_predictions=5
# work: right

# %% markdown reflection
<script>document.title+='!xss_markdown_cell script!'</script>

<img src=x onerror="document.title+='!xss_markdown_cell error!'"> <IMG SRC=x OnError="document.title+='!xss_markdown_cell case!'">

# heading <svg onload="document.title+='!xss_markdown_cell heading!'"> check_similarity

[link](javascript:document.title+='!xss_markdown_cell link!') <a href="files/javascript:document.title+='!xss_markdown_cell files!'">files</a>
![x](attachment:x.png) ![missing](attachment:missing.png) ![remote](http://127.0.0.1:@TCP@/remote)

```mermaid
</pre><script>document.title+='!xss_markdown_cell mermaid!'</script>
```

```"><script>document.title+='!xss_markdown_cell fence!'</script>
x
```

$$ </script><script>document.title+='!xss_markdown_cell formula!'</script> $$

<div id="check_similarity" class="score tabbable nbgrader_cell" style="position:fixed;inset:0" data-link="x">over all</div>
<iframe src="javascript:parent.document.title+='!xss_markdown_cell frame!'"></iframe>
<noscript><p title="</noscript><img src=x onerror=document.title+='!xss_markdown_cell noscript!'>"></noscript>
<a href="http://127.0.0.1:@TCP@/" ping="http://127.0.0.1:@TCP@/ping" onclick="x">ordinary link</a>

# %% edit
for cell in notebook.cells:
    if cell.cell_type == "markdown":
        cell.attachments = {"x.png": {"image/svg+xml": "x", "image/png\" onerror=\"document.title+='!xss_markdown_cell attachment!'": "x"}}
