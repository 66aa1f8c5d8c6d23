"""Chinese texts of the demo data, one module for each field of service."""
