# tries: to hand in files that steer the tools which grade: test settings, plugins, kernels, modules of the same name
# must: have none of them read by the grader

# %% similarity
def get_cosine_similarity(a, b):
    return np.zeros((1, 1))

# %% file conftest.py
import os

os.system("touch @HOME@/conftest")


def pytest_runtest_makereport(item, call):
    call.excinfo = None

# %% file pytest.ini
[pytest]
addopts = --collect-only

# %% file autograder/__init__.py
raise SystemExit("the wrong package")

# %% file nbgrader_config.py
c = get_config()
c.Autograde.autograde_preprocessors = []

# %% file jupyter_nbconvert_config.py
import os

os.system("touch @HOME@/nbconvert")

# %% file .ipython/profile_default/startup/00.py
import numpy

numpy.planted = True

# %% file torch.py
raise SystemExit("planted")
