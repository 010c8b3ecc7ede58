"""All benchmarks, one after the other: `make bench`.

python -m benchmarks [--long]

`--long` adds what takes hours: complete submissions with ViT-B/32's sizes, and a thousand submissions.
"""

from __future__ import annotations

import argparse

from benchmarks import accuracy, cluster, commands, features, grading, isolation, numbers, umap_map

parser = argparse.ArgumentParser(prog="python -m benchmarks")
parser.add_argument("--long", action="store_true", help="also what takes hours")
options = parser.parse_args()

print("## nbgrader's commands\n")
commands.main(5)
print("\n## What a room costs\n")
isolation.main(5)
print("\n## Complete submissions, the small checkpoint\n")
grading.main([])
if options.long:
    print("\n## Complete submissions, ViT-B/32's sizes\n")
    grading.main(["--base"])
print("\n## Cost by the number of submissions\n")
numbers.main(["10", "100", "1000"] if options.long else ["10", "30"])
print("\n## Dask workers\n")
cluster.main(16)
print("\n## One pass over the test images")
features.main(["--base"] if options.long else [])
print("\n## The accuracy run\n")
accuracy.main()
print("\n## The map\n")
umap_map.main(3)
