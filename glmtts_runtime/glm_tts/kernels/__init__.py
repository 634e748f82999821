"""Matrix products and steps as a device does them fastest: packed, eight-bit, recorded."""
