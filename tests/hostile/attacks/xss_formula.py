# tries: to cover the grader's words, and the page, by formulae that are raised, widened or without size, and to run macros without end
# must: be set within its own cell, or shown as it was written
# scores: check_similarity=6 check_predictions=5
# work: right

# %% markdown reflection
$\smash{\raise 40em \rlap{\bbox[white]{\Huge\text{overlay: 6 of 6 points, 6 of 6 points, 6 of 6 points, 6 of 6 points}}}}$

$\rule{20000px}{20000px}$ $\rule[-2000px]{9999em}{9999em}$ $\hspace{-9999em}\text{overlay}\kern-4000pt\text{overlay}$

$$\style{position:fixed;inset:0;background:white}{\text{overlay}} \class{nbgrader_cell score}{\text{overlay}} \cssId{check_similarity}{\text{overlay}} \href{javascript:document.title+='!xss_formula link!'}{x}$$

$$\text{<img src=x onerror="document.title+='!xss_formula text!'"></math><script>document.title+='!xss_formula script!'</script>} \unicode{x202E}$$

$$\def\a{\b\b\b\b\b\b\b\b}\def\b{\c\c\c\c\c\c\c\c}\def\c{\d\d\d\d\d\d\d\d}\def\d{\e\e\e\e\e\e\e\e}\def\e{xxxxxxxx}\a$$

<math style="position:fixed;inset:0"><mspace width="9999em" height="9999em" mathbackground="black" style="position:absolute"></mspace><mpadded voffset="40em" height="0" depth="0" lspace="-400em"><mtext style="font-size:400px" mathsize="99em">overlay</mtext></mpadded><maction actiontype="statusline" xlink:href="javascript:document.title+='!xss_formula action!'"><mi href="javascript:document.title+='!xss_formula mi!'">x</mi></maction><annotation-xml encoding="text/html"><script>document.title+='!xss_formula annotation!'</script></annotation-xml></math>
