"""The status page of a watched folder: what a service knows in, pages and JSON out."""
