"""Timeline -> what is read beside the sound: subtitles, transcripts, chapters, show notes."""
