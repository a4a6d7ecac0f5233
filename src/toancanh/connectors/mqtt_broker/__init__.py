"""MQTT: an embedded broker that devices of a small site connect to."""
