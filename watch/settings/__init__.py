"""What a watched folder does and where its parts lie."""
