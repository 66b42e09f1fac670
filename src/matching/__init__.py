"""Match the holders of French certification deposits with a (synthetic) national register.

The folder listing is the pipeline: ``deposit`` reads and controls the file, ``normalize`` makes its columns
comparable, ``register`` opens the register, ``strategies`` decides, ``report`` tells. ``identity`` holds the
vocabulary that all of them share and ``reference`` the packaged tables of facts.

Example:
    >>> from matching.identity.nir import key
    >>> key("2671475044123")
    66
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("nirisation")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0+unknown"
