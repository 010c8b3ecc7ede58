# tries: to read the course: source, release, secret, gradebook, other students; the instructor's home
# must: find nothing of them, by whatever path

# %% similarity
import glob
import os


def show(*patterns):
    for pattern in patterns:
        for path in glob.glob(os.path.expanduser(pattern), recursive=True, include_hidden=True):
            try:
                with open(path, "rb") as file:
                    print(path, file.read(10**6))
            except OSError:
                pass


course = "@COURSE@"
show(*(f"{course}/{name}" for name in ("*", ".*", "source/**", "submitted/*/*/*", "autograded/*/*/*", "release/**")))
show(*(f"{'../' * depth}{name}" for depth in range(1, 9) for name in ("*.db", ".autograder-secret", "submitted/*/*/*", "source/*/*")))
show("@HOME@/*", "@HOME@/.*", "@HOME@/.*/*", "~/.ssh/*", "/root/*", "/root/.*/*", "/home/*/*", "/home/*/.*/*", "/proc/*/cwd/*", "/proc/*/root@COURSE@/*")
show("/tmp/kernel-*/**", "/run/submission/../*", "/etc/passwd", "/etc/shadow")
