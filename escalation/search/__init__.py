"""What to ask the systems, and which of the answers bear on the case."""
