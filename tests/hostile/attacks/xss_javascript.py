# tries: to run JavaScript outputs, also of kinds that pages know how to load
# must: not run

# %% similarity
from IPython.display import Javascript, display

display(Javascript("document.title+='!xss_javascript plain!'"))
for kind in ("text/javascript", "application/vnd.jupyter.widget-view+json", "application/vnd.plotly.v1+json", "text/vnd.mermaid", "application/vnd.bokehjs_load.v0+json"):
    display({kind: "</script><script>document.title+='!xss_javascript kind!'</script>", "text/plain": "x"}, raw=True)
