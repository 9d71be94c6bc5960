"""What several tests share: a PostgreSQL cluster, a browser, measures of a page."""
