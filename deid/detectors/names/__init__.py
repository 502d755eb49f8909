"""People, organisations and towns by their names."""
