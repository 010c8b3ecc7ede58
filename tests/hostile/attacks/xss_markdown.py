# tries: to run a script in the browser from a Markdown output
# must: not run

# %% similarity
from IPython.display import Markdown, display

display(Markdown("<script>document.title+='!xss_markdown script!'</script>"))
display(Markdown("text <img src=x onerror=\"document.title+='!xss_markdown error!'\">"))
display(Markdown("[click](javascript:document.title+='!xss_markdown link!') ![x](javascript:document.title)"))
display(Markdown("```html\n<script>document.title+='!xss_markdown fence!'</script>\n```\n`<img src=x onerror=\"document.title+='!xss_markdown code!'\">`"))
