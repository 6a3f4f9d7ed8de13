"""`python -m bitrater`: the program `bitrater`."""

import sys

from bitrater._program import main

sys.exit(main())
