# tries: to run a script in the browser from an SVG picture
# must: not run

# %% similarity
from IPython.display import SVG, display

SOURCE = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9' onload=\"document.title+='!xss_svg load!'\"><script>document.title+='!xss_svg script!'</script><foreignObject><img xmlns='http://www.w3.org/1999/xhtml' src='x' onerror=\"document.title+='!xss_svg foreign!'\"/></foreignObject></svg>"
display(SVG(SOURCE))
display({"image/svg+xml": "<script>document.title+='!xss_svg raw!'</script>"}, raw=True)
