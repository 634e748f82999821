"""The version of the package, also of what it writes into manifests and keys of its caches."""

__version__ = "0.1.0"
