"""The facts that policy speaks of, and what follows from them."""
