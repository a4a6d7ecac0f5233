"""Taking events of Suricata: EVE JSON from its file, a socket, or syslog."""
