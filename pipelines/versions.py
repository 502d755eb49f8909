"""Which version of a package is installed."""

from importlib.metadata import PackageNotFoundError, version


def package_version(name: str) -> str:
    """Return the version of an installed package, or "not installed"."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
