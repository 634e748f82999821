"""What engines share of espeak-ng: where it is, and English words in IPA."""
