"""`python -m ops.pictures`: take them again; it needs Chromium."""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402 - gevent patches first

from ops.pictures import panel  # noqa: E402

if __name__ == "__main__":
    sys.exit(panel.main())
