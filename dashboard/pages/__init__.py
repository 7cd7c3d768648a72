"""Pages: layout and thin callbacks, one file for each part that a reader would name."""
