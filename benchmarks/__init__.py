"""Benchmarks: ratios measured side by side in one run. Not tests; nothing here fails when a machine is slow."""
