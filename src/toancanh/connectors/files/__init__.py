"""Files that somebody puts into a folder, here or on another machine."""
