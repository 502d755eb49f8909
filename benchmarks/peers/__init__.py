"""One small script a system: each runs in an environment of its own, as a process of its own, through `seam`."""
