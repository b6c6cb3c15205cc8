"""Python reads this file at its start where its folder is on the path: see conftest.py."""

import loopback_only

loopback_only.block()
