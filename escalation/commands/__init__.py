"""One module per command: its flags, and what it does. Nothing heavy is imported until it runs."""
