# tries: to run a script in the browser of whoever looks at its HTML outputs, or to have the page fetch something
# must: be shown as text

# %% similarity
from IPython.display import HTML, display

for html in (
    "<script>document.title+='!xss_html script!'</script>",
    "<img src=x onerror=\"document.title+='!xss_html error!'\">",
    "<svg onload=\"document.title+='!xss_html svg!'\"></svg>",
    "<iframe srcdoc=\"<script>parent.document.title+='!xss_html frame!'</script>\"></iframe>",
    "<details open ontoggle=\"document.title+='!xss_html toggle!'\">x</details>",
    "<input autofocus onfocus=\"document.title+='!xss_html focus!'\">",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=document.title+=&quot;!xss_html math!&quot;&gt;'>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:@TCP@/refresh'>",
    "<img src='http://127.0.0.1:@TCP@/beacon'><link rel=stylesheet href='http://127.0.0.1:@TCP@/style'>",
    "<div style=\"position:fixed;top:0;left:0;width:100%;height:100%;background:url(http://127.0.0.1:@TCP@/background)\">overlay</div>",
    "<form action='/formgrader/api/x' id='check_similarity'><input name=score value=6></form><base href='http://127.0.0.1:@TCP@/'>",
):
    display(HTML(html))
HTML("<script>document.title+='!xss_html result!'</script>")
