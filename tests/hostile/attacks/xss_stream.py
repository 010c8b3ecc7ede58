# tries: to run a script from printed text, and to steer a terminal that shows the log
# must: be shown as text

# %% similarity
import sys

print("<script>document.title+='!xss_stream script!'</script></pre><img src=x onerror=\"document.title+='!xss_stream error!'\">")
print("\x1b[31m<script>document.title+='!xss_stream colour!'</script>\x1b[38;2;1;2;3m\x1b[0m\x1b[<img src=x onerror=document.title=1>m", file=sys.stderr)
print("\x1b]0;owned\x07\x1b]8;;http://127.0.0.1:@TCP@/\x07link\x1b]8;;\x07\x1b[2J")
