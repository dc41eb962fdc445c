"""`python -m ops.pictures`: take them again; it needs Chromium."""

from gevent import monkey

monkey.patch_all()

import sys

from ops.pictures import panel

if __name__ == "__main__":
    sys.exit(panel.main())
