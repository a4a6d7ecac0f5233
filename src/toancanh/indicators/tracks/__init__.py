"""Where things were: the lines that they went in a period."""
