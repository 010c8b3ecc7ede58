# tries: to run a script from the name and the text of exceptions, in the cell and in the verdict's hints
# must: be shown as text

# %% similarity
Evil = type("<script>document.title+='!xss_exception name!'</script>", (Exception,), {})
TEXT = "<img src=x onerror=\"document.title+='!xss_exception text!'\"></td></table></pre><script>document.title+='!xss_exception script!'</script>`<b onclick=x>`"


def get_cosine_similarity(a, b):
    if len(a) == 7:
        raise Evil(TEXT)
    return type(TEXT, (), {})()


# %% after check_similarity
raise Evil(TEXT)
