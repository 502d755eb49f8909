"""Every figure of the README, each from a module that can be run by itself."""
