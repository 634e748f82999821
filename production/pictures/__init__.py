"""Timelines and readings -> pictures."""
