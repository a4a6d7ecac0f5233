"""One-stop dossiers in the form in which they are synchronised with the national public service portal."""
