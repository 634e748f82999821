"""Spoken text -> token ids: the published vocabulary, and where long text is cut."""
