"""What every HTTP server here stands on: addresses, access, connections, answers."""
