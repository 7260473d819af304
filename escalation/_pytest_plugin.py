"""Loaded by pytest wherever the engine is installed: lets asserts in the conformance kit explain themselves.

It imports nothing of the kit: pytest loads it before it can rewrite asserts, and before coverage starts.
"""

import pytest

pytest.register_assert_rewrite("escalation.testing")
