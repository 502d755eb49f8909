"""Numbers that identify: by check digit, by shape, by the words beside them."""
