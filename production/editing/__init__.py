"""Takes beside each other, the ones people chose, and the page they are judged on."""
