"""The centre on the web: HTTP API, live channel, pages."""
