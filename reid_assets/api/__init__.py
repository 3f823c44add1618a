"""The results of a root for Python: what `import reid_assets` offers."""
