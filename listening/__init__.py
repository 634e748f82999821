"""Wave -> what a listener hears: transcript, comparison with what should be said, word times."""
