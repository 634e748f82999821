"""How anything a person wrote is read: strict YAML, text files, JSON records, findings."""
