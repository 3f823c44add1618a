"""Global identities over many analysed videos, as Dagster assets."""
