"""Tables, views and queries of PostgreSQL, MySQL and MariaDB, SQL Server, Oracle and SQLite."""
