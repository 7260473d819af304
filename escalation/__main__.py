"""`python -m escalation` is the console command."""

import sys

from escalation.cli import main

sys.exit(main())
