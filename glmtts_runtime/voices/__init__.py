"""Reference recordings and transcripts -> voices; a library of them, and how good they are."""
