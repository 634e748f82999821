"""What people write without keys: plain text, Markdown, books, subtitles."""
