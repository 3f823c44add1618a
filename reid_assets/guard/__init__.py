"""Who may ask the Dagster webserver for what: checked before Dagster sees a request."""
