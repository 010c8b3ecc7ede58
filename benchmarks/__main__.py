"""All benchmarks, one after the other: `make bench`."""

from __future__ import annotations

from benchmarks import accuracy, grading, isolation

print("## What a room costs\n")
isolation.main(5)
print("\n## Complete submissions\n")
grading.main(6)
print("\n## The accuracy run\n")
accuracy.main()
