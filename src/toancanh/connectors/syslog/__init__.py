"""Taking syslog of devices and servers: RFC 5424 and RFC 3164, with CEF and LEEF inside."""
