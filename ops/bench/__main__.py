"""Start the benchmark."""

import sys

from ops.bench.command import main

if __name__ == "__main__":
    sys.exit(main())
