"""Where speech comes from: who agreed, who signs, what was made; used by all that writes files."""
