"""Lines spread over machines by Ray: an engine in each actor, one driver that gathers outcomes."""
