# tries: to run a script through formulae
# must: not run

# %% similarity
from IPython.display import Latex, display

display(Latex("</script><script>document.title+='!xss_latex script!'</script>"))
display(Latex(r"$\href{javascript:document.title+='!xss_latex link!'}{x}\style{x:expression(1)}{y}$"))
display({"text/latex": "<img src=x onerror=\"document.title+='!xss_latex error!'\">"}, raw=True)
