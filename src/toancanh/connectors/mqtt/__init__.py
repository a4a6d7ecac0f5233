"""MQTT: listening at a broker."""
