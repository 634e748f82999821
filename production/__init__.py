"""Script -> takes -> timeline -> mix -> master -> files."""
