"""Built-in connectors, one file (or folder of readers) per source. Imported by name only."""
