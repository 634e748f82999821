"""Chinese text -> a reading for each character: words, grammar, dictionaries, network, tones."""
