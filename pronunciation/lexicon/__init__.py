"""Pronunciation dictionaries: rules, the files they come in, tests of them."""
