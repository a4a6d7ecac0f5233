"""Reading ships by AIS: NMEA 0183 sentences from shore stations, decoded in bulk."""
