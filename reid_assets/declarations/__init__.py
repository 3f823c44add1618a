"""All artifacts, a module a group of the lineage graph; `reid_assets.artifacts` puts them together."""
