"""Hypothesis draws afresh on a developer's machine and the same examples in continuous integration."""

import os

from hypothesis import settings

# No deadline: a test that times itself fails on a busy machine, and speed is measured by the benchmarks.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
