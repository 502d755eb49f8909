"""Every figure of the README: `python -m benchmarks`, or `python -m benchmarks NAME…` for some of them."""

import os

# Presidio's e-mail check would fetch a list of domains from the network; empty, it takes the list it comes with.
os.environ.setdefault("TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS", "")
