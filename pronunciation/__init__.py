"""Display text -> spoken text: markup, normalisation, lexicon, readings, lint. No torch."""
