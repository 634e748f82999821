"""A watched folder: inbox -> jobs -> published files, each exactly once.

`layout.py` says where everything lies, `recovery.py` in which steps a job is done, `service.py` is
the way in.
"""
