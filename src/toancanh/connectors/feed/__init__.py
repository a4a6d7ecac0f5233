"""News and pages that others publish: RSS, Atom, sitemaps."""
