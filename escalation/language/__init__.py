"""What can be read out of a sentence: names, times, references, errors, signals, and the part it plays."""
