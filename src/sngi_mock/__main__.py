"""``python -m sngi_mock`` is ``sngi-mock``.

Example::

    python -m sngi_mock generate register --size 200000
"""

from sngi_mock.cli import main

if __name__ == "__main__":
    main()
