# tries: to run a script from the source of its cells
# must: be shown as text

# %% similarity
# </pre></div></script><script>document.title+='!xss_source comment!'</script>
TEXT = "<img src=x onerror=document.title+='!xss_source text!'>"  # <svg onload="document.title+='!xss_source svg!'">
"""</textarea></title><script>document.title+='!xss_source string!'</script>"""

# %% after similarity
%%html
<script>document.title+='!xss_source magic!'</script>
