# tries: to change the system, the interpreter, its packages and the kernel's settings, for everybody who comes later
# must: find all of it read-only
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import os
import site
import sys
import sysconfig

import torch

places = {*sys.path[1:], sys.prefix, sys.base_prefix, *site.getsitepackages(), os.path.dirname(torch.__file__), "/usr", "/usr/bin", "/etc", "/lib", "/opt", "/bin", "/dev", "/proc", "/proc/sys/kernel", "/sys", "@KIT@", sysconfig.get_path("data") + "/share/jupyter"}
for place in sorted(filter(os.path.isdir, places)):
    path = f"{place}/hostile_canary.pth"
    try:
        with open(path, "w") as file:
            file.write("import os; os.system('touch @HOME@/site_packages')")
        print("GOT", "IT: wrote", path)
    except OSError:
        pass
for path in (sys.executable, os.path.realpath(sys.executable), "/proc/self/exe", torch.__file__, np.__file__, "/etc/passwd", "/proc/sys/kernel/core_pattern", "/proc/sys/vm/drop_caches", "/proc/sysrq-trigger", "/proc/1/oom_score_adj"):
    try:
        os.close(os.open(path, os.O_WRONLY))
        print("GOT", "IT: may write", path)
    except OSError:
        pass
    try:
        os.chmod(path, 0o777)
        print("GOT", "IT: changed", path)
    except OSError:
        pass
